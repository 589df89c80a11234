"""What citizens say of the administration: petitions with a code, ratings of which the last counts."""

import itertools
import random
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import NotFoundError, StaleStateError
from storage.petition_records import Petition, PetitionKind, PetitionStatus, PetitionView
from storage.records import Contact, Rating
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
        "department": "one-stop",
        "filed_at": NOW,
        "forward_due_at": later(days=7),
        "answer_due_at": later(days=21),
    }
    return await uow.petitions.file(**facts | changed)


async def test_a_petition_is_found_by_its_code_and_by_its_citizen(database: Database) -> None:
    contact, other = await somebody(database), await somebody(database, "chu-bay")
    async with database.unit_of_work() as uow:
        first = await file(uow, contact, "PA-7K3M-9QWZ")
        second = await file(uow, contact, "PA-0000-000X", kind=PetitionKind.ABOUT_OFFICER)
        await uow.commit()

    async with database.reading() as uow:
        assert await uow.petitions.by_code("PA-7K3M-9QWZ") == first
        assert await uow.petitions.by_code("PA-7K3M-9QWX") is None
        assert await uow.petitions.of_citizen(contact.citizen_id) == (second, first)
        assert await uow.petitions.of_citizen(other.citizen_id) == ()
        assert await uow.petitions.last_of_address(contact.address_id, NOW) == second
        assert await uow.petitions.last_of_address(contact.address_id, later(seconds=1)) is None
    assert (first.status, first.name_withheld, first.answer) == (PetitionStatus.FILED, True, None)
    assert (first.counted_from, first.supporters, first.ended) == (NOW, 0, False)


async def test_a_petition_goes_its_way_and_only_that_way(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    async with database.unit_of_work() as uow:
        petition = await file(uow, contact, "PA-7K3M-9QWZ")
        here = (PetitionStatus.FILED, PetitionStatus.ACCEPTED)
        await uow.petitions.move(
            petition.id,
            here,
            PetitionStatus.FORWARDED,
            later(days=1),
            officer_id=lan.id,
            department="cong_an",
        )
        with pytest.raises(StaleStateError):
            await uow.petitions.move(petition.id, here, PetitionStatus.FORWARDED, later(days=1))
        solved = await uow.petitions.move(
            petition.id,
            (PetitionStatus.FORWARDED,),
            PetitionStatus.SOLVED,
            later(days=2),
            answer="Đã mở quầy",
        )
        assert (solved.status, solved.answer, solved.officer_name) == (
            PetitionStatus.SOLVED,
            "Đã mở quầy",
            "Lan",
        )
        assert (solved.ended_at, solved.ended) == (later(days=2), True)
        again = await uow.petitions.move(
            petition.id, (PetitionStatus.SOLVED,), PetitionStatus.REOPENED, later(days=3)
        )
        assert (again.ended_at, again.answer) == (None, "Đã mở quầy")
        await uow.petitions.note(petition.id, later(days=3), "reopened", reason="còn ngập")
        events = await uow.petitions.events(petition.id)
        assert [(each.kind, dict(each.detail)) for each in events] == [
            ("filed", {}),
            ("reopened", {"reason": "còn ngập"}),
        ]
        with pytest.raises(NotFoundError):
            await uow.petitions.get(petition.id + 1)


async def test_who_follows_is_counted_once(database: Database) -> None:
    contact, other = await somebody(database), await somebody(database, "chu-bay")
    async with database.unit_of_work() as uow:
        petition = await file(uow, contact, "PA-7K3M-9QWZ")
        follow = (petition.id, other.citizen_id, other.address_id, NOW)
        assert [await uow.petitions.support(*follow), await uow.petitions.support(*follow)] == [True, False]
        assert (await uow.petitions.get(petition.id)).supporters == 1
        assert await uow.petitions.followers(petition.id) == (other.address_id,)
        assert [each.id for each in await uow.petitions.known_to(other.citizen_id)] == [petition.id]
        assert await uow.petitions.of_citizen(other.citizen_id) == ()


async def test_the_lists_know_what_is_near_and_what_is_late(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        store = uow.petitions
        late = await file(uow, contact, "PA-0000-0001", answer_due_at=later(days=-1))
        unforwarded = await file(uow, contact, "PA-0000-0002", forward_due_at=later(hours=-1))
        near = await file(uow, contact, "PA-0000-0003", forward_due_at=later(days=1))
        calm = await file(uow, contact, "PA-0000-0004")
        about = await file(uow, contact, "PA-0000-0005", kind=PetitionKind.ABOUT_OFFICER)
        moved = await file(uow, contact, "PA-0000-0006")
        await store.move(
            moved.id,
            (PetitionStatus.FILED,),
            PetitionStatus.FORWARDED,
            NOW,
            department="cong_an",
            forwarded_at=NOW,
            forward_due_at=later(days=-3),  # no longer counts: it was forwarded
        )

        async def ids(
            view: PetitionView, departments: tuple[str, ...] | None, *, confidential: bool
        ) -> set[int]:
            facts: dict[str, Any] = {
                "departments": departments,
                "confidential": confidential,
                "now": NOW,
                "soon": later(days=2),
            }
            found = await store.listed(view, **facts, limit=10)
            assert len(found) == await store.count(view, **facts)
            return {each.id for each in found}

        assert await ids(PetitionView.OVERDUE, None, confidential=False) == {late.id, unforwarded.id}
        assert await ids(PetitionView.DUE_SOON, None, confidential=False) == {near.id}
        front = await ids(PetitionView.TO_FORWARD, None, confidential=False)
        assert front == {late.id, unforwarded.id, near.id, calm.id}
        assert about.id in await ids(PetitionView.TO_FORWARD, None, confidential=True)
        assert await ids(PetitionView.TO_ANSWER, ("cong_an",), confidential=False) == {moved.id}
        assert await ids(PetitionView.TO_FORWARD, ("one-stop",), confidential=False) == set()

        warned = await store.to_warn_of(later(days=2), later(days=2), later(hours=-20), 10)
        assert {each.id for each in warned} == {late.id, unforwarded.id, near.id}
        assert [await store.warned(late, NOW), await store.warned(late, NOW)] == [True, False]
        left = await store.to_warn_of(later(days=2), later(days=2), later(hours=-20), 10)
        assert late.id not in {each.id for each in left}


async def test_what_is_alike_is_of_the_same_kind_and_still_open(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        old = await file(uow, contact, "PA-0000-0001", filed_at=later(days=-100))
        ended = await file(uow, contact, "PA-0000-0002")
        await uow.petitions.move(ended.id, (PetitionStatus.FILED,), PetitionStatus.REFUSED, NOW, answer="x")
        open_ = await file(uow, contact, "PA-0000-0003")
        await file(uow, contact, "PA-0000-0004", kind=PetitionKind.LATENESS)
        found = await uow.petitions.alike((PetitionKind.PROPOSAL,), later(days=-90), 10)
        assert [each.id for each in found] == [open_.id]
        assert old.id not in {each.id for each in found}


async def test_photos_of_a_petition_are_kept_and_go_with_it(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        photo = await uow.files.add(
            digest="d",
            media_type="image/jpeg",
            size=1,
            name=None,
            address_id=contact.address_id,
            created_at=NOW,
            keep_until=None,
        )
        petition = await file(uow, contact, "PA-7K3M-9QWZ", file_ids=(photo.id, photo.id))
        await uow.petitions.attach(petition.id, (photo.id,))
        assert (await uow.petitions.get(petition.id)).file_ids == (photo.id,)
        await uow.citizens.forget(contact.citizen_id, NOW)
        assert [each.id for each in await uow.files.expired(NOW)] == [photo.id]
        await uow.files.remove([photo.id])
        forgotten = await uow.petitions.get(petition.id)
        assert (forgotten.text, forgotten.file_ids) == ("", ())
        await uow.commit()


async def test_a_petition_is_rated_beside_a_ticket_of_the_same_number(database: Database) -> None:
    contact, lan = await somebody(database), await officer(database)
    ticket = await question(database, contact)
    async with database.unit_of_work() as uow:
        petition = await file(uow, contact, "PA-7K3M-9QWZ")
        assert petition.id == ticket.id
        await press(uow, contact, 1, 5, None, ticket_id=ticket.id)
        await press(uow, contact, 2, 1, None, petition_id=petition.id, officer_id=lan.id)
        of_petition = await uow.ratings.for_petition(petition.id)
        of_ticket = await uow.ratings.for_ticket(ticket.id)
        assert of_petition is not None
        assert of_ticket is not None
        assert (of_petition.score, of_ticket.score) == (1, 5)
        assert [each.score for each in await uow.ratings.of_officer(lan.id, 5)] == [1]


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
