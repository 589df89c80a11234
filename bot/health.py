"""`/livez`: the process answers. `/readyz`: it can serve. `/healthz`: what it is working with."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.live_catalog import LiveCatalog
from storage.database import Database


def health_routes(database: Database, live: LiveCatalog) -> APIRouter:
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
            "catalog_problems": [str(problem) for problem in live.problems],
        }

    return router
