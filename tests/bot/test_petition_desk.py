"""Petitions at the desk: who sees which, what a withheld name takes out, deadlines, two officers at once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.desk import HeldBackError
from bot.desk.petitions import NoWordsError
from storage.errors import NotFoundError, StaleStateError
from storage.petition_records import PetitionStatus, PetitionView
from storage.records import Role
from tests.bot.test_desk import LAND, asked
from tests.house import Citizen, House, house
from tests.photos import jpeg, paper


async def told(home: House, text: str, *, hidden: bool = False, photos: int = 0) -> Citizen:
    citizen = home.citizen()
    await citizen.say("tôi muốn gửi phản ánh")
    await citizen.press("Đồng ý")
    await citizen.say(text)
    for seed in range(photos):
        await citizen.photos(jpeg(paper(size=(800, 1000), seed=seed)))
    if hidden:
        await citizen.press("Giấu tên")
    await citizen.press("Gửi")
    return citizen


async def test_a_remark_about_an_officer_lies_with_the_supervisors(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        boss = await home.officer("boss", Role.SUPERVISOR)
        hanh = await home.officer("hanh", Role.SPECIALIST, ("trung_tam",))
        admin = await home.officer("admin", Role.ADMIN)
        await told(home, "cán bộ tiếp dân thái độ khó chịu, quát dân ở quầy số 3")
        for nobody in (mai, hanh, admin):
            with pytest.raises(NotFoundError):
                await desk.open(nobody, 1)
        assert (await desk.queue(mai, PetitionView.TO_FORWARD)).rows == ()
        assert [each.petition.id for each in (await desk.queue(boss, PetitionView.TO_FORWARD)).rows] == [1]
        await desk.forward(boss, 1, "trung_tam", "Xác minh")
        assert (await desk.open(hanh, 1)).petition.department == "trung_tam"
        with pytest.raises(NotFoundError):
            await desk.open(mai, 1)


async def test_a_withheld_name_is_nowhere_an_officer_looks(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        text = "Tôi tên Nguyễn Văn Út, 0912345678, báo đường ấp 3 xã Đất Mũi ngập"
        citizen = await told(home, text, hidden=True, photos=1)
        page = await desk.open(mai, 1)
        assert page.citizen is None
        assert "Út" not in page.text
        assert "0912345678" not in page.text
        assert "ấp 3" in page.text
        await desk.take(mai, 1)
        said = "Cảm ơn anh Út, tức nguyen van ut, đã báo. Đường hết ngập."
        solved = await desk.solve(mai, 1, said, said)
        for words in (solved.answer, solved.summary):
            assert words == "Cảm ơn anh …, tức …, đã báo. Đường hết ngập."
        await home.settle()
        assert "Đường hết ngập" in "".join(reply.text for reply in citizen.news())
        content = await desk.picture(mai, 1, page.petition.file_ids[0])
        assert content.startswith(b"\xff\xd8")
        async with home.parts.database.reading() as uow:
            log = [each.action for each in await uow.audit.entries(50)]
        assert "petition.looked" in log


async def test_the_department_does_not_find_who_told_it_in_another_question_of_that_chat(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        mai, boss = await home.officer(), await home.officer("boss", Role.SUPERVISOR)
        hanh = await home.officer("hanh", Role.SPECIALIST, ("so_xay_dung",))
        citizen = await told(home, "đường ấp 3 xã Đất Mũi ngập nước", hidden=True, photos=1)
        await home.parts.petitions.take(mai, 1)
        await home.parts.petitions.forward(mai, 1, "so_xay_dung", "Việc của sở")
        assert (await home.parts.petitions.open(hanh, 1)).citizen is None
        await citizen.say("phản ánh của tôi tới đâu rồi")
        ticket = (await asked(home))[1]  # another question, which goes to the same department
        desk = home.parts.desk
        await desk.claim(mai, ticket.id)
        await desk.forward(mai, ticket.id, "so_xay_dung", "Hỏi thêm", "Trả lời")
        page = await desk.open(hanh, ticket.id)
        read = "\n".join(each.text for each in page.messages)
        assert LAND in read
        assert not [word for word in ("ngập", "phản ánh", "PA-", "Giấu tên") if word in read]
        assert page.received == ()
        front = await desk.open(mai, ticket.id)
        assert "ngập" in "".join(each.text for each in front.messages)
        with pytest.raises(NotFoundError):
            await desk.look_at_file(hanh, ticket.id, front.received[0].id)
        assert await desk.look_at_file(mai, ticket.id, front.received[0].id)
        code = (await home.parts.petitions.open(mai, 1)).petition.code
        for words in ("ngập nước", code, "giấu tên"):
            assert (await desk.search(hanh, words)).messages == ()
            assert (await desk.search(mai, words)).messages
            assert (await desk.search(boss, words)).messages


async def test_whoever_a_petition_is_about_does_not_find_it_in_the_chat(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        mai, boss = await home.officer(), await home.officer("boss", Role.SUPERVISOR)
        await told(home, "cán bộ tiếp dân thái độ khó chịu, quát dân ở quầy số 3")
        _, ticket = await asked(home)
        for officer, known in ((mai, False), (boss, True)):
            read = "".join(each.text for each in (await home.parts.desk.open(officer, ticket.id)).messages)
            assert LAND in read
            assert ("khó chịu" in read) is known
            assert bool((await home.parts.desk.search(officer, "khó chịu")).messages) is known


async def test_an_answer_needs_words_and_its_time(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        await told(home, "đường ấp 3 xã Đất Mũi ngập nước cả tháng nay")
        with pytest.raises(StaleStateError):
            await desk.solve(mai, 1, "xong")  # nobody holds it yet
        await desk.take(mai, 1)
        with pytest.raises(NoWordsError):
            await desk.solve(mai, 1, "  ")
        with pytest.raises(NotFoundError):
            await desk.forward(mai, 1, "khong_co", "x")
        await desk.forward(mai, 1, "so_xay_dung", "Việc của sở")
        with pytest.raises(StaleStateError):
            await desk.solve(mai, 1, "xong")  # the department alone answers


async def test_an_answer_is_held_back_as_on_a_ticket(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, boss = home.parts.petitions, await home.officer("boss", Role.SUPERVISOR)
        citizen = await told(home, "đường ấp 3 xã Đất Mũi ngập nước cả tháng nay")
        for words, summary in (("Xem https://evil.com", ""), ("Đã nạo cống", "STK 1023456789")):
            with pytest.raises(HeldBackError):
                await desk.solve(boss, 1, words, summary)
        await home.settle()
        assert not citizen.news()
        await desk.solve(boss, 1, "Đã nạo cống")


async def test_what_is_near_its_deadline_is_told_before(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        await told(home, "đường ấp 3 xã Đất Mũi ngập nước cả tháng nay")
        assert await desk.watch() == 0
        home.clock.pass_(days=7)  # Monday; to be forwarded by Tuesday
        assert len((await desk.queue(mai, PetitionView.DUE_SOON)).rows) == 1
        assert [await desk.watch(), await desk.watch()] == [1, 0], "once a day"
        home.clock.pass_(days=2)
        assert len((await desk.queue(mai, PetitionView.OVERDUE)).rows) == 1
        assert await desk.watch() == 1


@pytest.mark.parametrize("seed", range(3))
async def test_two_decide_at_once_and_one_wins(database_url: str, tmp_path: Path, seed: int) -> None:
    async with house(database_url, tmp_path) as home:
        desk = home.parts.petitions
        boss, other = (
            await home.officer("boss", Role.SUPERVISOR),
            await home.officer("kha", Role.SUPERVISOR),
        )
        citizen = await told(home, "đường ấp 3 xã Đất Mũi ngập nước cả tháng nay")
        acts: list[Any] = [desk.solve(boss, 1, "Đã nạo cống"), desk.refuse(other, 1, "Chưa có kinh phí")]
        if seed % 2:
            acts.reverse()
        found = await asyncio.gather(*acts, return_exceptions=True)
        assert sorted(type(each).__name__ for each in found) == ["Petition", "StaleStateError"]
        await home.settle()
        ends = [reply for reply in citizen.news() if "Chưa giải quyết" in [c.label for c in reply.choices]]
        assert len(ends) == 1
        await asyncio.gather(
            *(citizen.receive_only(kind="button", button=ends[0].choices[0].token) for _ in "12")
        )
        await home.settle()
        async with home.parts.database.reading() as uow:
            petition = await uow.petitions.get(1)
        assert (petition.status, petition.reopened) == (PetitionStatus.REOPENED, 1)


async def test_an_answer_given_at_night_is_told_in_the_morning_once(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        citizen = await told(home, "đường ấp 3 xã Đất Mũi ngập nước cả tháng nay")
        citizen.news()
        home.clock.pass_(hours=14)  # 23 o'clock
        await desk.take(mai, 1)
        await desk.solve(mai, 1, "Đã bơm thoát nước, đường đi lại được.")
        await home.timers()
        assert not citizen.news()
        home.clock.pass_(hours=8)
        await home.timers()
        await home.timers()
        words = [reply.text for reply in citizen.news()]
        assert len(words) == 2, "taken, then solved"
        assert "Đã bơm thoát nước" in words[1]
        rating = await citizen.press("Đánh giá")
        assert rating, "its choices are those of the message seen last"


async def test_photos_of_a_petition_put_off_wait_with_it_and_what_is_gone_is_said(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path, draft_days=3) as home:
        kept, late = home.citizen("giữ"), home.citizen("trễ")
        for seed, citizen in enumerate((kept, late)):
            await citizen.say("tôi muốn gửi phản ánh")
            await citizen.press("Đồng ý")
            await citizen.say("đường ấp 3 xã Đất Mũi ngập nước cả tháng nay")
            await citizen.photos(jpeg(paper(size=(800, 1000), seed=seed)))
            await citizen.say("để mai gửi")
        home.clock.pass_(hours=47)
        await home.parts.uploads.purge()
        replies = await kept.press("Xem lại phản ánh")
        assert "Ảnh: 1" in replies[-1].text
        await kept.press("Gửi")
        assert len((await home.parts.petitions.open(await home.officer(), 1)).petition.file_ids) == 1

        home.clock.pass_(hours=47)
        await home.parts.uploads.purge()
        replies = await late.press("Xem lại phản ánh")
        assert "quá hạn giữ" in replies[-1].text
        assert "ngập nước" in replies[-1].text
        await late.photos(jpeg(paper(size=(800, 1000), seed=9)))
        assert "đã nhận phản ánh" in (await late.press("Gửi"))[-1].text
