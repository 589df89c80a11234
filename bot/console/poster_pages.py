"""Posters to print, for whoever keeps the installation."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.config import Settings
from bot.console.gate import HOME, Gate, Visit
from bot.pages.site import Site
from bot.policy import ForbiddenError, require_accounts

POSTERS = f"{HOME}/ap-phich"
_SETTINGS = {"web": "MOTCUA_PUBLIC_URL", "telegram": "MOTCUA_TELEGRAM_NAME", "zalo_oa": "MOTCUA_ZALO_OA_ID"}


class PosterPages:
    def __init__(self, site: Site, gate: Gate, settings: Settings) -> None:
        self._site = site
        self._gate = gate
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        one = POSTERS + "/{channel:str}.{kind:str}"
        return [
            Route(POSTERS, self._gate.page(self._list), name="posters"),
            Route(one, self._gate.page(self._one), name="poster"),
        ]

    async def _list(self, visit: Visit) -> Response:
        if not _admin(visit):
            return self._site.page("console/missing.html", status=404)
        from bot import posters  # draws with libraries that a server needs for nothing else

        found = {name: posters.address_of(self._settings, name) for name in _SETTINGS}
        return self._site.page(
            "console/posters.html",
            visit=visit,
            found=found,
            settings=_SETTINGS,
            kinds=tuple(posters.KINDS),
            place=POSTERS,
        )

    async def _one(self, visit: Visit) -> Response:
        from bot import posters

        channel, kind = visit.request.path_params["channel"], visit.request.path_params["kind"]
        address = posters.address_of(self._settings, channel) if channel in _SETTINGS else None
        if not _admin(visit) or address is None or kind not in posters.KINDS:
            return self._site.page("console/missing.html", status=404)
        facts = self._site.facts
        poster = posters.Poster(facts.centre, channel, address, facts.hotline)
        headers = {
            "Content-Disposition": f'inline; filename="ap-phich-{channel}.{kind}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        content = posters.drawn(poster, kind, self._site.texts)
        return Response(content, media_type=posters.KINDS[kind], headers=headers)


def _admin(visit: Visit) -> bool:
    try:
        require_accounts(visit.officer)
    except ForbiddenError:
        return False
    return True
