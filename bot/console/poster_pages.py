"""Posters to print, for whoever keeps the installation: of a channel, or of one procedure on it."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.config import Settings
from bot.console.gate import HOME, Gate, Visit
from bot.desk import Desk, UnknownProcedureError
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError, require_accounts

POSTERS = f"{HOME}/ap-phich"
LONGEST_NAME = 200  # characters
_SETTINGS = {"web": "MOTCUA_PUBLIC_URL", "telegram": "MOTCUA_TELEGRAM_NAME", "zalo_oa": "MOTCUA_ZALO_OA_ID"}


class PosterPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk, settings: Settings) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk
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

        asked = tidy(visit.request.query_params.get("q", ""))[:LONGEST_NAME]
        codes = self._meant(asked)
        chosen = codes[0] if len(codes) == 1 else ""
        found = {name: posters.address_of(self._settings, name, chosen) for name in _SETTINGS}
        return self._site.page(
            "console/posters.html",
            visit=visit,
            found=found,
            asked=asked,
            chosen=chosen,
            title=self._desk.procedure_name(chosen) if chosen else "",
            like=[(code, self._desk.procedure_name(code)) for code in codes if not chosen],
            settings=_SETTINGS,
            kinds=tuple(posters.KINDS),
            place=POSTERS,
        )

    def _meant(self, asked: str) -> tuple[str, ...]:
        """Codes of the procedures that were named, by code or in words; none for nothing known."""
        try:
            return self._desk.named(asked) if asked else ()
        except UnknownProcedureError:
            return ()

    async def _one(self, visit: Visit) -> Response:
        from bot import posters

        channel, kind = visit.request.path_params["channel"], visit.request.path_params["kind"]
        code = visit.request.query_params.get("thu_tuc", "")
        address = posters.address_of(self._settings, channel, code) if channel in _SETTINGS else None
        known = not code or self._meant(code) == (code,)
        if not _admin(visit) or address is None or kind not in posters.KINDS or not known:
            return self._site.page("console/missing.html", status=404)
        facts, name = self._site.facts, self._desk.procedure_name(code) if code else ""
        opens = address != posters.address_of(self._settings, channel)
        poster = posters.Poster(facts.centre, channel, address, facts.hotline, name, opens)
        stem = "-".join(part for part in ("ap-phich", channel, code) if part)
        headers = {
            "Content-Disposition": f'inline; filename="{stem}.{kind}"',
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
