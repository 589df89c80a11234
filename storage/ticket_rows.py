"""How tickets and their events are read."""

from typing import Any

from sqlalchemy import Row, Select, select

from storage.records import AddressKey, Closing, Reason, Ticket, TicketEvent, TicketStatus
from storage.tables import addresses, officers, tickets


def ticket_selection() -> Select[Any]:
    return (
        select(
            tickets,
            addresses.c.channel,
            addresses.c.account,
            addresses.c.user_id,
            officers.c.name.label("officer_name"),
        )
        .join_from(tickets, addresses, addresses.c.id == tickets.c.address_id)
        .join(officers, officers.c.id == tickets.c.officer_id, isouter=True)
    )


def ticket(row: Row[Any]) -> Ticket:
    return Ticket(
        id=row.id,
        number=row.id,
        conversation_id=row.conversation_id,
        citizen_id=row.citizen_id,
        address_id=row.address_id,
        key=AddressKey(row.channel, row.account, row.user_id),
        reason=Reason(row.reason),
        status=TicketStatus(row.status),
        department=row.department,
        question=row.question,
        matched=row.matched,
        procedure_code=row.procedure_code,
        officer_id=row.officer_id,
        officer_name=row.officer_name,
        opened_at=row.opened_at,
        due_at=row.due_at,
        claimed_at=row.claimed_at,
        first_answer_at=row.first_answer_at,
        closed_at=row.closed_at,
        closing=None if row.closing is None else Closing(row.closing),
        closing_detail=row.closing_detail,
        last_message_id=row.last_message_id,
        version=row.version,
        forwarded_from=row.forwarded_from,
        forwarded_to=row.forwarded_to,
        forward_due_at=row.forward_due_at,
        answered_by=row.answered_by,
        for_supervisor=row.for_supervisor,
        language=row.language,
    )


def ticket_event(row: Row[Any]) -> TicketEvent:
    return TicketEvent(
        id=row.id,
        ticket_id=row.ticket_id,
        at=row.at,
        kind=row.kind,
        officer_id=row.officer_id,
        officer_name=row.officer_name,
        detail=row.detail,
    )
