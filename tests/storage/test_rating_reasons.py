"""Why somebody rated so, and what the officer says to it; on both databases."""

from storage.database import Database
from storage.records import RatingReason
from tests.storage.stories import NOW, later, officer, question, somebody


async def test_reasons_add_up_and_a_reply_is_ones_own(database: Database) -> None:
    citizen = await somebody(database)
    ticket = await question(database, citizen)
    lan, minh = await officer(database), await officer(database, "minh")
    async with database.unit_of_work() as uow:
        assert await uow.ratings.add_reason(citizen.address_id, ticket.id, RatingReason.SLOW) is None
        for score, sequence in ((2, 1), (3, 2)):
            rated = await uow.ratings.rate(
                address_id=citizen.address_id,
                ticket_id=ticket.id,
                officer_id=lan.id,
                procedure_code=None,
                score=score,
                words=None,
                at=NOW,
                sequence=sequence,
            )
        for reason in (RatingReason.SLOW, RatingReason.UNCLEAR, RatingReason.SLOW):
            standing = await uow.ratings.add_reason(citizen.address_id, ticket.id, reason)
            assert standing
            assert (standing.score, standing.officer_id) == (3, lan.id)
        assert not await uow.ratings.reply(rated.id, minh.id, "không phải", later(hours=1))
        assert await uow.ratings.reply(rated.id, lan.id, "Lần sau tôi nhanh hơn", later(hours=1))
        (own,) = await uow.ratings.of_officer(lan.id, 10)
        assert (own.score, own.reply) == (3, "Lần sau tôi nhanh hơn")
        assert own.reasons == (RatingReason.SLOW, RatingReason.UNCLEAR)
        assert await uow.ratings.of_officer(minh.id, 10) == ()
        assert await uow.ratings.replied(10) == (("Lan", own),)
        await uow.commit()
