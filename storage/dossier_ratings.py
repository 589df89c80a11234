"""How those who followed a dossier rate the agency and the officer who handled it. The last press counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from storage.link import Link
from storage.records import DossierRating, RatedName, RatingTarget
from storage.tables import dossier_ratings as ratings


class DossierRatings:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def rate(self, address_id: int, code: str, rating: DossierRating, sequence: int) -> None:
        """Presses may arrive in any order: the greatest `sequence` counts; words stay until others come."""
        told: dict[str, Any] = {
            "name": rating.name,
            "agency": rating.agency,
            "score": rating.score,
            "at": rating.at,
            "sequence": sequence,
        }
        statement = self._link.insert(ratings).values(
            address_id=address_id, dossier_code=code, target=rating.target, words=rating.words, **told
        )
        new = statement.excluded
        later = new.sequence >= ratings.c.sequence
        kept: dict[str, Any] = {name: case((later, new[name]), else_=ratings.c[name]) for name in told}
        kept["words"] = case((later & new.words.is_not(None), new.words), else_=ratings.c.words)
        await self._link.run(
            statement.on_conflict_do_update(
                index_elements=["address_id", "dossier_code", "target"], set_=kept
            )
        )

    async def of(self, address_id: int, code: str) -> Mapping[RatingTarget, DossierRating]:
        mine = (ratings.c.address_id == address_id) & (ratings.c.dossier_code == code)
        found = [_record(row) for row in await self._link.rows(select(ratings).where(mine))]
        return {each.target: each for each in found}

    async def means(
        self, target: RatingTarget, start: datetime, end: datetime, limit: int
    ) -> tuple[RatedName, ...]:
        """Rated in that time, the most rated first. Officers of one name in two agencies are two."""
        number = func.count()
        statement = (
            select(
                ratings.c.name,
                ratings.c.agency,
                number.label("number"),
                func.avg(ratings.c.score).label("mean"),
            )
            .where(ratings.c.target == target, ratings.c.at >= start, ratings.c.at < end)
            .group_by(ratings.c.name, ratings.c.agency)
            .order_by(number.desc(), ratings.c.name, ratings.c.agency)
            .limit(limit)
        )
        rows = await self._link.rows(statement)
        return tuple(RatedName(row.name, row.agency, row.number, round(float(row.mean), 1)) for row in rows)

    async def worded(self, start: datetime, end: datetime, limit: int) -> tuple[DossierRating, ...]:
        """Those with words, the newest first."""
        statement = (
            select(ratings)
            .where(ratings.c.at >= start, ratings.c.at < end, ratings.c.words.is_not(None))
            .order_by(ratings.c.at.desc(), ratings.c.id.desc())
            .limit(limit)
        )
        return tuple(_record(row) for row in await self._link.rows(statement))


def _record(row: Any) -> DossierRating:
    return DossierRating(RatingTarget(row.target), row.name, row.agency, row.score, row.words, row.at)
