"""Ratings: why with one press, never by whom, never about mourning; the officer may say something to it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.policy import ForbiddenError
from storage.errors import NotFoundError
from storage.records import Officer, QueueView, RatingReason, Reason, Role
from tests.bot.test_desk import GRIEF, asked, news, reply, ticket_of
from tests.house import Citizen, House, house


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path) as built:
        yield built


async def rated(home: House, officer: Officer, name: str, level: str) -> Citizen:
    citizen, ticket = await asked(home, name)
    await home.parts.desk.claim(officer, ticket.id)
    await reply(home, officer, ticket, "Dạ, ra xã.")
    await news(home, citizen)
    await citizen.press(level)
    return citizen


async def test_why_is_one_press_and_words_still_count(home: House) -> None:
    mai = await home.officer()
    an = await rated(home, mai, "an", "Không hài lòng")
    assert [each.label for each in an.menu][:4] == [
        "Trả lời chậm",
        "Khó hiểu",
        "Chưa đúng việc tôi hỏi",
        "Thái độ chưa tốt",
    ]
    (thanks,) = await an.press("Trả lời chậm")
    assert "đã ghi lại" in thanks.text
    await an.say("chờ cả buổi sáng")
    async with home.parts.database.reading() as uow:
        (own,) = await uow.ratings.of_officer(mai.id, 10)
    assert (own.score, own.reasons, own.words) == (2, (RatingReason.SLOW,), "chờ cả buổi sáng")


async def test_a_good_rating_has_good_reasons_and_a_forged_one_none(home: House) -> None:
    an = await rated(home, await home.officer(), "an", "Rất hài lòng")
    assert [each.label for each in an.menu] == ["Trả lời nhanh", "Dễ hiểu", "Tận tình"]
    stranger = home.citizen("la")
    await stranger.say("xin chào")
    (said,) = await stranger.send(kind="button", button="rr:1:rude")
    assert "không nhận đánh giá" in said.text


async def test_officers_see_no_rating_while_they_could_guess_who_gave_it(home: House) -> None:
    mai, kha = await home.officer("mai"), await home.officer("kha")
    desk = home.parts.desk
    for number in range(4):
        await rated(home, mai, f"c{number}", "Hài lòng")
    assert await desk.my_ratings(mai) == ()
    async with home.parts.database.reading() as uow:
        (first, *_) = await uow.ratings.of_officer(mai.id, 10)
    assert not await desk.reply_to_rating(mai, first.id, "Cảm ơn")
    await rated(home, mai, "c4", "Không hài lòng")
    mine = await desk.my_ratings(mai)
    assert len(mine) == 5
    assert await desk.reply_to_rating(mai, mine[0].id, "Tôi sẽ viết rõ hơn")
    assert (await desk.my_ratings(mai))[0].reply == "Tôi sẽ viết rõ hơn"
    assert not await desk.reply_to_rating(kha, mine[0].id, "của tôi")
    boss = await home.officer("giamsat", Role.SUPERVISOR)
    ((name, own),) = await desk.replied_ratings(boss)
    assert (name, own.reply) == ("Nguyễn Thị Mai", "Tôi sẽ viết rõ hơn")
    assert await desk.replied_ratings(kha) == ()
    with pytest.raises(ForbiddenError):
        await desk.my_ratings(await home.officer("quantri", Role.ADMIN))


async def test_whoever_was_rated_does_not_see_by_whom(home: House) -> None:
    mai, boss = await home.officer("mai"), await home.officer("giamsat", Role.SUPERVISOR)
    an = await rated(home, mai, "an", "Bình thường")
    await an.press("Trả lời chậm")
    await an.say("cô này hỗn quá")
    ticket, desk = await ticket_of(home, an), home.parts.desk
    hanh = await home.officer("hanh", Role.SPECIALIST, (ticket.department,))
    page = await desk.open(mai, ticket.id)
    told = [each.text for each in page.messages]
    assert "Dạ, ra xã." in told
    for words in ("Bình thường", "Trả lời chậm", "cô này hỗn quá", "góp ý"):
        assert not any(words in each for each in told), words
        assert not (await desk.search(mai, words)).messages, words
    assert page.last_message_id > page.messages[-1].id
    answered = await desk.answer(mai, ticket.id, "Dạ.", seen_message_id=page.messages[-1].id, key="k3")
    assert answered.id == ticket.id, "a rating is nothing that has to be answered first"
    assert "cô này hỗn quá" in [each.text for each in (await desk.open(boss, ticket.id)).messages]

    # A low one is the supervisors' alone: no list, no page, no search, no number tells who was not satisfied.
    await news(home, an)
    await an.press("Rất không hài lòng")
    for officer in (mai, hanh):
        with pytest.raises(NotFoundError):
            await desk.open(officer, ticket.id)
        for view in QueueView:
            found = await desk.queue(officer, view)
            assert (found.tickets, sum(found.counts.by_department.values())) == ((), 0), view
        found = await desk.search(officer, "đất")
        assert (found.tickets, found.messages) == ((), ())
        with pytest.raises(NotFoundError):
            await desk.claim(officer, ticket.id)
    (theirs,) = (await desk.queue(boss, QueueView.SUPERVISOR)).tickets
    assert theirs.reason is Reason.LOW_RATING

    # Given to somebody it is theirs to answer, and still not said by whom it was rated.
    later = home.clock.now() + timedelta(hours=4)
    await desk.give(boss, ticket.id, hanh.id, later, "Nhờ chị trả lời lại.")
    page = await desk.open(hanh, ticket.id)
    assert "Rất không hài lòng" not in [each.text for each in page.messages]
    assert "to_supervisor" not in [each.kind for each in page.events]
    assert (await desk.queue(hanh, QueueView.MINE)).tickets
    with pytest.raises(NotFoundError):
        await desk.open(mai, ticket.id)


async def test_what_one_officer_got_is_not_replaced_by_what_the_next_one_gets(home: House) -> None:
    mai, boss = await home.officer("mai"), await home.officer("giamsat", Role.SUPERVISOR)
    an, ticket = await asked(home)
    desk = home.parts.desk
    await desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ, ra xã.")
    under_mai = [each.token for each in (await news(home, an))[-1].choices]
    await an.press("Không hài lòng")
    await an.say("chờ cả buổi sáng")
    await desk.claim(boss, ticket.id)  # a low one comes before the supervisor
    await reply(home, boss, ticket, "Dạ, em xin lỗi, bác ra phường ạ.", key="k2")
    await news(home, an)
    await an.press("Rất hài lòng")
    await an.press("Tận tình")
    async with home.parts.database.reading() as uow:
        (of_mai,), (of_boss,) = [await uow.ratings.of_officer(each.id, 9) for each in (mai, boss)]
    assert (of_mai.score, of_mai.words, of_mai.reasons) == (2, "chờ cả buổi sáng", ())
    assert (of_boss.score, of_boss.words, of_boss.reasons) == (5, None, (RatingReason.KIND,))
    by_officer = (await home.parts.reports.week()).by_officer
    assert {each.name: (each.tickets, each.ratings) for each in by_officer} == {
        mai.name: (0, 1),
        boss.name: (1, 1),
    }

    # An older button rates the answer it hangs under, and a forged one who answered last.
    await an.send(kind="button", button=under_mai[0])
    await an.send(kind="button", button=f"r:4:{ticket.number}:999")
    async with home.parts.database.reading() as uow:
        scores = [(await uow.ratings.of_officer(each.id, 9))[0].score for each in (mai, boss)]
    assert scores == [1, 4]


async def test_mourning_is_never_asked_for_a_rating_nor_a_reason(home: House) -> None:
    an, ticket = await asked(home, text="cho tui gặp cán bộ hỏi đăng ký khai tử cho ba tui")
    mai = await home.officer()
    async with home.parts.database.unit_of_work() as uow:
        await uow.tickets.meant(ticket.id, GRIEF)
        await uow.commit()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ, chia buồn cùng gia đình.")
    assert [each.label for each in (await news(home, an))[-1].choices] == ["Chưa xong"]
    for token in (f"r:5:{ticket.id}", f"rr:{ticket.id}:kind"):
        (said,) = await an.send(kind="button", button=token)
        assert "không nhận đánh giá" in said.text
