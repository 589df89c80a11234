"""`/livez`: the process answers. `/readyz`: it can serve. `/healthz`: what it is working with."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.live_catalog import LiveCatalog
from bot.ports import Channel, Examined
from bot.registry.registry import Registry
from storage.database import Database


def health_routes(
    database: Database, live: LiveCatalog, channels: Mapping[str, Channel], registry: Registry | None = None
) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        ready = await database.healthy()
        return JSONResponse({"status": "ready" if ready else "database unavailable"}, 200 if ready else 503)

    @router.get("/healthz")
    async def healthz() -> dict[str, object]:
        """Without personal data: the catalog in use, and whether an edit was refused."""
        return {
            "catalog": live.snapshot.catalog.version,
            "procedures": len(live.snapshot.catalog.procedures),
            "channel_problems": await _problems(channels),
            "registry_problems": [each.key for each in await registry.examine(deep=False) if not each.good]
            if registry
            else [],
            "catalog_problems": [str(problem) for problem in live.problems],
        }

    return router


async def _problems(channels: Mapping[str, Channel]) -> dict[str, list[str]]:
    """What ails each channel, by the names of the findings."""
    return {
        name: bad
        for name, each in channels.items()
        if isinstance(each, Examined)
        and (bad := [found.key for found in await each.examine(deep=False) if not found.good])
    }
