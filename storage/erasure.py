"""What is erased when a citizen asks for it: at their own word what no duty keeps, by an order all of it.

Rows stay where the administration must answer for them (tickets, petitions, consents, ratings), emptied of
what was said in them. Messages are emptied whoever wrote them: an answer repeats what was asked. What still
waits to be sent is left alone, or the citizen would never hear that it was done.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, select, update

from storage.link import Link
from storage.records import OutboxStatus, TicketStatus
from storage.tables import (
    addresses,
    citizens,
    consents,
    conversations,
    dossier_ratings,
    draft_files,
    drafts,
    files,
    follows,
    inbox,
    messages,
    notices,
    outbox,
    petition_events,
    petitions,
    proposals,
    ratings,
    received_files,
    sent_files,
    submission_events,
    submissions,
    ticket_events,
    tickets,
)

_Step = tuple[Table, ColumnElement[bool], dict[str, Any]]
_NO_WORDS: Mapping[str, Any] = {"text": "", "body": {}, "note": {}, "search_text": ""}


class _Theirs:
    """What is one citizen's: selections that the steps share."""

    def __init__(self, citizen_id: int) -> None:
        self.citizen_id = citizen_id
        self.addresses = select(addresses.c.id).where(addresses.c.citizen_id == citizen_id)
        self.talks = select(conversations.c.id).where(conversations.c.address_id.in_(self.addresses))
        self.tickets = select(tickets.c.id).where(tickets.c.citizen_id == citizen_id)
        self.petitions = select(petitions.c.id).where(petitions.c.citizen_id == citizen_id)
        self.filed = select(submissions.c.id).where(submissions.c.citizen_id == citizen_id)
        self.came = exists().where(
            addresses.c.citizen_id == citizen_id,
            addresses.c.channel == inbox.c.channel,
            addresses.c.account == inbox.c.account,
            addresses.c.user_id == inbox.c.user_id,
        )

    def person(self, at: datetime) -> tuple[_Step, ...]:
        """Who they are, what they agreed to, where their conversation stood, what is only on its way."""
        mine = self.citizen_id
        standing = (consents.c.citizen_id == mine) & consents.c.withdrawn_at.is_(None)
        nobody = {"commune": None, "pronoun": None, "phone": None, "phone_proved_at": None}
        return (
            (citizens, citizens.c.id == mine, {**nobody, "forgotten_at": at}),
            (addresses, addresses.c.citizen_id == mine, {"display_name": None}),
            (conversations, conversations.c.id.in_(self.talks), {"state": ""}),
            (inbox, self.came & (inbox.c.status != "pending"), {"payload": {}, "error": None}),
            (ratings, ratings.c.address_id.in_(self.addresses), {"words": None, "reply": None}),
            (consents, standing, {"withdrawn_at": at}),
        )


async def forget_unbound(link: Link, citizen_id: int, at: datetime) -> Mapping[str, int]:
    """Blank what nobody has to keep; how many rows, by table.

    Tickets and what was said in them, petitions, dossiers handed in and their files stay; so do the words of a
    conversation while somebody works on a question of it.
    """
    theirs = _Theirs(citizen_id)
    worked_on = exists().where(
        tickets.c.conversation_id == messages.c.conversation_id, tickets.c.status != TicketStatus.CLOSED
    )
    said = messages.c.conversation_id.in_(theirs.talks) & messages.c.ticket_id.is_(None) & ~worked_on
    of_no_ticket = exists().where(
        messages.c.id == received_files.c.message_id, messages.c.ticket_id.is_(None)
    )
    fetched = received_files.c.address_id.in_(theirs.addresses) & (received_files.c.status != "pending")
    delivered = (OutboxStatus.SENT, OutboxStatus.FAILED)
    steps: tuple[_Step, ...] = (
        *theirs.person(at),
        (messages, said, dict(_NO_WORDS)),
        (
            outbox,
            outbox.c.address_id.in_(theirs.addresses) & outbox.c.status.in_(delivered),
            {"payload": {}, "error": None},
        ),
        (received_files, fetched & of_no_ticket, {"reference": "", "name": None, "error": None}),
        (
            files,
            files.c.address_id.in_(theirs.addresses) & files.c.keep_until.is_not(None),
            {"name": None, "keep_until": at},
        ),
    )
    await _let_go(link, said, at)
    return await _blank(link, steps)


async def forget(link: Link, citizen_id: int, at: datetime) -> Mapping[str, int]:
    """Blank all of the citizen's rows; how many, by table."""
    theirs = _Theirs(citizen_id)
    mine = theirs.addresses
    steps: tuple[_Step, ...] = (
        *theirs.person(at),
        (messages, messages.c.conversation_id.in_(theirs.talks), dict(_NO_WORDS)),
        (
            outbox,
            outbox.c.address_id.in_(mine) & (outbox.c.status == OutboxStatus.WAITING),
            {"status": OutboxStatus.FAILED, "reason": "erased"},
        ),
        (
            outbox,
            outbox.c.address_id.in_(mine) & (outbox.c.status != OutboxStatus.PENDING),
            {"payload": {}, "error": None},
        ),
        (
            tickets,
            tickets.c.citizen_id == citizen_id,
            {"question": "", "matched": {}, "search_text": "", "closing_detail": None},
        ),
        (ticket_events, ticket_events.c.ticket_id.in_(theirs.tickets), {"detail": None}),
        (drafts, drafts.c.ticket_id.in_(theirs.tickets), {"text": ""}),
        (follows, follows.c.address_id.in_(mine) & follows.c.ended_at.is_(None), {"ended_at": at}),
        (
            notices,
            notices.c.address_id.in_(mine) & (notices.c.status == "pending"),
            {"status": "dropped", "settled_at": at},
        ),
        (dossier_ratings, dossier_ratings.c.address_id.in_(mine), {"words": None}),
        (
            proposals,
            proposals.c.ticket_id.in_(theirs.tickets) & (proposals.c.state == "open"),
            {"wording": ""},
        ),
        (
            petitions,
            petitions.c.citizen_id == citizen_id,
            {"text": "", "place": None, "location": None, "answer": None, "summary": None},
        ),
        (petition_events, petition_events.c.petition_id.in_(theirs.petitions), {"detail": {}}),
        (
            received_files,
            received_files.c.address_id.in_(mine) & (received_files.c.status != "pending"),
            {"reference": "", "name": None, "error": None},
        ),
        (submissions, submissions.c.citizen_id == citizen_id, {"answers": {}}),
        (submission_events, submission_events.c.submission_id.in_(theirs.filed), {"detail": {}}),
        (files, files.c.address_id.in_(mine), {"name": None, "keep_until": at}),
    )
    beside = draft_files.c.ticket_id.in_(theirs.tickets)
    held = select(draft_files.c.file_id).where(beside)
    await link.run(update(files).where(files.c.id.in_(held)).values(name=None, keep_until=at))
    await link.run(delete(draft_files).where(beside, ~draft_files.c.held))
    await _let_go(link, messages.c.conversation_id.in_(theirs.talks), at)
    return await _blank(link, steps)


async def _let_go(link: Link, said: ColumnElement[bool], at: datetime) -> None:
    """What went out with those messages: nothing keeps it any longer."""
    theirs = sent_files.c.message_id.in_(select(messages.c.id).where(said))
    went = select(sent_files.c.file_id).where(theirs)
    await link.run(update(files).where(files.c.id.in_(went)).values(name=None, keep_until=at))
    await link.run(delete(sent_files).where(theirs))


async def _blank(link: Link, steps: Iterable[_Step]) -> Mapping[str, int]:
    return {
        table.name: await link.changed(update(table).where(which).values(blank))
        for table, which, blank in steps
    }
