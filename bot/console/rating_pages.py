"""What citizens thought of one's own answers, and what one says to it."""

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import HOME, Gate, Visit, row_id
from bot.desk import Desk
from bot.desk.masking import masked
from bot.pages.forms import tidy
from bot.pages.site import Site
from bot.policy import ForbiddenError
from bot.texts import Texts
from bot.worktime import VIETNAM
from storage.records import OwnRating

RATINGS = f"{HOME}/danh-gia"


class RatingPages:
    def __init__(self, site: Site, gate: Gate, desk: Desk) -> None:
        self._site = site
        self._gate = gate
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        return [
            Route(RATINGS, self._gate.page(self._list), name="ratings"),
            Route(
                RATINGS + "/{rating:int}",
                self._gate.action(self._reply),
                methods=["POST"],
                name="reply_to_rating",
            ),
        ]

    async def _list(self, visit: Visit) -> Response:
        """By week, not by hour: the moment would tell who it was."""
        texts = self._site.texts
        try:
            found = await self._desk.my_ratings(visit.officer)
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        rows = [_row(texts, each) for each in found]
        replied = [
            (name, _row(texts, each)) for name, each in await self._desk.replied_ratings(visit.officer)
        ]
        return self._site.page("console/ratings.html", visit=visit, rows=rows, replied=replied)

    async def _reply(self, visit: Visit) -> Response:
        rating_id = row_id(visit.request.path_params["rating"])
        try:
            await self._desk.reply_to_rating(visit.officer, rating_id, tidy(visit.form.get("text", "")))
        except ForbiddenError:
            return self._site.page("console/missing.html", status=404)
        return RedirectResponse(RATINGS, 303)


def _row(texts: Texts, rating: OwnRating) -> dict[str, object]:
    return {
        "rating": rating,
        "level": texts(f"rating.level.l{rating.score}"),
        "reasons": [texts(f"rating.reason.{reason}") for reason in rating.reasons],
        "words": masked(rating.words or ""),
        "week": f"{rating.at.astimezone(VIETNAM):%V/%G}",
    }
