"""R7 at the desk: of two who reach for one ticket one wins, the other hears who, and no words are lost."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.policy import ForbiddenError
from storage.errors import MovedOnError, StorageError, TicketClosedError, TicketTakenError
from storage.records import Author, Closing, Officer, Reason, Role, Ticket, TicketStatus
from tests.house import House, house

ROUNDS = int(os.environ.get("MOTCUA_RACES", "200"))
FORBIDDEN = (ForbiddenError, StorageError)


@dataclass
class Ring:
    """Two processes of one house, as behind a load balancer; on SQLite the one process there is."""

    near: House
    far: House
    mai: Officer
    kha: Officer
    boss: Officer


@pytest.fixture
async def ring(database_url: str, tmp_path: Path) -> AsyncIterator[Ring]:
    async with AsyncExitStack() as stack:
        near = await stack.enter_async_context(house(database_url, tmp_path / "near"))
        far = near
        if not database_url.startswith("sqlite"):
            far = await stack.enter_async_context(house(database_url, tmp_path / "far", near.clock))
        mai, kha = await near.officer("mai"), await near.officer("kha")
        yield Ring(near, far, mai, kha, await near.officer("boss", Role.SUPERVISOR))


async def tickets(ring: Ring, count: int) -> list[Ticket]:
    """Questions that wait, each of somebody else."""
    now, made = ring.near.clock.now(), []
    async with ring.near.parts.database.unit_of_work() as uow:
        for number in range(count):
            contact = await uow.citizens.resolve(ring.near.citizen(f"nguoi-{number}").key, now)
            await uow.messages.add(contact.conversation_id, Author.CITIZEN, f"câu hỏi {number}", now)
            made.append(
                await uow.tickets.open(
                    conversation_id=contact.conversation_id,
                    citizen_id=contact.citizen_id,
                    address_id=contact.address_id,
                    reason=Reason.ASKED_FOR_PERSON,
                    department="trung_tam",
                    question=f"câu hỏi {number}",
                    matched={},
                    procedure_code=None,
                    opened_at=now,
                    due_at=now,
                    search_text="",
                )
            )
        await uow.commit()
    return made


async def both(number: int, first: Awaitable[object], second: Awaitable[object]) -> tuple[object, object]:
    """Side by side; every other time the second is started first."""
    if number % 2:
        told = await asyncio.gather(second, first, return_exceptions=True)
        return told[1], told[0]
    one, other = await asyncio.gather(first, second, return_exceptions=True)
    return one, other


async def now_of(ring: Ring, ticket: Ticket) -> Ticket:
    async with ring.near.parts.database.reading() as uow:
        return await uow.tickets.get(ticket.id)


async def said_by(ring: Ring, ticket: Ticket, author: Author) -> list[str]:
    async with ring.near.parts.database.reading() as uow:
        return [
            message.text
            for message in await uow.messages.of_conversation(ticket.conversation_id)
            if message.author is author
        ]


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_two_officers_claim_one_ticket(ring: Ring) -> None:
    wins = {ring.mai.id: 0, ring.kha.id: 0}
    for number, ticket in enumerate(await tickets(ring, ROUNDS)):
        one, other = await both(
            number,
            ring.near.parts.desk.claim(ring.mai, ticket.id),
            ring.far.parts.desk.claim(ring.kha, ticket.id),
        )
        winner, loser = (one, other) if isinstance(one, Ticket) else (other, one)
        assert isinstance(winner, Ticket), (one, other)
        assert isinstance(loser, TicketTakenError), loser
        standing = await now_of(ring, ticket)
        assert (standing.officer_id, loser.officer_name) == (winner.officer_id, winner.officer_name)
        assert len(await said_by(ring, ticket, Author.SYSTEM)) == 1, "the citizen is told of one officer"
        assert standing.officer_id
        wins[standing.officer_id] += 1
    assert all(wins.values()), f"no race at all: {wins}"


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_one_officer_who_claims_twice_is_announced_once(ring: Ring) -> None:
    for number, ticket in enumerate(await tickets(ring, ROUNDS // 4)):
        told = await both(
            number,
            ring.near.parts.desk.claim(ring.mai, ticket.id),
            ring.far.parts.desk.claim(ring.mai, ticket.id),
        )
        assert all(isinstance(each, Ticket) for each in told), told
        assert len(await said_by(ring, ticket, Author.SYSTEM)) == 1


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_an_answer_and_a_supervisor_who_takes_the_ticket_away(ring: Ring) -> None:
    """The answer is said, or its officer hears why not: never half."""
    await _against_the_answer(
        ring, lambda ticket: ring.far.parts.desk.release(ring.boss, ticket.id), {TicketStatus.NEW}
    )


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_an_answer_and_a_supervisor_who_closes(ring: Ring) -> None:
    await _against_the_answer(
        ring,
        lambda ticket: ring.far.parts.desk.close(ring.boss, ticket.id, Closing.CITIZEN_GONE),
        {TicketStatus.CLOSED},
    )


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_an_answer_and_a_colleague_to_whom_it_was_given(ring: Ring) -> None:
    """Taken away and claimed by the next: the answer that comes too late names who has it now."""

    async def given(ticket: Ticket) -> None:
        await ring.far.parts.desk.release(ring.boss, ticket.id)
        await ring.far.parts.desk.claim(ring.kha, ticket.id)

    refused = await _against_the_answer(ring, given, {TicketStatus.ASSIGNED})
    assert all(
        error.officer_name == "Trần Minh Kha" for error in refused if isinstance(error, TicketTakenError)
    )


async def _against_the_answer(
    ring: Ring, other: Callable[[Ticket], Awaitable[object]], ends: set[TicketStatus]
) -> list[BaseException]:
    refused: list[BaseException] = []
    for number, ticket in enumerate(await tickets(ring, ROUNDS)):
        await ring.near.parts.desk.claim(ring.mai, ticket.id)
        text = f"trả lời {number}"
        answer, acted = await both(
            number,
            ring.near.parts.desk.answer(ring.mai, ticket.id, text, seen_message_id=10**9, key="k"),
            other(ticket),
        )
        assert not isinstance(acted, BaseException), acted
        standing, said = await now_of(ring, ticket), await said_by(ring, ticket, Author.OFFICER)
        if isinstance(answer, BaseException):
            assert isinstance(answer, FORBIDDEN), answer
            assert said == []
            refused.append(answer)
        else:
            assert said == [text], "what was accepted was said"
        assert standing.status in ends
    return refused


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_an_answer_and_a_forward(ring: Ring) -> None:
    """Answered first, it is said once and then forwarded; forwarded first, the department alone may answer."""
    for number, ticket in enumerate(await tickets(ring, ROUNDS)):
        await ring.near.parts.desk.claim(ring.mai, ticket.id)
        answer, forwarded = await both(
            number,
            ring.near.parts.desk.answer(ring.mai, ticket.id, "Dạ.", seen_message_id=10**9, key="k"),
            _forward(ring, ticket),
        )
        assert isinstance(answer, Ticket | ForbiddenError), answer
        assert isinstance(forwarded, Ticket), forwarded
        standing = await now_of(ring, ticket)
        assert standing.status is TicketStatus.FORWARDED
        assert standing.officer_id == ring.mai.id
        assert await said_by(ring, ticket, Author.OFFICER) == (["Dạ."] if isinstance(answer, Ticket) else [])


async def _forward(ring: Ring, ticket: Ticket) -> Ticket:
    async with ring.far.parts.database.unit_of_work() as uow:
        told = await uow.tickets.forward(ticket.id, ring.mai.id, ring.near.clock.now(), "so_tu_phap", "", "")
        await uow.commit()
    return told


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_timer_that_closes_and_a_citizen_who_writes(ring: Ring) -> None:
    """Either the word comes first and the ticket stays open, or it comes after and the bot answers it."""
    ends = set()
    for number, ticket in enumerate(await tickets(ring, ROUNDS // 2)):
        desk = ring.near.parts.desk
        await desk.claim(ring.mai, ticket.id)
        await desk.answer(ring.mai, ticket.id, "Dạ.", seen_message_id=10**9, key="k")
        citizen = ring.far.citizen(f"nguoi-{number}")
        await citizen.receive_only(id=f"w{number}", kind="text", text="bữa đó tui đi không được")
        told = await both(number, desk.close_answered(ticket.id), ring.far.parts.intake.drain())
        assert told == (None, None)
        standing = await now_of(ring, ticket)
        ends.add(standing.status)
        if standing.status is TicketStatus.CLOSED:
            assert (await said_by(ring, ticket, Author.BOT)) != [], "the bot answers when nobody else does"
        else:
            assert standing.status is TicketStatus.ASSIGNED, "it waits for the officer again"
    assert ends <= {TicketStatus.CLOSED, TicketStatus.ASSIGNED}


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_timer_that_closes_and_a_second_answer(ring: Ring) -> None:
    for number, ticket in enumerate(await tickets(ring, ROUNDS)):
        desk = ring.near.parts.desk
        await desk.claim(ring.mai, ticket.id)
        await desk.answer(ring.mai, ticket.id, "Dạ.", seen_message_id=10**9, key="k")
        closed, second = await both(
            number,
            ring.far.parts.desk.close_answered(ticket.id),
            desk.answer(ring.mai, ticket.id, "Dạ thêm nữa.", seen_message_id=10**9, key="k2"),
        )
        assert closed is None
        said = await said_by(ring, ticket, Author.OFFICER)
        if isinstance(second, BaseException):
            assert isinstance(second, TicketClosedError | MovedOnError), second
            assert said == ["Dạ."]
        else:
            assert said == ["Dạ.", "Dạ thêm nữa."]
