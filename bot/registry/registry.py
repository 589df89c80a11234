"""The one-stop system of this installation, put together from settings."""

from dataclasses import dataclass

import httpx
from starlette.routing import Route

from bot.actions.freshness import NAME, behind_since
from bot.config import SettingError, Settings
from bot.ports import Clock, Finding
from bot.registry.client import Client, RegistryError
from bot.registry.connection import Connection, load
from bot.registry.keeping import dossiers_of
from bot.registry.reader import Reader
from bot.registry.webhook import webhook_routes
from bot.texts import Texts, moment
from storage.database import Database

SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Registry:
    settings: Settings
    connection: Connection
    client: Client
    reader: Reader
    database: Database
    secret: bytes
    clock: Clock

    async def close(self) -> None:
        await self.client.close()

    async def run(self) -> None:
        """Poll until cancelled, where there is something to ask."""
        if self.connection.url:
            await self.reader.run()

    def routes(self) -> tuple[Route, ...]:
        webhook, shared = self.connection.webhook, self.settings.registry_secret
        if webhook is None or shared is None:
            return ()
        given = shared.get_secret_value().encode()
        return webhook_routes(self.database, self.connection, webhook, self.secret, given, self.clock)

    async def examine(self, *, deep: bool) -> tuple[Finding, ...]:
        """What the row says; `deep` asks the system for its first page too, and takes nothing from it."""
        findings = [await self._asked()] if deep and self.connection.url else []
        async with self.database.reading() as uow:
            source = await uow.sources.get(NAME)
        texts, now = Texts.load(), self.clock.now()
        if source is None or (source.asked_at is None and source.answered_at is None):
            return (*findings, Finding(True, "never"))
        stale = behind_since(source, now, self.settings.stale_after)
        told = moment(source.answered_at, texts) if source.answered_at else texts("registry.nothing")
        facts = {"at": told, "taken": str(source.taken), "rejected": str(source.rejected)}
        if stale is None:
            return (*findings, Finding(True, "fresh", facts))
        problem = texts(f"registry.problem.{source.problem or 'unreachable'}")
        return (*findings, Finding(False, "behind", {**facts, "problem": problem}))

    async def _asked(self) -> Finding:
        try:
            page = await self.client.page(None, None, attempts=1)
        except RegistryError as error:
            problem = Texts.load()(f"registry.problem.{error.problem}")
            return Finding(False, "no_answer", {"problem": problem, "detail": error.detail})
        taken, rejected = dossiers_of(page.items, self.connection, self.secret, self.clock.now())
        facts = {"taken": str(len(taken)), "rejected": str(len(rejected)), "first": next(iter(rejected), "")}
        return Finding(not rejected, "unreadable" if rejected else "answers", facts)


def open_registry(
    settings: Settings,
    secret: bytes,
    database: Database,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Registry | None:
    """None where no system is connected. Raises SettingError."""
    if settings.registry is None:
        return None
    connection = load(settings.registry)
    shared = settings.registry_secret.get_secret_value() if settings.registry_secret else ""
    if connection.webhook and len(shared) < SHORTEST_SECRET:
        raise SettingError(f"MOTCUA_REGISTRY_SECRET: cần ít nhất {SHORTEST_SECRET} ký tự để nhận webhook")
    token = settings.registry_token.get_secret_value() if settings.registry_token else None
    client = Client(connection, token, transport)
    reader = Reader(database, connection, client, secret, clock)
    return Registry(settings, connection, client, reader, database, secret, clock)
