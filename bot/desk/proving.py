"""What the citizen of a ticket has proved, and what an officer may therefore tell them about a dossier.

The same two tiers as for the assistant (docs/decisions/0004-dossier-disclosure.md): a code alone opens little,
whoever asks and whoever answers. An officer's answer is checked as well: what it tells beyond that is held back.
"""

from datetime import timedelta

from bot.actions.dossiers import code_digest, late_days
from bot.conversation import outcomes
from bot.conversation.wording.context import Wording
from bot.conversation.wording.dossiers import detail, shown
from bot.desk.core import DeskCore
from bot.desk.pages import Mentioned
from intents.extract import dossier_codes
from intents.text import fold
from storage.records import Author, Dossier, Ticket
from storage.unit_of_work import UnitOfWork

PROVED_FOR = timedelta(days=1)  # after that, whoever holds the phone proves it again
MENTIONED = 3  # dossiers of a conversation, the newest first
LONG_ENOUGH = 6  # letters of a detail that can be told from ordinary words


class Proving(DeskCore):
    async def mentioned(self, uow: UnitOfWork, ticket: Ticket) -> tuple[Mentioned, ...]:
        """The dossiers the citizen has named in this conversation."""
        said = await uow.messages.of_conversation(ticket.conversation_id, latest=True)
        codes = dict.fromkeys(
            code
            for message in reversed(said)
            if message.author is Author.CITIZEN
            for code in dossier_codes(message.text)
        )
        proved = await uow.lookups.proved(f"address:{ticket.address_id}", self._clock.now() - PROVED_FOR)
        found = []
        for code in list(codes)[:MENTIONED]:
            dossier = await uow.dossiers.get(code)
            if dossier is not None:
                found.append(Mentioned(dossier, proved.get(code_digest(self._secret, code))))
        return tuple(found)

    def dossier_words(self, known: Mentioned, wording: Wording) -> str:
        """As much of the dossier as was proved."""
        late = late_days(known.dossier, self._clock.now(), self._worktime)
        if known.proved_at is None:
            return shown(outcomes.DossierShown(known.dossier, late), wording)[0].text
        return detail(outcomes.DossierDetailShown(known.dossier, late), wording)[0].text

    def tells_too_much(self, text: str, mentioned: tuple[Mentioned, ...]) -> bool:
        """Whether an answer holds a detail of a dossier that the citizen has not proved to be theirs."""
        said = fold(text)
        return any(
            fold(value) in said
            for each in mentioned
            if each.proved_at is None
            for value in _details(each.dossier)
        )


def _details(dossier: Dossier) -> tuple[str, ...]:
    values = (dossier.holder, dossier.missing, dossier.result_place, dossier.late_reason)
    return tuple(value for value in values if value and len(fold(value)) >= LONG_ENOUGH)
