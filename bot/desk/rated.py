"""What citizens thought of one's own answers: without a name, without a ticket, and only from a number on.

With fewer ratings an officer would know who gave them. Nobody deletes or changes one; the officer may say
something to it, which stands beside it in the reports.
"""

from bot import policy
from bot.desk.core import DeskCore
from storage.records import Officer, OwnRating

SHOWN = 100
SHOWN_FROM = 5  # ratings
LONGEST = 500  # characters


class Rated(DeskCore):
    async def my_ratings(self, officer: Officer) -> tuple[OwnRating, ...]:
        """Empty while there are too few to hide who gave them."""
        policy.require_desk(officer)
        async with self._database.reading() as uow:
            found = await uow.ratings.of_officer(officer.id, SHOWN)
        return found if len(found) >= SHOWN_FROM else ()

    async def replied_ratings(self, officer: Officer) -> tuple[tuple[str, OwnRating], ...]:
        """For supervisors: what officers said to their ratings, with the officer's name. Empty for all others.

        An officer can reply only from `SHOWN_FROM` ratings on, so that no name stands beside fewer.
        """
        if not policy.sees_reports(officer):
            return ()
        async with self._database.reading() as uow:
            return await uow.ratings.replied(SHOWN)

    async def reply_to_rating(self, officer: Officer, rating_id: int, text: str) -> bool:
        """False when it is not one of `my_ratings`."""
        if not text.strip() or rating_id not in {each.id for each in await self.my_ratings(officer)}:
            return False
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            done = await uow.ratings.reply(rating_id, officer.id, text.strip()[:LONGEST], now)
            await uow.audit.add(now, f"officer:{officer.id}", "rating.replied", f"rating:{rating_id}", {})
            await uow.commit()
        return done
