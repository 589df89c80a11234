"""Whether the photos may be seen from a chat that did not file them: an officer's word, for a day."""

from bot.actions.filing.papers import ASKED, DENIED, RELEASED, standing
from bot.conversation import tokens
from bot.desk.filing.core import FilingCore
from bot.messages import Choice, Reply, Voice
from bot.texts import Texts
from storage.errors import StaleStateError
from storage.records import Officer


class Releasing(FilingCore):
    async def release(self, officer: Officer, submission_id: int, address_id: int, *, agreed: bool) -> None:
        """Answered once; whoever comes second finds it answered (StaleStateError)."""
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            submission = await self._seen(uow, officer, submission_id, lock=True)
            if standing(await uow.submissions.events(submission_id), address_id, now) != ASKED:
                raise StaleStateError(f"nobody asks for the photos of submission {submission_id}")
            contact = await uow.citizens.get(address_id)
            texts = Texts.load(contact.language).addressing(contact.pronoun)
            key = "filing.photos.released" if agreed else "filing.photos.denied"
            look = Choice(texts("menu.own_photos"), token=tokens.papers(submission.dossier_code or ""))
            person = Choice(texts("menu.person"), token=tokens.PERSON)
            words = texts(key, title=self._procedure(submission).title)
            await self._telling.now(
                uow, contact, Reply(words, (look if agreed else person,), voice=Voice.NOTICE)
            )
            kind = RELEASED if agreed else DENIED
            await self._noted(uow, officer, submission, kind, address=address_id)
            await uow.commit()
