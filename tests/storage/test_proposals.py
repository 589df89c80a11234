"""Proposals for the catalog: one for each ticket, decided once; on both databases."""

import asyncio

import pytest

from storage.database import Database
from storage.errors import NotFoundError
from storage.records import ProposalState
from tests.storage.stories import NOW, later, officer, question, somebody


async def test_one_for_each_ticket_decided_once(database: Database) -> None:
    ticket = await question(database, await somebody(database))
    lan, admin = await officer(database), await officer(database, "admin")
    async with database.unit_of_work() as uow:
        await uow.proposals.make(ticket.id, lan.id, "1.1", "con sanh", NOW)
        await uow.proposals.make(ticket.id, lan.id, "2.2", "con sanh rồi", later(minutes=1))
        (open_one,) = await uow.proposals.open(10)
        assert (open_one.procedure_code, open_one.wording) == ("2.2", "con sanh rồi"), "closed again"
        with pytest.raises(NotFoundError):
            await uow.proposals.get(999)
        await uow.commit()

    async def decide(state: ProposalState) -> bool:
        async with database.unit_of_work() as uow:
            done = await uow.proposals.decide(open_one.id, state, admin.id, later(hours=1), "sanh con")
            await uow.commit()
        return done

    assert sorted(await asyncio.gather(*(decide(ProposalState.ACCEPTED) for _ in range(4)))) == [
        False
    ] * 3 + [True]
    async with database.unit_of_work() as uow:
        assert await uow.proposals.open(10) == ()
        assert [(each.wording, each.procedure_code) for each in await uow.proposals.accepted()] == [
            ("sanh con", "2.2")
        ]
        await uow.proposals.make(ticket.id, lan.id, "3.3", "khác", later(hours=2))
        assert (await uow.proposals.get(open_one.id)).procedure_code == "2.2", "what was decided stays"
        await uow.tickets.meant(ticket.id, "2.2")
        assert (await uow.tickets.get(ticket.id)).procedure_code == "2.2"
