"""Files and submissions: a draft is filled part by part and handed in once."""

import pytest

from storage.database import Database
from storage.errors import NotFoundError, StaleStateError
from storage.records import Contact, StoredFile, Submission, SubmissionPart
from storage.unit_of_work import UnitOfWork
from tests.storage.stories import NOW, later, somebody


async def photo(
    uow: UnitOfWork, contact: Contact | None, digest: str, *, keep_hours: float | None = 24
) -> StoredFile:
    return await uow.files.add(
        digest=digest * 64,
        media_type="image/jpeg",
        size=5_000_000_000,
        name="giấy chứng sinh.jpg",
        address_id=contact.address_id if contact else None,
        created_at=NOW,
        keep_until=None if keep_hours is None else later(hours=keep_hours),
    )


async def draft(uow: UnitOfWork, contact: Contact, receipt: str = "R-0001") -> Submission:
    return await uow.submissions.add(
        receipt_code=receipt,
        procedure_code="1.001193",
        citizen_id=contact.citizen_id,
        address_id=contact.address_id,
        created_at=NOW,
        answers={"con": "Nguyễn An"},
    )


async def test_a_file_is_found_by_id_and_by_address(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        one, two = await photo(uow, contact, "a"), await photo(uow, contact, "b")
        await photo(uow, None, "c")
        assert await uow.files.get(one.id) == one
        assert await uow.files.get(99) is None
        assert await uow.files.of_address(contact.address_id) == (one, two)
    assert (one.size, one.name, one.keep_until) == (5_000_000_000, "giấy chứng sinh.jpg", later(hours=24))


async def test_a_draft_is_filled_part_by_part_and_sent_once(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        submission = await draft(uow, contact)
        assert (submission.status, submission.sent_at, submission.parts) == ("draft", None, ())
        one, two, three = [await photo(uow, contact, name) for name in "abc"]
        await uow.submissions.set_part(submission.id, "giấy chứng sinh", [two.id, one.id])
        await uow.submissions.set_part(submission.id, "tờ khai", [three.id])
        await uow.submissions.set_part(submission.id, "tờ khai", [])
        await uow.submissions.set_answers(submission.id, {"con": "Nguyễn Bình"})
        sent = await uow.submissions.send(submission.id, later(minutes=5))
        await uow.commit()

    assert (sent.status, sent.sent_at, sent.answers) == ("sent", later(minutes=5), {"con": "Nguyễn Bình"})
    assert sent.parts == (SubmissionPart("giấy chứng sinh", (two.id, one.id)),)
    async with database.unit_of_work() as uow:
        for change in (
            uow.submissions.send(submission.id, NOW),
            uow.submissions.set_part(submission.id, "tờ khai", [three.id]),
            uow.submissions.set_answers(submission.id, {}),
        ):
            with pytest.raises(StaleStateError):
                await change
        assert await uow.submissions.of_address(contact.address_id) == (sent,)
        with pytest.raises(NotFoundError):
            await uow.submissions.get(99)


async def test_an_upload_that_belongs_to_nothing_expires(database: Database) -> None:
    contact = await somebody(database)
    async with database.unit_of_work() as uow:
        used, unused, twin, kept = [
            await photo(uow, contact, "a"),
            await photo(uow, contact, "b"),
            await photo(uow, contact, "b", keep_hours=48),
            await photo(uow, contact, "c", keep_hours=None),
        ]
        submission = await draft(uow, contact)
        await uow.submissions.set_part(submission.id, "giấy chứng sinh", [used.id])

        assert await uow.files.expired(later(hours=23)) == ()
        assert await uow.files.expired(later(hours=24)) == (unused,)
        assert await uow.files.remove([unused.id]) == frozenset(), "its bytes are another file's too"
        assert await uow.files.remove([twin.id]) == {"b" * 64}
        assert await uow.files.remove([]) == frozenset()
        assert await uow.files.of_address(contact.address_id) == (used, kept)
