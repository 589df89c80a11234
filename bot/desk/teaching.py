"""Closing a ticket teaches: the officer names the procedure that was meant, the words become a proposal.

The keeper of the catalog decides, and sees what the wording would change before. Nothing of the person is in it:
numbers and names are taken out, the officer reads it once more, and the keeper cannot open the ticket.
"""

import asyncio

from bot import policy
from bot.desk.core import DeskCore
from bot.desk.pages import ProposalPage
from intents.matches import Found, NotFound
from intents.proposing import LONGEST, effect, impersonal, teaches
from storage.records import Officer, Proposal, ProposalState, Ticket

LISTED = 200
LIKE = 5  # procedures offered where a name is not clear


class UnknownProcedureError(ValueError):
    """No procedure has that code or a name like it."""


class Teaching(DeskCore):
    def meant(self, named: str) -> str:
        """The code of the procedure an officer named, by its code or in words. Raises UnknownProcedureError."""
        return self.named(named)[0]

    def named(self, name: str) -> tuple[str, ...]:
        """The codes of the procedures that an officer may mean, best first; one when it is clear."""
        snapshot = self._live.snapshot
        if name in snapshot.catalog.by_code:
            return (name,)
        match = snapshot.matcher.match(name)
        if isinstance(match, NotFound):
            raise UnknownProcedureError(name)
        codes = tuple(each.code for each in match.candidates)
        return codes[:1] if isinstance(match, Found) else codes[:LIKE]

    def wording_of(self, ticket: Ticket) -> str:
        """The citizen's words as they would be proposed."""
        return impersonal(ticket.question)

    async def _lesson(self, officer: Officer, ticket_id: int, code: str, wording: str | None) -> str:
        """The words to propose for `code`; empty when the catalog knows them. The search holds no transaction up.

        `wording`: as the officer left it; None for the citizen's own.
        """
        async with self._database.reading() as uow:
            ticket = await self._seen(uow, officer, ticket_id)
        words = impersonal(ticket.question if wording is None else wording)[:LONGEST]
        if not words:
            return ""
        return words if await asyncio.to_thread(teaches, self._live.snapshot.matcher, code, words) else ""

    async def proposals(self, officer: Officer) -> tuple[Proposal, ...]:
        policy.require_catalog(officer)
        async with self._database.reading() as uow:
            return await uow.proposals.open(LISTED)

    async def accepted(self) -> tuple[Proposal, ...]:
        async with self._database.reading() as uow:
            return await uow.proposals.accepted()

    async def proposal(self, officer: Officer, proposal_id: int) -> ProposalPage:
        """One proposal with what it would change, worked out for the catalog in use."""
        policy.require_catalog(officer)
        async with self._database.reading() as uow:
            found = await uow.proposals.get(proposal_id)
        snapshot = self._live.snapshot
        known = found.procedure_code in snapshot.catalog.by_code
        changes = (
            await asyncio.to_thread(effect, snapshot.matcher, found.procedure_code, found.wording)
            if known
            else None
        )
        return ProposalPage(found, self.procedure_name(found.procedure_code), changes)

    async def decide(self, officer: Officer, proposal_id: int, accept: bool, wording: str) -> bool:
        """False when somebody else decided meanwhile."""
        policy.require_catalog(officer)
        words = " ".join(wording.split())[:LONGEST]
        if accept and not words:
            raise ValueError("wording")
        state = ProposalState.ACCEPTED if accept else ProposalState.REFUSED
        async with self._database.unit_of_work() as uow:
            before = await uow.proposals.get(proposal_id)
            now, actor = self._clock.now(), f"officer:{officer.id}"
            done = await uow.proposals.decide(proposal_id, state, officer.id, now, words or before.wording)
            if done:
                await uow.audit.add(now, actor, f"proposal.{state}", f"proposal:{proposal_id}", {})
            await uow.commit()
        return done

    def procedure_name(self, code: str) -> str:
        """Its title; one that the catalog has dropped since is shown by its code."""
        known = self._live.snapshot.catalog.by_code.get(code)
        return known.title if known else code
