"""The one-stop system tells us by itself: signed, whole or not at all, answered only when it is kept."""

import hashlib
import hmac
import json
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.actions import mirror
from bot.actions.freshness import NAME
from bot.ports import Clock
from bot.registry.connection import Connection, Webhook
from bot.registry.keeping import dossiers_of
from bot.registry.rows import inside
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import Dossier
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

PATH = "/webhook/mot-cua"
MAX_BYTES = 5_000_000
MOST = 1_000  # records at once


def webhook_routes(
    database: Database, connection: Connection, webhook: Webhook, own: bytes, secret: bytes, clock: Clock
) -> tuple[Route, ...]:
    """`own` keys the hashes of personal factors; `secret` is shared with the system."""

    async def told(request: Request) -> JSONResponse:
        raw = await _body(request)
        if raw is None:
            return JSONResponse({"error": "too large"}, 413)
        if not genuine(raw, request.headers.get(webhook.header, ""), webhook, secret):
            log.warning("registry.webhook_refused")
            return JSONResponse({"error": "signature"}, 401)
        items = _items(raw, webhook)
        if items is None or len(items) > MOST:
            return JSONResponse({"error": f"a record or a list of at most {MOST} is needed"}, 400)
        now = clock.now()
        dossiers, rejected = dossiers_of(items, connection, own, now)
        try:
            async with database.unit_of_work() as uow:
                newer = await _newer(uow, dossiers)
                await mirror.keep(uow, newer, now)
                await uow.sources.heard(NAME, now, taken=len(newer), rejected=len(rejected))
                await uow.commit()
        except UnavailableError:
            return JSONResponse({"error": "try again"}, 503, {"Retry-After": "10"})
        return JSONResponse({"taken": len(newer), "older": len(dossiers) - len(newer), "errors": rejected})

    return (Route(PATH, told, methods=["POST"]),)


async def _newer(uow: UnitOfWork, dossiers: list[Dossier]) -> list[Dossier]:
    """Calls overtake each other and are repeated: what is older than what we know changes nothing."""
    known = {each.code: each for each in await uow.dossiers.those([each.code for each in dossiers])}
    return [
        each
        for each in sorted(dossiers, key=lambda each: each.updated_at)
        if each.code not in known or each.updated_at >= known[each.code].updated_at
    ]


async def _body(request: Request) -> bytes | None:
    content = bytearray()
    async for some in request.stream():
        content += some
        if len(content) > MAX_BYTES:
            return None
    return bytes(content)


def genuine(raw: bytes, given: str, webhook: Webhook, secret: bytes) -> bool:
    """In constant time, over the bytes as they came."""
    wanted = hmac.new(secret, raw, hashlib.sha256).hexdigest() if webhook.kind == "hmac" else None
    if wanted is None:
        return hmac.compare_digest(given.encode(), secret)
    return hmac.compare_digest(given.removeprefix("sha256=").lower().encode(), wanted.encode())


def _items(raw: bytes, webhook: Webhook) -> list[Any] | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    found = inside(body, webhook.items) if webhook.items else body
    if isinstance(found, dict):
        return [found]
    return found if isinstance(found, list) else None
