"""What citizens say of the administration: petitions with a code, ratings of which the last counts."""

import itertools
import random
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import NotFoundError
from storage.records import Contact, Petition, PetitionKind, PetitionStatus, Rating
from storage.unit_of_work import UnitOfWork
from tests.storage.stories import NOW, later, officer, question, somebody


async def file(uow: UnitOfWork, contact: Contact, code: str, **changed: Any) -> Petition:
    facts: dict[str, Any] = {
        "code": code,
        "kind": PetitionKind.PROPOSAL,
        "text": "Đề nghị mở thêm quầy vào thứ Bảy",
        "place": "xã Đất Mũi",
        "name_withheld": True,
        "citizen_id": contact.citizen_id,
        "address_id": contact.address_id,
        "conversation_id": contact.conversation_id,
        "ticket_id": None,
        "department": "one-stop",
        "filed_at": NOW,
        "forward_due_at": later(days=7),
        "answer_due_at": later(days=21),
    }
    return await uow.petitions.file(**facts | changed)


async def test_a_petition_is_found_by_its_code_and_by_its_citizen(database: Database) -> None:
    contact = await somebody(database)
    ticket = await question(database, contact)
    async with database.unit_of_work() as uow:
        first = await file(uow, contact, "PA-7K3M-9QWZ")
        second = await file(
            uow, contact, "PA-0000-000X", kind=PetitionKind.ABOUT_OFFICER, ticket_id=ticket.id
        )
        await uow.commit()

    async with database.reading() as uow:
        assert await uow.petitions.by_code("PA-7K3M-9QWZ") == first
        assert await uow.petitions.by_code("PA-7K3M-9QWX") is None
        assert await uow.petitions.of_citizen(contact.citizen_id) == (second, first)
        assert await uow.petitions.of_ticket(ticket.id) == second
        assert await uow.petitions.of_ticket(ticket.id + 1) is None
    assert (first.status, first.name_withheld, first.answer) == (PetitionStatus.FILED, True, None)


async def test_a_petition_goes_its_way_and_keeps_its_answer(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        petition = await file(uow, contact, "PA-7K3M-9QWZ")
        await uow.petitions.set_status(petition.id, PetitionStatus.FORWARDED, later(days=1))
        solved = await uow.petitions.set_status(
            petition.id, PetitionStatus.SOLVED, later(days=2), "Đã mở quầy"
        )
        assert (solved.status, solved.answer) == (PetitionStatus.SOLVED, "Đã mở quầy")
        again = await uow.petitions.set_status(petition.id, PetitionStatus.SOLVED, later(days=3))
        assert again.answer == "Đã mở quầy"
        with pytest.raises(NotFoundError):
            await uow.petitions.set_status(petition.id + 1, PetitionStatus.SOLVED, NOW)


async def test_a_code_belongs_to_one_petition(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        await file(uow, contact, "PA-7K3M-9QWZ")
        with pytest.raises(IntegrityError):
            await file(uow, contact, "PA-7K3M-9QWZ")


PRESSES = [(1, 5, None), (2, 2, "chờ lâu quá"), (3, 4, None)]  # sequence, score, words


async def press(
    uow: UnitOfWork, contact: Contact, sequence: int, score: int, words: str | None, **more: Any
) -> Rating:
    return await uow.ratings.rate(
        address_id=contact.address_id,
        score=score,
        words=words,
        at=later(minutes=sequence),
        sequence=sequence,
        **{"ticket_id": None, "officer_id": None, "procedure_code": "1.001193"} | more,
    )


@pytest.mark.parametrize(
    "order", list(itertools.permutations(PRESSES)), ids=lambda order: str([p[0] for p in order])
)
async def test_presses_in_any_order_end_alike(
    database: Database, order: list[tuple[int, int, str | None]]
) -> None:
    """R29, and with repetitions: the last press counts, the last words stay."""
    contact, lan = await somebody(database), await officer(database)
    ticket = await question(database, contact)
    repeated = [*order, random.Random(1).choice(order)]
    async with database.unit_of_work() as uow:
        for sequence, score, words in repeated:
            await press(uow, contact, sequence, score, words, ticket_id=ticket.id, officer_id=lan.id)
        rating = await uow.ratings.for_ticket(ticket.id)
        assert rating is not None
        assert len(await uow.ratings.recent(10)) == 1
    assert (rating.score, rating.words, rating.at, rating.officer_id) == (
        4,
        "chờ lâu quá",
        later(minutes=3),
        lan.id,
    )


async def test_a_ticket_and_the_service_are_rated_apart(database: Database) -> None:
    contact, other = await somebody(database), await somebody(database, "chu-bay")
    ticket = await question(database, contact)
    async with database.unit_of_work() as uow:
        of_ticket = await press(uow, contact, 1, 5, None, ticket_id=ticket.id)
        of_service = await press(uow, contact, 2, 1, None)
        of_another = await press(uow, other, 3, 3, None)
        assert await uow.ratings.recent(10) == (of_another, of_service, of_ticket)
        assert await uow.ratings.recent(1) == (of_another,)
        assert await uow.ratings.for_ticket(ticket.id) == of_ticket
        assert await uow.ratings.for_ticket(ticket.id + 1) is None


@pytest.mark.parametrize("score", [0, 6])
async def test_a_score_has_five_levels(database: Database, score: int) -> None:
    contact = await somebody(database)
    with pytest.raises(IntegrityError):
        async with database.unit_of_work() as uow:
            await press(uow, contact, 1, score, None)
