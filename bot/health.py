"""`/livez`: the process answers. `/readyz`: it can serve. `/healthz`: what it is working with."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.live_catalog import LiveCatalog
from bot.ports import Channel, Examined
from storage.database import Database

if TYPE_CHECKING:
    from bot.registry.registry import Registry


def health_routes(
    database: Database, live: LiveCatalog, channels: Mapping[str, Channel], registry: "Registry | None" = None
) -> tuple[Route, ...]:
    async def livez(_: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> JSONResponse:
        ready = await database.healthy()
        return JSONResponse({"status": "ready" if ready else "database unavailable"}, 200 if ready else 503)

    async def healthz(_: Request) -> JSONResponse:
        """Without personal data: the catalog in use, and whether an edit was refused."""
        found = {
            "catalog": live.snapshot.catalog.version,
            "procedures": len(live.snapshot.catalog.procedures),
            "channel_problems": await _problems(channels),
            "registry_problems": [each.key for each in await registry.examine(deep=False) if not each.good]
            if registry
            else [],
            "catalog_problems": [str(problem) for problem in live.problems],
        }
        return JSONResponse(found)

    return Route("/livez", livez), Route("/readyz", readyz), Route("/healthz", healthz)


async def _problems(channels: Mapping[str, Channel]) -> dict[str, list[str]]:
    """What ails each channel, by the names of the findings."""
    return {
        name: bad
        for name, each in channels.items()
        if isinstance(each, Examined)
        and (bad := [found.key for found in await each.examine(deep=False) if not found.good])
    }
