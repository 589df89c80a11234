"""The composition root: every part is made here, once, from settings."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import structlog

from bot.actions import Tools
from bot.assistant import Assistant
from bot.channel_watch import ChannelWatch
from bot.config import SettingError, Settings
from bot.delivery import Delivery
from bot.desk import Desk
from bot.desk.filing import FilingDesk
from bot.desk.petitions import PetitionDesk
from bot.desk.telling import Telling
from bot.files import Uploads
from bot.files.stores import open_uploads
from bot.intake import Intake
from bot.jobs import Jobs, Retention
from bot.listening import announced, listen, listening_socket
from bot.live_catalog import LiveCatalog
from bot.notices import Notices
from bot.ports import Channel, Clock, Files, HasPolling, HasWebhook, SystemClock
from bot.receiving import KeptFiles, Receiving
from bot.reports import Reports
from bot.texts import Texts
from bot.timers import timers
from bot.window_watch import WindowWatch
from bot.worktime import WorkTime
from intents.catalog import Catalog, Hours
from intents.loader import find_head
from storage.database import Database, upgrade
from storage.records import Department

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import BaseRoute

    from bot.channels.web.routes import ChatLimits
    from bot.console.accounts import Lifetimes
    from bot.console.sso import Provider
    from bot.pages.site import Site
    from bot.registry.registry import Registry

log = structlog.get_logger()


@dataclass(frozen=True)
class Parts:
    """One process's parts, ready to run."""

    settings: Settings
    secret: bytes
    clock: Clock
    database: Database
    live: LiveCatalog
    worktime: WorkTime
    channels: dict[str, Channel]
    assistant: Assistant
    intake: Intake
    delivery: Delivery
    desk: Desk
    filing: FilingDesk
    petitions: PetitionDesk
    uploads: Uploads
    receiving: Receiving
    reports: Reports
    jobs: Jobs
    retention: Retention
    registry: "Registry | None" = None


@runtime_checkable
class _Closes(Protocol):
    """A channel with connections of its own."""

    async def close(self) -> None: ...


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    clock: Clock | None = None,
    server: bool = False,
    channels: Mapping[str, Channel] | None = None,
    live: LiveCatalog | None = None,
) -> AsyncIterator[Parts]:
    """Open the database and the catalog and put the parts together; everything is closed at the end.

    Raises CatalogError, SchemaError, ServerRunningError, UnavailableError.
    """
    clock = clock or SystemClock()
    live = live or LiveCatalog.open(find_head(settings.catalog))
    secret = secret_key(settings)
    async with contextlib.AsyncExitStack() as opened:
        database = await Database.open(settings.database, server=server)
        opened.push_async_callback(database.close)
        await _know_departments(database, live.snapshot.catalog)
        uploads = open_uploads(settings, secret, database, clock)
        opened.push_async_callback(uploads.close)
        kept = KeptFiles(database, uploads)
        present = dict(channels or await _channels(settings, database, clock, kept))
        for channel in present.values():
            if isinstance(channel, _Closes):
                opened.push_async_callback(channel.close)
        registry = None
        if settings.registry is not None:  # what it needs is loaded only where a system is connected
            from bot.registry.registry import open_registry

            registry = open_registry(settings, secret, database, clock)
        if registry is not None:
            opened.push_async_callback(registry.close)
        yield _parts(settings, clock, live, secret, database, present, uploads, registry)


def _parts(
    settings: Settings,
    clock: Clock,
    live: LiveCatalog,
    secret: bytes,
    database: Database,
    channels: dict[str, Channel],
    uploads: Uploads,
    registry: "Registry | None",
) -> Parts:
    worktime = work_time(live.snapshot.catalog, settings)
    pulls = frozenset(name for name, channel in channels.items() if channel.capabilities.pull)
    assistant = Assistant(live, Tools(settings, worktime, secret, pulls), clock)
    desk = Desk(database, live, channels, settings, worktime, clock, secret)
    telling = Telling(database, channels, settings, clock)
    filing = FilingDesk(database, live, telling, settings, worktime, uploads, clock, secret)
    petitions = PetitionDesk(database, live, telling, settings, worktime, uploads, clock)
    return Parts(
        settings=settings,
        secret=secret,
        clock=clock,
        database=database,
        live=live,
        worktime=worktime,
        channels=channels,
        assistant=assistant,
        intake=Intake(database, assistant, desk, channels, clock),
        delivery=Delivery(database, channels, clock),
        desk=desk,
        filing=filing,
        petitions=petitions,
        uploads=uploads,
        receiving=Receiving(database, channels, uploads, clock),
        reports=Reports(database, live, worktime, clock, settings.report_named_from),
        jobs=timers(
            database,
            desk,
            filing,
            petitions,
            telling,
            clock,
            WindowWatch(database, channels, clock),
            ChannelWatch(database, channels, clock),
            Notices(database, live, channels, settings, worktime, clock),
        ),
        registry=registry,
        retention=Retention(database, clock, settings, [filing.drop_old_drafts, uploads.purge]),
    )


async def prepare(settings: Settings) -> None:
    """The data folder and the schema, made or brought up to date."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await upgrade(settings.database)


def secret_key(settings: Settings) -> bytes:
    """The key of this installation: from the settings, else kept in the data folder, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / "secret.key"
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()


def work_time(catalog: Catalog, settings: Settings) -> WorkTime:
    hours = {str(day): tuple(map(_span, spans)) for day, spans in catalog.province.hours.items()}
    return WorkTime(
        hours,
        days_off=[date.fromisoformat(day) for day in settings.days_off],
        extra_working_days=[date.fromisoformat(day) for day in settings.extra_working_days],
    )


def _span(hours: Hours) -> tuple[time, time]:
    return time.fromisoformat(hours.opens), time.fromisoformat(hours.closes)


async def _know_departments(database: Database, catalog: Catalog) -> None:
    wanted = tuple(Department(each.id, each.name) for each in catalog.departments)
    async with database.unit_of_work() as uow:
        if set(await uow.departments.list()) != set(wanted):
            await uow.departments.replace(wanted)
            await uow.commit()


async def _channels(settings: Settings, database: Database, clock: Clock, kept: Files) -> dict[str, Channel]:
    """The channels that are set up; web and terminal always are."""
    from bot.channels.terminal import TerminalChannel
    from bot.channels.web.channel import WebChannel

    channels: list[Channel] = [WebChannel(), TerminalChannel()]
    if settings.telegram_token:
        from bot.channels.telegram import TelegramChannel  # aiogram takes seconds to import

        channels.append(TelegramChannel.of(settings, kept))
    if settings.zalo_oa_id:
        from bot.channels.zalo_oa.channel import ZaloOaChannel

        channels.append(ZaloOaChannel.of(settings, database, clock, files=kept))
    if settings.zalo_bot_token:
        from bot.channels.zalo_bot import ZaloBotChannel

        channels.append(ZaloBotChannel.of(settings))
    return {channel.name: channel for channel in channels}


async def run(
    parts: Parts,
    app: "Starlette | None" = None,
    sockets: list[socket.socket] | None = None,
    *,
    head_start: float = 0.0,
) -> None:
    """Everything that goes on in one server process, until it is told to stop.

    `head_start`: seconds that the first page gets for itself, before a thread makes matcher and reader beside it.
    """
    async with asyncio.TaskGroup() as group:
        background = [
            group.create_task(work)
            for work in (
                _answer(parts, head_start),
                parts.delivery.run(),
                parts.receiving.run(),
                parts.jobs.run(),
                parts.retention.run(),
                parts.live.watch(),
                *([parts.registry.run()] if parts.registry else []),
                *(
                    each.poll(parts.intake)
                    for each in parts.channels.values()
                    if isinstance(each, HasPolling)
                ),
            )
        ]
        try:
            if app is None:
                await asyncio.Event().wait()
            else:
                await listen(app, sockets or [], parts.settings.trusted_proxies)
        finally:
            for task in background:
                task.cancel()


async def _answer(parts: Parts, head_start: float) -> None:
    """What arrives before the catalog can be asked is kept on disk meanwhile."""
    await asyncio.sleep(head_start)
    await parts.live.ready()
    await parts.intake.run()


def application(
    parts: Parts,
    *,
    second_factor: bool = True,
    more: "Callable[[Site], Sequence[BaseRoute]] | None" = None,
    limits: "ChatLimits | None" = None,
    sso: "Provider | None" = None,
) -> "Starlette":
    """The web server: citizens' chat, officers' console, channels' webhooks, health.

    `second_factor` is waived by the demo alone, on this machine only; `more` are its own pages. `limits` of the
    chat and `sso` are what the settings say, unless they are given.
    """
    from starlette.applications import Starlette

    from bot.channels.web.calendar import calendar_routes
    from bot.channels.web.routes import chat_routes
    from bot.console.accounts import Lifetimes
    from bot.console.routes import console_routes
    from bot.health import health_routes
    from bot.pages.site import PublicFacts, Site

    settings, province = parts.settings, parts.live.snapshot.catalog.province
    site = Site(
        Texts.load(),
        PublicFacts(province.name, province.centre, province.hotline),
        public_url=settings.public_url,
        frame_ancestors=settings.widget_origins,
    )
    lifetimes = Lifetimes(
        timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )
    app = Starlette()
    database, intake, uploads, clock = parts.database, parts.intake, parts.uploads, parts.clock
    app.router.routes += chat_routes(
        site,
        database=database,
        intake=intake,
        uploads=uploads,
        clock=clock,
        secret_key=parts.secret,
        limits=limits,
    )
    app.router.routes += console_routes(
        site,
        sso=sso or _sso(settings, lifetimes),
        database=parts.database,
        desk=parts.desk,
        filing=parts.filing,
        petitions=parts.petitions,
        reports=parts.reports,
        uploads=parts.uploads,
        clock=parts.clock,
        secret_key=parts.secret,
        live=parts.live,
        settings=settings,
        lifetimes=lifetimes,
        second_factor=second_factor,
    )
    app.router.routes += health_routes(parts.database, parts.live, parts.channels, parts.registry)
    app.router.routes += calendar_routes(
        parts.database, parts.live, parts.settings, parts.secret, parts.clock
    )
    for channel in parts.channels.values():
        if isinstance(channel, HasWebhook):
            app.router.routes += channel.webhook(parts.intake)
    if parts.registry:
        app.router.routes += parts.registry.routes()
    if more:
        app.router.routes += more(site)
    site.install(app)
    return app


def _sso(settings: Settings, lifetimes: "Lifetimes") -> "Provider | None":
    """Raises SettingError when single sign-on is wanted and something for it is missing."""
    from importlib.util import find_spec

    from bot.console.sso import Provider, is_safe

    if settings.oidc_issuer is None:
        return None
    missing = [
        name
        for name, found in (
            ("MOTCUA_OIDC_CLIENT_ID", settings.oidc_client_id),
            ("MOTCUA_PUBLIC_URL", settings.public_url),
        )
        if not found
    ]
    if missing:
        raise SettingError(f"MOTCUA_OIDC_ISSUER: also set {', '.join(missing)}")
    if not is_safe(settings.oidc_issuer):
        raise SettingError("MOTCUA_OIDC_ISSUER: an address with https is needed")
    if find_spec("joserfc") is None:
        raise SettingError("MOTCUA_OIDC_ISSUER: first run pip install 'motcua[oidc]'")
    secret = settings.oidc_client_secret
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=secret.get_secret_value() if secret else None,
        claim=settings.oidc_claim,
        longest_login=lifetimes.whole,
    )


async def _seal_older_secrets(parts: Parts) -> None:
    from bot.console.accounts import Accounts, Lifetimes

    await Accounts(parts.database, parts.clock, Lifetimes(), parts.secret).seal_older()


def join(parts: Parts, app: "Starlette", channel: Channel) -> None:
    """A channel that comes while the others already run."""
    parts.channels[channel.name] = channel
    if isinstance(channel, HasWebhook):
        app.router.routes += channel.webhook(parts.intake)


async def serve(settings: Settings) -> None:
    """The server of a province: settings from the environment, until a signal ends it."""
    await prepare(settings)
    sock = listening_socket(settings.host, settings.port)
    try:
        async with assembled(settings, server=True) as parts:
            await _seal_older_secrets(parts)
            log.info("server.started", port=settings.port, version=parts.live.snapshot.catalog.version)
            with announced(settings.data_dir, f"http://{settings.host}:{settings.port}"):
                await run(parts, application(parts), [sock])
    finally:
        sock.close()
