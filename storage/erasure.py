"""What is erased when a citizen asks for it.

Rows stay where the administration must answer for them (tickets, petitions, consents, ratings), emptied of
what was said in them. Messages are emptied whoever wrote them: an answer repeats what was asked. What still
waits to be sent is left alone, or the citizen would never hear that it was done.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, exists, select, update

from storage.link import Link
from storage.records import OutboxStatus
from storage.tables import (
    addresses,
    citizens,
    consents,
    conversations,
    drafts,
    files,
    inbox,
    messages,
    outbox,
    petitions,
    proposals,
    ratings,
    received_files,
    submission_events,
    submissions,
    ticket_events,
    tickets,
)


async def forget(link: Link, citizen_id: int, at: datetime) -> Mapping[str, int]:
    """Blank the citizen's rows; how many, by table."""
    mine = select(addresses.c.id).where(addresses.c.citizen_id == citizen_id)
    talks = select(conversations.c.id).where(conversations.c.address_id.in_(mine))
    asked = select(tickets.c.id).where(tickets.c.citizen_id == citizen_id)
    filed = select(submissions.c.id).where(submissions.c.citizen_id == citizen_id)
    came = exists().where(
        addresses.c.citizen_id == citizen_id,
        addresses.c.channel == inbox.c.channel,
        addresses.c.account == inbox.c.account,
        addresses.c.user_id == inbox.c.user_id,
    )
    steps: tuple[tuple[Table, ColumnElement[bool], dict[str, Any]], ...] = (
        (
            citizens,
            citizens.c.id == citizen_id,
            {"commune": None, "pronoun": None, "phone": None, "phone_proved_at": None, "forgotten_at": at},
        ),
        (addresses, addresses.c.citizen_id == citizen_id, {"display_name": None}),
        (conversations, conversations.c.id.in_(talks), {"state": ""}),
        (
            messages,
            messages.c.conversation_id.in_(talks),
            {"text": "", "body": {}, "note": {}, "search_text": ""},
        ),
        (inbox, came & (inbox.c.status != "pending"), {"payload": {}, "error": None}),
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
        (ticket_events, ticket_events.c.ticket_id.in_(asked), {"detail": None}),
        (drafts, drafts.c.ticket_id.in_(asked), {"text": ""}),
        (proposals, proposals.c.ticket_id.in_(asked) & (proposals.c.state == "open"), {"wording": ""}),
        (petitions, petitions.c.citizen_id == citizen_id, {"text": "", "place": None, "answer": None}),
        (ratings, ratings.c.address_id.in_(mine), {"words": None, "reply": None}),
        (
            consents,
            (consents.c.citizen_id == citizen_id) & consents.c.withdrawn_at.is_(None),
            {"withdrawn_at": at},
        ),
        (
            received_files,
            received_files.c.address_id.in_(mine) & (received_files.c.status != "pending"),
            {"reference": "", "name": None, "error": None},
        ),
        (submissions, submissions.c.citizen_id == citizen_id, {"answers": {}}),
        (submission_events, submission_events.c.submission_id.in_(filed), {"detail": {}}),
        (files, files.c.address_id.in_(mine), {"name": None, "keep_until": at}),
    )
    return {
        table.name: await link.changed(update(table).where(which).values(blank))
        for table, which, blank in steps
    }
