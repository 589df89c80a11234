"""What of a citizen's chat an officer who answers a question of it does not read.

Who gave which rating is for supervisors. A petition has its own page, on which a name may be withheld: the turns in
which it was told would say whose it is (docs/decisions/0030-petitions-told-in-a-chat.md). Papers that were filed are
looked at on the page of the submission: there the owner reads who did, and others get a blacked-out copy.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import zip_longest

from bot import policy
from bot.conversation.state import State
from storage.channel_records import ReceivedFile
from storage.petition_records import PetitionKind
from storage.records import Author, Message, Officer, Ticket
from storage.unit_of_work import UnitOfWork

FILED = "filed"  # why a file does not open here


class Apart:
    def __init__(self, officer: Officer, *, about_officer: bool, filed: Collection[int] = ()) -> None:
        """`about_officer`: one of the petitions of this citizen is. `filed`: ids of the files of what they file."""
        self._filed = frozenset(filed)
        self._ratings = not policy.sees_complaints(officer)
        self._petitions = not policy.hears_petitions(officer, about_officer=about_officer)

    @classmethod
    async def of(cls, uow: UnitOfWork, officer: Officer, ticket: Ticket) -> "Apart":
        conversation = await uow.conversations.get(ticket.conversation_id)
        being_told = State.from_json(conversation.state).petition
        filed = await uow.petitions.of_citizen(ticket.citizen_id)
        kinds = {each.kind for each in (*filed, being_told) if each is not None}
        papers = [
            file_id
            for submission in await uow.submissions.of_citizen(ticket.citizen_id)
            for part in submission.parts
            for file_id in part.file_ids
        ]
        return cls(officer, about_officer=PetitionKind.ABOUT_OFFICER in kinds, filed=papers)

    def papers_elsewhere(self, received: Sequence[ReceivedFile]) -> tuple[ReceivedFile, ...]:
        """`received`, where what was filed says so instead of opening."""
        return tuple(
            replace(each, file_id=None, reason=FILED) if self.is_filed(each.file_id) else each
            for each in received
        )

    def is_filed(self, file_id: int | None) -> bool:
        return file_id in self._filed

    def without(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """`messages` in their order, without what is not for this officer."""
        after = zip_longest(messages, messages[1:])
        return tuple(each for each, following in after if each and not self._hides(each, following))

    async def hides(self, uow: UnitOfWork, message: Message) -> bool:
        there = await uow.messages.of_conversation(message.conversation_id, after_id=message.id - 1, limit=2)
        return not there or self._hides(there[0], there[1] if len(there) > 1 else None)

    def _hides(self, message: Message, following: Message | None) -> bool:
        if message.about_rating:
            return self._ratings
        answered = message.author is Author.CITIZEN and following is not None and following.answers_petition
        return self._petitions and (message.about_petition or answered)
