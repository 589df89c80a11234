"""The endpoint Zalo calls and the channel as the house knows it. Only translates.

Zalo wants an answer within two seconds and repeats what got none; the inbox has it on disk in milliseconds.
"""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.fetching import Fetcher, listed
from bot.channels.received import RETRY_AFTER, body_of, json_object, moment, one_header, word
from bot.channels.zalo_oa.calls import Calls
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.envelope import envelope, of_another
from bot.channels.zalo_oa.examining import Examining
from bot.channels.zalo_oa.reading import incoming_of
from bot.channels.zalo_oa.sending import Sender
from bot.channels.zalo_oa.signature import Signatures, Signed
from bot.channels.zalo_oa.templates import Templates, proved_phones
from bot.channels.zalo_oa.tokens import CHANNEL, Tokens
from bot.channels.zalo_oa.uploading import Uploading
from bot.channels.zalo_oa.windows import Windows
from bot.config import SettingError, Settings
from bot.messages import FileContent, Incoming, Reply
from bot.ports import Clock, Files, Finding, Inbox
from bot.texts import Texts
from storage.channel_records import Window
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import AddressKey, InboxEntry

log = structlog.get_logger()

WEBHOOK = "/zalo/webhook"
SIGNATURE_HEADER = b"x-zevent-signature"
TIMESTAMP_HEADER = b"x-zevent-timestamp"
ALARM_SECONDS = 60.0  # between two log lines about wrong signatures
REVOKED = "permission_revoked"
_VERIFIER = re.compile(r"[A-Za-z0-9_-]{1,200}")
_PAGE = (
    '<!DOCTYPE html>\n<html><head><meta name="zalo-platform-site-verification" content="{}"></head></html>\n'
)


class ZaloOaChannel:
    name = CHANNEL

    def __init__(
        self,
        oa_id: str,
        app_id: str,
        signatures: Signatures,
        tokens: Tokens,
        client: Client,
        sender: Sender,
        windows: Windows,
        fetcher: Fetcher,
        examining: Examining,
        *,
        refuses: bool = True,
        verifier: str | None = None,
        full_pause: float = 5.0,
    ) -> None:
        """`refuses`: 401 for what is not Zalo's, else 200; `verifier` proves to Zalo that the domain is ours;
        `full_pause`: seconds to wait when Zalo says that it takes no more calls."""
        self.account = oa_id
        self.capabilities = sender.capabilities
        self._app_id = app_id
        self._signatures = signatures
        self._tokens = tokens
        self._client = client
        self._sender = sender
        self._windows = windows
        self._fetcher = fetcher
        self._examining = examining
        self.templates = sender.templates
        self._refuses = refuses
        self._verifier = verifier
        self._full_pause = full_pause
        self._variant: str | None = None
        self._forged = 0
        self._alarmed_at = float("-inf")

    @classmethod
    def of(
        cls,
        settings: Settings,
        database: Database,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        files: Files | None = None,
    ) -> Self:
        """Raises SettingError where something is missing: without a secret anybody could write in a citizen's name."""
        oa_id, app_id, app_secret, secrets = _required(settings)
        client = Client(settings.zalo_api, settings.zalo_oauth, settings.zalo_business, transport)
        given = settings.zalo_refresh_token
        tokens = Tokens(
            database,
            client,
            clock,
            account=oa_id,
            app_id=app_id,
            app_secret=app_secret,
            given=given.get_secret_value() if given else None,
        )
        calls = Calls(client, tokens)
        sender = Sender(
            calls,
            clock,
            Texts.load(),
            uploading=Uploading(database, calls, clock, oa_id),
            files=files,
            contact_image=settings.zalo_contact_image,
            templates=_templates(settings, calls, clock, database),
            per_second=settings.zalo_per_second,
        )
        signatures = Signatures(settings.zalo_signature.split(","), secrets, app_id=app_id, oa_id=oa_id)
        return cls(
            oa_id,
            app_id,
            signatures,
            tokens,
            client,
            sender,
            Windows(calls, clock, settings.zalo_free_hours, settings.zalo_window_hours),
            Fetcher(listed(settings.zalo_file_hosts), transport=transport),
            Examining(settings, database, client, calls, clock),
            refuses=settings.zalo_bad_signature == "refuse",
            verifier=settings.zalo_verifier,
            full_pause=settings.zalo_full_pause,
        )

    def webhook(self, inbox: Inbox) -> Sequence[BaseRoute]:
        async def receive(request: Request) -> Response:
            body = await body_of(request)
            if body is None:
                return Response(status_code=413)
            event = json_object(body) if body.strip() else {}
            if event is None:
                return Response(status_code=400)
            if not event:  # Zalo tries the address before it saves it, without a signature
                return Response(status_code=200)
            if not self._is_zalos(request, body, event):
                return await self._forgery()
            return await self._kept(event, inbox)

        routes = [Route(WEBHOOK, receive, methods=["POST"])]
        if self._verifier:
            page = _PAGE.format(self._verifier)

            async def verified(_: Request) -> Response:
                return Response(page, media_type="text/html")

            routes.append(Route(f"/zalo_verifier{self._verifier}.html", verified))
        return routes

    def _is_zalos(self, request: Request, body: bytes, event: Mapping[str, Any]) -> bool:
        signed = Signed(
            body,
            one_header(request, SIGNATURE_HEADER) or b"",
            word(event.get("timestamp")),
            one_header(request, TIMESTAMP_HEADER) or b"",
        )
        variant = self._signatures.matching(signed)
        if variant and variant != self._variant:
            log.info("zalo.signature", kind=variant)
            self._variant = variant
            self._examining.signed(variant)
        return variant is not None and word(event.get("app_id")) in ("", self._app_id)

    async def _forgery(self) -> Response:
        """Noted once a minute: a flood of forgeries must flood neither the log nor the disk."""
        self._forged += 1
        if time.monotonic() - self._alarmed_at >= ALARM_SECONDS:
            log.error("zalo.bad_signature", events=self._forged, refused=self._refuses)
            self._forged, self._alarmed_at = 0, time.monotonic()
            await self._examining.forged()
        return Response(status_code=401 if self._refuses else 200)

    async def _kept(self, event: Mapping[str, Any], inbox: Inbox) -> Response:
        if of_another(event, self.account):
            log.warning("zalo.event_of_another_oa", kind=word(event.get("event_name")))
            return Response(status_code=200)
        found = envelope(event, self.account)
        try:
            (fresh,) = await inbox.receive(
                [InboxEntry(self.name, self.account, found.user, found.event_id, dict(event))]
            )
            if fresh and found.name == REVOKED:
                await self._tokens.revoked(moment(event.get("timestamp"), datetime.now(UTC)))
        except UnavailableError:
            return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER)})
        return Response(status_code=200)

    async def poll(self, inbox: Inbox) -> None:  # noqa: ARG002 - Zalo calls us; what is due is a fresh token
        await self._tokens.keep_fresh()

    def read(self, payload: Mapping[str, Any], key: AddressKey, received_at: datetime) -> Incoming | None:
        incoming = incoming_of(payload, key, received_at)
        if incoming is None:
            log.debug("zalo.no_answer_needed", kind=word(payload.get("event_name")))
        return incoming

    def window_after(self, at: datetime) -> Window:
        return self._windows.after(at)

    def spent(self) -> float | None:
        """Zalo names what is left, not until when it is so little: a pause, then the next answer tells."""
        left, self._client.remaining = self._client.remaining, None
        return self._full_pause if left == 0 else None

    async def fetch(self, reference: str) -> FileContent:
        return await self._fetcher.get(reference)

    async def examine(self, *, deep: bool) -> tuple[Finding, ...]:
        return await self._examining.findings(deep=deep)

    async def ask_window(self, key: AddressKey) -> Window:
        return await self._windows.ask(key)

    async def send(self, key: AddressKey, reply: Reply) -> str | None:
        return await self._sender.send(key, reply)

    async def close(self) -> None:
        """Keep what is being renewed, and give back the connections."""
        await self._tokens.close()
        await self._client.close()
        await self._fetcher.close()


def _templates(settings: Settings, calls: Calls, clock: Clock, database: Database) -> Templates:
    by_user, by_phone = settings.zalo_template_answer, settings.zalo_template_phone
    return Templates(
        calls,
        clock,
        proved_phones(database),
        {"answer": by_user} if by_user else {},
        {"answer": by_phone} if by_phone else {},
    )


def _required(settings: Settings) -> tuple[str, str, str, dict[str, list[str]]]:
    """The ids, the App Secret Key, and the secrets by name. Reports everything that is missing at once."""
    oa_secrets = _split(settings.zalo_oa_secret.get_secret_value() if settings.zalo_oa_secret else "")
    app_secret = settings.zalo_app_secret.get_secret_value().strip() if settings.zalo_app_secret else ""
    needed: dict[str, object] = {
        "MOTCUA_ZALO_OA_ID": settings.zalo_oa_id,
        "MOTCUA_ZALO_APP_ID": settings.zalo_app_id,
        "MOTCUA_ZALO_APP_SECRET": app_secret,
        "MOTCUA_ZALO_OA_SECRET": oa_secrets,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise SettingError(f"kênh Zalo OA cần thêm {', '.join(missing)}")
    if settings.zalo_verifier and not _VERIFIER.fullmatch(settings.zalo_verifier):
        raise SettingError("MOTCUA_ZALO_VERIFIER là phần mã trong tên tệp zalo_verifier<mã>.html")
    secrets = {"oa": oa_secrets, "app": [app_secret]}
    return str(settings.zalo_oa_id), str(settings.zalo_app_id), app_secret, secrets


def _split(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]
