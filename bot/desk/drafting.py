"""Drafts: what an officer has begun to write survives a reload, a lost login, another machine."""

from bot.desk.core import DeskCore
from storage.records import Officer

KINDS = ("text", "note", "advice")


class Drafting(DeskCore):
    async def save_draft(
        self, officer: Officer, ticket_id: int, kind: str, text: str, *, key: str = ""
    ) -> None:
        """Keep it, unless the form it was typed into (`key`) was sent meanwhile: a late save revives nothing."""
        if kind not in KINDS:
            raise ValueError(kind)
        sent = {
            "text": f"answer:{ticket_id}:{key}",
            "note": f"note:{ticket_id}:{key}",
            "advice": f"advise:{officer.id}:{ticket_id}:{key}",
        }[kind]
        async with self._database.unit_of_work() as uow:
            await self._seen(uow, officer, ticket_id)
            if not await uow.done_once.known(sent):
                await uow.drafts.save(ticket_id, officer.id, kind, text, self._clock.now())
                await uow.commit()
