"""R7: of two who reach for one ticket exactly one wins, and the other hears who did."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from storage.database import Database
from storage.errors import StaleStateError, TicketClosedError, TicketTakenError
from storage.records import Author, Closing, Officer, Ticket, TicketStatus
from tests.storage.stories import NOW, officer, open_ticket, question, somebody

Act = Callable[[Database, Ticket, Officer], Awaitable[Ticket]]


@pytest.fixture
async def second(database: Database, database_url: str) -> AsyncIterator[Database]:
    """The same database from another process: on PostgreSQL really side by side."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def claim(database: Database, ticket: Ticket, who: Officer) -> Ticket:
    async with database.unit_of_work() as uow:
        won = await uow.tickets.claim(ticket.id, who.id, NOW)
        await uow.commit()
    return won


async def close_by_timer(database: Database, ticket: Ticket, _who: Officer) -> Ticket:
    async with database.unit_of_work() as uow:
        closed = await uow.tickets.close(
            ticket.id, None, NOW, Closing.CITIZEN_GONE, expected_version=ticket.version
        )
        await uow.commit()
    return closed


async def answer(database: Database, ticket: Ticket, who: Officer) -> Ticket:
    async with database.unit_of_work() as uow:
        told = await uow.tickets.answered(ticket.id, who.id, NOW, None, expected_version=ticket.version)
        await uow.messages.add(ticket.conversation_id, Author.OFFICER, f"trả lời {ticket.id}", NOW)
        await uow.commit()
    return told


async def forward(database: Database, ticket: Ticket, who: Officer) -> Ticket:
    async with database.unit_of_work() as uow:
        told = await uow.tickets.forward(
            ticket.id, who.id, NOW, "land", "", "", expected_version=ticket.version
        )
        await uow.commit()
    return told


async def race(first: Database, second: Database, acts: tuple[Act, Act], rounds: int) -> None:
    lan, minh = await officer(first, "lan"), await officer(first, "minh")
    contacts = [await somebody(first, f"người {number}") for number in range(5)]
    async with first.unit_of_work() as uow:
        tickets = [await open_ticket(uow, contacts[number % 5]) for number in range(rounds)]
        await uow.commit()

    for number, ticket in enumerate(tickets):
        runs = [acts[0](first, ticket, lan), acts[1](second, ticket, minh)]
        if number % 2:
            runs.reverse()
        told = await asyncio.gather(*runs, return_exceptions=True)
        winners = [result for result in told if isinstance(result, Ticket)]
        (loser,) = [result for result in told if isinstance(result, BaseException)]
        assert len(winners) == 1, told
        assert isinstance(loser, TicketTakenError | TicketClosedError | StaleStateError), loser
        assert acts != (claim, claim) or isinstance(loser, TicketTakenError)
        async with first.reading() as uow:
            standing = await uow.tickets.get(ticket.id)
            events = await uow.tickets.events(ticket.id)
        assert standing == winners[0]
        assert len(events) == 2, "the loser left no trace"
        if isinstance(loser, TicketTakenError):
            assert loser.officer_name == standing.officer_name
        if standing.status == TicketStatus.ANSWERED:
            async with first.reading() as uow:
                *_, last = await uow.messages.of_conversation(ticket.conversation_id, latest=True, limit=1)
            assert last.text == f"trả lời {ticket.id}", "no reply is lost"


RACES = pytest.mark.parametrize(
    "acts",
    [(claim, claim), (claim, close_by_timer), (answer, forward)],
    ids=["two officers claim", "claim and timer", "answer and forward"],
)


@RACES
async def test_exactly_one_wins(database: Database, second: Database, acts: tuple[Act, Act]) -> None:
    await race(database, second, acts, 40)


@pytest.mark.long
@pytest.mark.timeout(600)
@RACES
async def test_exactly_one_wins_a_thousand_times(
    database: Database, second: Database, acts: tuple[Act, Act]
) -> None:
    await race(database, second, acts, 1000)


async def test_of_ten_who_claim_at_once_one_wins_and_nine_hear_the_name(
    database: Database, second: Database
) -> None:
    officers = [await officer(database, f"officer-{number}") for number in range(10)]
    ticket = await question(database, await somebody(database))

    places = [database, second] * 5
    told = await asyncio.gather(
        *(claim(place, ticket, who) for place, who in zip(places, officers, strict=True)),
        return_exceptions=True,
    )

    (winner,) = [result for result in told if isinstance(result, Ticket)]
    losers = [result for result in told if isinstance(result, TicketTakenError)]
    assert len(losers) == 9
    assert {loser.officer_name for loser in losers} == {winner.officer_name}
