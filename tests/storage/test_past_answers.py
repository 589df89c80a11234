"""What was answered before about the same procedure, and what a citizen has proved; on both databases."""

from storage.database import Database
from storage.records import Author, Closing, LookupKind
from tests.storage.stories import NOW, later, officer, question, somebody

BIRTH = "1.001193"


async def answered(
    database: Database, user: str, text: str, *, score: int | None = None, **changed: object
) -> int:
    citizen = await somebody(database, user)
    ticket = await question(database, citizen, procedure_code=BIRTH, question=f"hỏi {user}", **changed)
    lan = await officer(database, f"of-{user}")
    async with database.unit_of_work() as uow:
        await uow.tickets.claim(ticket.id, lan.id, NOW)
        for said in ("câu đầu", text):
            await uow.messages.add(
                citizen.conversation_id, Author.OFFICER, said, NOW, officer_id=lan.id, ticket_id=ticket.id
            )
        await uow.tickets.answered(ticket.id, lan.id, NOW, None)
        if score:
            await uow.ratings.rate(
                address_id=citizen.address_id,
                ticket_id=ticket.id,
                officer_id=lan.id,
                procedure_code=BIRTH,
                score=score,
                words=None,
                at=NOW,
                sequence=1,
            )
        await uow.commit()
    return ticket.id


async def test_the_last_words_of_each_good_answer_the_newest_first(database: Database) -> None:
    first = await answered(database, "a", "ra xã")
    await answered(database, "b", "không rõ", score=1)
    other = await answered(database, "c", "ra sở", department="land")
    refused = await answered(database, "d", "không được")
    new = await question(database, await somebody(database, "e"), procedure_code=BIRTH)
    async with database.unit_of_work() as uow:
        await uow.tickets.close(refused, None, NOW, Closing.REFUSED, "vì")
        found = await uow.answers.about(BIRTH, departments=None, without_ticket=new.id, limit=5)
        assert [(each.ticket_id, each.question, each.text) for each in found] == [
            (other, "hỏi c", "ra sở"),
            (first, "hỏi a", "ra xã"),
        ], "those rated low and those refused teach nothing"
        mine = await uow.answers.about(BIRTH, departments=["land"], without_ticket=new.id, limit=5)
        assert [each.ticket_id for each in mine] == [other]
        assert await uow.answers.about(BIRTH, departments=[], without_ticket=new.id, limit=5) == ()
        assert await uow.answers.about("1.0", departments=None, without_ticket=0, limit=5) == ()


async def test_a_proof_is_of_one_dossier_by_one_address_for_a_while(database: Database) -> None:
    async with database.unit_of_work() as uow:
        for kind, actor, code in (
            (LookupKind.PROVED, "address:1", "x"),
            (LookupKind.CODE, "address:1", "y"),
            (LookupKind.PROVED, "address:2", "z"),
        ):
            await uow.lookups.record(kind, actor=actor, code_digest=code, at=NOW)
        assert await uow.lookups.proved("address:1", NOW) == {"x": NOW}
        assert await uow.lookups.proved("address:1", later(seconds=1)) == {}
