"""Proposals for the catalog: how a citizen said it, and the procedure an officer says was meant."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, literal, select, update

from storage.errors import NotFoundError
from storage.link import Link
from storage.records import Proposal, ProposalState
from storage.tables import proposals

# Written out, not bound: SQLite uses a partial index only when it sees its condition.
_OPEN = proposals.c.state == literal("open", literal_execute=True)


class Proposals:
    """One for each ticket; a decided one stays as it was decided."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def make(self, ticket_id: int, officer_id: int, code: str, wording: str, at: datetime) -> None:
        """The same ticket closed again proposes anew, unless it was decided already."""
        fresh = {"officer_id": officer_id, "procedure_code": code, "wording": wording, "made_at": at}
        statement = self._link.insert(proposals).values(ticket_id=ticket_id, **fresh)
        await self._link.run(
            statement.on_conflict_do_update(index_elements=["ticket_id"], set_=fresh, where=_OPEN)
        )

    async def open(self, limit: int) -> tuple[Proposal, ...]:
        """The oldest first."""
        worded = proposals.c.wording != ""  # whoever asked to be forgotten proposes nothing
        return await self._some(select(proposals).where(_OPEN, worded).order_by(proposals.c.id).limit(limit))

    async def accepted(self) -> tuple[Proposal, ...]:
        """By procedure, the oldest first."""
        theirs = proposals.c.state == ProposalState.ACCEPTED
        return await self._some(
            select(proposals).where(theirs).order_by(proposals.c.procedure_code, proposals.c.id)
        )

    async def get(self, proposal_id: int) -> Proposal:
        """Raises `NotFoundError`."""
        found = await self._some(select(proposals).where(proposals.c.id == proposal_id))
        if not found:
            raise NotFoundError(f"proposal {proposal_id}")
        return found[0]

    async def decide(
        self, proposal_id: int, state: ProposalState, officer_id: int, at: datetime, wording: str
    ) -> bool:
        """False when it was decided meanwhile. `wording`: as it was put right."""
        mine = update(proposals).where(proposals.c.id == proposal_id, _OPEN)
        values = {"state": state, "decided_by": officer_id, "decided_at": at, "wording": wording}
        return await self._link.changed(mine.values(**values)) > 0

    async def _some(self, statement: Any) -> tuple[Proposal, ...]:
        return tuple(_record(row) for row in await self._link.rows(statement))


def _record(row: Row[Any]) -> Proposal:
    return Proposal(
        row.id, row.procedure_code, row.wording, ProposalState(row.state), row.made_at, row.decided_at
    )
