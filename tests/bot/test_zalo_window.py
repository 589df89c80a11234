"""Zalo lets an OA answer only for a while after somebody wrote: officers see it, and no answer is lost to it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.console import views
from bot.simulator.zalo_oa import Fault
from bot.texts import Texts
from storage.records import Officer, QueueView, Role, Ticket
from tests.bot.zalo_events import AN, at, said
from tests.bot.zalo_house import Oa, zalo
from tests.house import MONDAY

TEXTS = Texts.load()


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path) as opened:
        opened.far.open_to_all = False
        yield opened


async def write(oa: Oa, text: str, number: int) -> list[str]:
    """The citizen writes now; what is new on the phone."""
    before = len(oa.far.texts(AN))
    oa.far.wrote(AN)
    await oa.bring(said(text, number, timestamp=at(oa.clock.now())))
    return (await oa.settle())[before:]


async def officer(oa: Oa) -> Officer:
    async with oa.parts.database.unit_of_work() as uow:
        lan = await uow.officers.add("lan", "Lan", Role.FRONT_OFFICER, (), ("vi",), oa.clock.now())
        await uow.commit()
    return lan


async def asked(oa: Oa) -> tuple[Officer, Ticket]:
    """A question waits for a person, and an officer has taken it."""
    lan = await officer(oa)
    await write(oa, "gặp cán bộ hỏi vụ trợ cấp của má tui", 1)
    (ticket,) = (await oa.parts.desk.queue(lan, QueueView.UNASSIGNED)).tickets
    await oa.parts.desk.claim(lan, ticket.id)
    await oa.settle()
    return lan, ticket


async def answer(oa: Oa, lan: Officer, ticket: Ticket, text: str) -> None:
    page = await oa.parts.desk.open(lan, ticket.id)
    last = page.messages[-1].id
    await oa.parts.desk.answer(lan, ticket.id, text, seen_message_id=last, key=text)
    await oa.settle()


async def test_an_answer_that_comes_too_late_waits_for_the_citizen(oa: Oa) -> None:
    lan, ticket = await asked(oa)
    oa.clock.pass_(days=8)
    shown = oa.far.texts(AN)
    await answer(oa, lan, ticket, "Trợ cấp nhận ngày 10 hằng tháng.")
    assert oa.far.texts(AN) == shown
    page = await oa.parts.desk.open(lan, ticket.id)
    entry = views.course(TEXTS, page, oa.clock.now(), None)[-1]
    assert entry.failed == TEXTS("console.ticket.waits_for_contact")
    assert views.window(TEXTS, page.contact, oa.clock.now()) == TEXTS("console.window.closed")

    oa.clock.pass_(days=30)
    await oa.parts.retention.step()
    news = await write(oa, "có tin gì chưa em", 2)
    assert "Trợ cấp nhận ngày 10 hằng tháng." in news[0], "first, and before anything newer"
    page = await oa.parts.desk.open(lan, ticket.id)
    assert not any(each.failed for each in views.course(TEXTS, page, oa.clock.now(), None))


async def test_what_waited_is_tried_again_for_a_day_like_anything_else(oa: Oa) -> None:
    lan, ticket = await asked(oa)
    oa.clock.pass_(days=8)
    await answer(oa, lan, ticket, "Trợ cấp nhận ngày 10 hằng tháng.")
    oa.far.faults_of[AN] = [Fault("status", 500)]
    await write(oa, "có tin gì chưa em", 2)
    oa.clock.pass_(minutes=20)
    assert any("ngày 10" in text for text in await oa.settle())


async def test_an_approved_template_says_once_that_an_answer_waits(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_template_answer="7") as oa:
        oa.far.open_to_all, oa.far.templates = False, {"7": frozenset({"ngay"})}
        lan, ticket = await asked(oa)
        oa.clock.pass_(days=8)
        await answer(oa, lan, ticket, "Trợ cấp nhận ngày 10 hằng tháng.")
        await answer(oa, lan, ticket, "Mang theo căn cước.")
        templates = [each for each in oa.far.phones[AN] if "template" in each]
        assert templates == [{"template": "7", "data": {"ngay": "01/12/2026"}}]
        news = await write(oa, "tôi đây", 2)
        assert [text.split("\n")[1] for text in news[:2]] == [
            "Trợ cấp nhận ngày 10 hằng tháng.",
            "Mang theo căn cước.",
        ]


async def test_a_template_that_is_not_approved_has_a_named_end(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_template_answer="8") as oa:
        oa.far.open_to_all = False
        lan, ticket = await asked(oa)
        oa.clock.pass_(days=8)
        await answer(oa, lan, ticket, "Trợ cấp nhận ngày 10 hằng tháng.")
        news = await write(oa, "tôi đây", 2)
        assert "ngày 10" in news[0], "the refused template holds up nothing"


async def test_where_the_user_id_is_refused_a_proved_number_hears_of_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_template_answer="7", zalo_template_phone="9") as oa:
        oa.far.open_to_all = False
        oa.far.templates = {"7": frozenset({"ngay"}), "9": frozenset({"ngay"})}
        lan, ticket = await asked(oa)
        await number_of(oa, proved=True)
        oa.clock.pass_(days=8)
        oa.far.faults_of[AN] = [Fault("code", -230), Fault("code", -249)]
        await answer(oa, lan, ticket, "Trợ cấp nhận ngày 10 hằng tháng.")
        assert oa.far.phones["84912345678"] == [{"template": "9", "data": {"ngay": "01/12/2026"}}]
        assert not any("template" in each for each in oa.far.phones[AN])


async def test_a_number_that_nobody_proved_may_be_a_strangers(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_template_phone="9") as oa:
        oa.far.open_to_all, oa.far.templates = False, {"9": frozenset({"ngay"})}
        lan, ticket = await asked(oa)
        await number_of(oa, proved=False)
        oa.clock.pass_(days=8)
        await answer(oa, lan, ticket, "Trợ cấp nhận ngày 10 hằng tháng.")
        assert oa.far.phones.keys() == {AN}
        assert "ngày 10" in (await write(oa, "tôi đây", 2))[0], "the answer itself waits all the same"


async def number_of(oa: Oa, *, proved: bool) -> None:
    """They gave their phone number before."""
    async with oa.parts.database.unit_of_work() as uow:
        contact = await uow.citizens.find(oa.channel_key(AN))
        assert contact
        await uow.citizens.set_phone(contact.citizen_id, "0912345678", oa.clock.now() if proved else None)
        await uow.commit()


async def test_officers_see_until_when_they_can_answer(oa: Oa) -> None:
    lan, ticket = await asked(oa)
    page = await oa.parts.desk.open(lan, ticket.id)
    assert page.contact.window_until == MONDAY + timedelta(days=7)
    oa.clock.pass_(hours=24)
    told = views.window(TEXTS, page.contact, oa.clock.now())
    hour = f"{(MONDAY + timedelta(hours=7)):%H:%M}"
    assert told == f"Trả lời miễn phí đến {hour} ngày mai, chậm nhất {hour} thứ Hai, 30/11."


async def test_zalo_is_asked_for_the_window_of_those_who_wait(oa: Oa) -> None:
    lan, ticket = await asked(oa)
    oa.clock.pass_(hours=10)
    oa.far.wrote(AN)  # a call to the OA: no event tells us
    await oa.parts.jobs.step()
    page = await oa.parts.desk.open(lan, ticket.id)
    assert page.contact.window_until == oa.clock.now() + timedelta(days=7)
    assert await oa.parts.jobs.step() == 0, "not again at once"
    oa.far.consultations_left = 0
    oa.clock.pass_(hours=7)
    await oa.parts.jobs.step()
    page = await oa.parts.desk.open(lan, ticket.id)
    assert page.contact.window_free_until is None, "what is left of the free messages counts"


async def test_a_late_redelivery_does_not_shorten_the_window(oa: Oa) -> None:
    await write(oa, "chào em", 1)
    late = said("giờ làm việc", 2, timestamp=at(oa.clock.now() - timedelta(hours=3)))
    await oa.bring(late)
    await oa.settle()
    async with oa.parts.database.reading() as uow:
        contact = await uow.citizens.find(oa.channel_key(AN))
    assert contact
    assert contact.window_until == oa.clock.now() + timedelta(days=7)


async def test_the_queue_wants_it_answered_before_the_window_closes(sqlite_url: str, tmp_path: Path) -> None:
    """Written on Friday at 16:00; promised for Monday, but then the free answer is over."""
    async with zalo(sqlite_url, tmp_path) as oa:
        lan = await officer(oa)
        oa.clock.at = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
        await write(oa, "gặp cán bộ hỏi vụ trợ cấp của má tui", 1)
        (ticket,) = (await oa.parts.desk.queue(lan, QueueView.UNASSIGNED)).tickets
        assert ticket.due_at == datetime(2026, 11, 27, 10, 0, tzinfo=UTC), "the end of Friday's office hours"
        assert "thứ Hai, 30/11" in oa.far.texts(AN)[-1], "the citizen hears what can be kept"


async def test_before_a_long_holiday_people_are_asked_for_a_number(sqlite_url: str, tmp_path: Path) -> None:
    """Tết 2027: closed from 4 to 10 February, and the province answers only while it is free."""
    async with zalo(sqlite_url, tmp_path, zalo_window_hours=48) as oa:
        oa.clock.at = datetime(2027, 2, 4, 9, 30, tzinfo=UTC)
        (*_, told) = await write(oa, "gặp cán bộ hỏi vụ trợ cấp của má tui", 1)
        assert "Anh/chị để lại số điện thoại, hoặc nhắn lại" in told
        assert "thứ Bảy, 06/02" in told or "thứ Bảy, 6/2" in told


async def test_erased_means_that_nothing_waits_any_more(oa: Oa) -> None:
    lan, ticket = await asked(oa)
    oa.clock.pass_(days=8)
    await answer(oa, lan, ticket, "Trợ cấp nhận ngày 10 hằng tháng.")
    async with oa.parts.database.unit_of_work() as uow:
        await uow.citizens.forget(ticket.citizen_id, oa.clock.now())
        await uow.commit()
    assert not any("ngày 10" in text for text in await write(oa, "alo", 2))
