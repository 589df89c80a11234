"""What the one-stop system lacks: asked for in a notice, sent in chat once, at the right desk, not asked for again."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.actions import mirror
from bot.desk.filing import View
from storage.records import Role, Submission, SubmissionStatus
from storage.tables import submission_events, submissions
from tests.bot.test_filing_desk import CODE, filed, said
from tests.house import LACKING, ON_TIME, Citizen, House, dossier, house
from tests.photos import jpeg, paper

MISSING = "Bản sao Giấy chứng sinh; Hợp đồng thuê nhà"


def photo(seed: int) -> bytes:
    return jpeg(paper(size=(800, 1000), seed=seed))


async def told(home: House, code: str, stage: int, missing: str | None = None) -> None:
    """What the one-stop system says now."""
    async with home.parts.database.unit_of_work() as uow:
        known = await uow.dossiers.get(code)
        assert known is not None
        await mirror.keep(uow, [replace(known, stage=stage, missing=missing)], home.clock.now())
        await uow.commit()
    await home.timers()


async def one(home: House, number: int = 1) -> Submission:
    async with home.parts.database.reading() as uow:
        return await uow.submissions.get(number)


async def count(home: House, kind: str) -> int:
    async with home.parts.database.reading() as uow:
        mine = select(func.count()).select_from(submission_events).where(submission_events.c.kind == kind)
        return int(await uow._link.scalar(mine))


def labels(citizen: Citizen) -> list[str]:
    return [choice.label for choice in citizen.menu]


async def opened_by(citizen: Citizen, code: str) -> None:
    """Proved to hold it."""
    await citizen.say(code)
    await citizen.press("Xem chi tiết")
    if any(label.startswith("Đồng ý") for label in labels(citizen)):
        await citizen.press("Đồng ý")
        await citizen.say("123456")


async def test_a_notice_of_the_one_stop_system_is_answered_in_chat(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        await home.settle()
        citizen.news()
        due = (await desk.open(mai, 1)).dossier
        await told(home, CODE, 5, MISSING)
        assert MISSING in said(citizen)
        assert "Gửi giấy bổ sung" in labels(citizen)

        replies = await citizen.press("Gửi giấy bổ sung")
        assert "Giấy 1/2: Giấy chứng sinh" in replies[0].text
        assert "Bản sao Giấy chứng sinh" in replies[0].text
        await citizen.photos(photo(7))
        replies = await citizen.press("Xong")
        assert "Giấy 2/2: Hợp đồng thuê nhà" in replies[0].text
        await citizen.photos(photo(8))
        await citizen.press("Xong")
        send = next(choice.token for choice in citizen.menu if choice.label == "Gửi hồ sơ")
        assert "giấy bổ sung" in (await citizen.press("Gửi hồ sơ"))[0].text
        assert "giấy bổ sung" in (await citizen.send(kind="button", button=send))[0].text
        assert await count(home, "supplemented") == 1

        waiting = (await desk.queue(mai, View.RESENT)).rows
        assert [row.submission.id for row in waiting] == [1]
        page = await desk.open(mai, 1)
        assert [(part.document.name, len(part.files), part.resent) for part in page.parts] == [
            ("Tờ khai đăng ký khai sinh", 2, False),
            ("Giấy chứng sinh", 1, True),
            ("Hợp đồng thuê nhà", 1, True),
        ]
        assert page.dossier is not None
        assert due is not None
        assert (page.dossier.stage, page.dossier.due_at) == (5, due.due_at), "its own clock is its own"
        await desk.take_up(mai, 1)
        await desk.take_up(mai, 1)  # pressed twice
        assert (await desk.queue(mai, View.RESENT)).rows == ()
        assert await count(home, "taken_up") == 1


async def test_what_was_sent_is_not_asked_for_again(sqlite_url: str, tmp_path: Path) -> None:
    """The system repeats itself for days; only other words, or the same after a while without, ask anew."""
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        await told(home, CODE, 5, MISSING)
        citizen.news()
        notice = next(choice.token for choice in citizen.menu if choice.label == "Gửi giấy bổ sung")
        await send_both(citizen, notice)
        for _ in range(3):
            home.clock.pass_(days=1)
            await told(home, CODE, 5, MISSING)
            assert said(citizen) == ""
        replies = await citizen.send(kind="button", button=notice)
        assert "đã chuyển cán bộ" in replies[0].text
        assert "Gửi giấy bổ sung" not in labels(citizen)
        assert (await one(home)).status is SubmissionStatus.ACCEPTED

        await told(home, CODE, 5, "Bản sao hộ khẩu")
        assert "Bản sao hộ khẩu" in said(citizen)
        replies = await citizen.press("Gửi giấy bổ sung")
        assert "Giấy 1/1: Bản sao hộ khẩu" in replies[0].text
        await told(home, CODE, 4)  # brought to the desk meanwhile
        assert (await one(home)).status is SubmissionStatus.ACCEPTED
        home.clock.pass_(days=1)
        await told(home, CODE, 5, MISSING)
        assert MISSING in said(citizen)
        assert "Giấy 1/2" in (await citizen.press("Gửi giấy bổ sung"))[0].text


async def send_both(citizen: Citizen, token: str) -> None:
    await citizen.send(kind="button", button=token)
    for seed in (7, 8):
        await citizen.photos(photo(seed))
        await citizen.press("Xong")
    await citizen.press("Gửi hồ sơ")
    citizen.news()


async def test_a_dossier_filed_at_a_desk_is_completed_in_chat(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = home.citizen()
        await opened_by(citizen, LACKING)
        assert "Gửi giấy bổ sung" in labels(citizen)
        await citizen.press("Gửi giấy bổ sung")
        await citizen.press("Đồng ý")
        for view in View:
            assert (await desk.queue(mai, view)).rows == (), "a draft is the citizen's own"
        await citizen.photos(photo(7))
        await citizen.press("Xong")
        assert "Nộp cho" not in (await citizen.press("Quay lại"))[0].text
        await citizen.press("Xong")
        sent = (await citizen.press("Gửi hồ sơ"))[0].text
        assert "giấy bổ sung" in sent
        assert "đối chiếu với chủ hồ sơ" in sent
        (row,) = (await desk.queue(mai, View.RESENT)).rows
        assert row.submission.dossier_code == LACKING
        page = await desk.open(mai, row.submission.id)
        assert len(page.submission.files_of("Giấy chứng sinh")) == 1
        clerk = await home.officer("tuan", Role.SPECIALIST, (row.submission.department,))
        stranger = await home.officer("xa", Role.SPECIALIST, ("phong_khac",))
        assert [len((await desk.queue(each, View.RESENT)).rows) for each in (clerk, stranger)] == [1, 0]

        other = home.citizen("binh")
        await opened_by(other, LACKING)
        replies = await other.send(kind="button", button=f"bs:{LACKING}")
        assert "chưa nhận ở đây được" in replies[0].text
        assert "đã được gửi từ tài khoản chat khác" in replies[0].text, "the owner may not know of it"
        thief = home.citizen("la")
        replies = await thief.send(kind="button", button=f"bs:{LACKING}")
        assert "đồng ý" in replies[-1].text, "the digits are asked for first"


async def test_who_pressed_and_sent_nothing_keeps_nobody_out(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        wife, husband = home.citizen("binh"), home.citizen()
        for each in (wife, husband):
            await opened_by(each, LACKING)
            assert "Gửi giấy bổ sung" in labels(each)
        for each in (wife, husband):
            await each.send(kind="button", button=f"bs:{LACKING}")
            assert "Giấy 1/" in (await each.press("Đồng ý"))[0].text
        await wife.photos(photo(7))
        assert "không tìm thấy hồ sơ này" in (await wife.press("Làm tiếp hồ sơ"))[0].text
        await husband.photos(photo(8))
        await husband.press("Xong")
        await husband.press("Gửi hồ sơ")
        assert (await one(home, 2)).resent_at


async def test_the_department_is_the_one_of_the_agency(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        departments = home.parts.live.snapshot.catalog.departments
        async with home.parts.database.unit_of_work() as uow:
            stories = [
                dossier(f"H12.25-261113-10{n:02}", home.parts, stage=5, agency=each.name.upper())
                for n, each in enumerate(departments)
            ]
            await uow.dossiers.upsert(stories)
            await uow.commit()
        for number, each in enumerate(departments):
            citizen = home.citizen(f"nguoi-{number}")
            await opened_by(citizen, f"H12.25-261113-10{number:02}")
            await citizen.send(kind="button", button=f"bs:H12.25-261113-10{number:02}")
            assert (await one(home, number + 1)).department == each.id


async def test_photos_sent_below_the_notice_are_not_lost(sqlite_url: str, tmp_path: Path) -> None:
    """Nobody reads buttons: the photo comes first, the question what it is offers to send it."""
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        await told(home, CODE, 5, "Bản sao Giấy chứng sinh")
        citizen.news()
        replies = await citizen.photos(photo(7), photo(8))
        assert "ảnh này là" in replies[0].text
        replies = await citizen.press("Gửi giấy bổ sung")
        assert "Em nhận 2 ảnh cho Giấy chứng sinh" in replies[0].text
        assert len((await one(home)).files_of("Giấy chứng sinh")) == 2
        await citizen.press("Xong")
        await citizen.press("Gửi hồ sơ")
        async with home.parts.database.reading() as uow:
            kept = await uow.files.those((await one(home)).files_of("Giấy chứng sinh"))
        assert [each.keep_until for each in kept.values()] == [None, None], "not deleted after a day"
        await citizen.photos(photo(9))
        assert "Gửi giấy bổ sung" not in labels(citizen)


@pytest.mark.parametrize("at_desk", [False, True])
async def test_many_presses_at_once_send_once(database_url: str, tmp_path: Path, at_desk: bool) -> None:
    async with house(database_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        if at_desk:
            citizen, code = home.citizen(), LACKING
            await opened_by(citizen, code)
        else:
            citizen, code = await filed(home), CODE
            await desk.accept(mai, 1, code)
            await told(home, code, 5, "Bản sao Giấy chứng sinh")
            citizen.news()
        await presses(home, citizen, f"bs:{code}")
        if at_desk:
            await citizen.press("Đồng ý")
        await citizen.photos(photo(7))
        await citizen.press("Xong")
        send = next(choice.token for choice in citizen.menu if choice.label == "Gửi hồ sơ")
        await asyncio.gather(
            presses(home, citizen, send or ""), told(home, code, 5, "Bản sao Giấy chứng sinh")
        )
        async with home.parts.database.reading() as uow:
            rows = await uow._link.scalar(select(func.count()).select_from(submissions))
        assert (rows, await count(home, "supplement_by_source"), await count(home, "supplemented")) == (
            1,
            1,
            1,
        )
        assert len((await desk.queue(mai, View.RESENT)).rows) == 1


async def presses(home: House, citizen: Citizen, token: str) -> None:
    await asyncio.gather(*(citizen.receive_only(kind="button", button=token) for _ in range(3)))
    await asyncio.gather(*(home.parts.intake.drain() for _ in range(2)))
    await home.settle()
    citizen.news()


async def test_what_an_officer_asked_and_what_the_system_asks_are_asked_together(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        await desk.ask_supplement(mai, 1, {"Tờ khai đăng ký khai sinh": "Thiếu chữ ký"})
        await told(home, CODE, 5, "Bản sao Giấy chứng sinh")
        citizen.news()
        replies = await citizen.press("Gửi giấy bổ sung")
        assert "Giấy 1/2: Tờ khai đăng ký khai sinh" in replies[0].text
        assert "Giấy chứng sinh" in (await one(home)).answers["asked"]


async def test_what_must_be_filed_with_vneid_is_not_completed_here(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        catalog = home.parts.live.snapshot.catalog
        vneid = next(each for each in catalog.procedures if "vneid" in each.tags)
        async with home.parts.database.unit_of_work() as uow:
            known = await uow.dossiers.get(ON_TIME)
            assert known is not None
            await uow.dossiers.upsert([replace(known, stage=5, procedure_code=vneid.code, missing="Đơn")])
            await uow.commit()
        citizen = home.citizen()
        await opened_by(citizen, ON_TIME)
        assert "Gửi giấy bổ sung" not in labels(citizen)
        replies = await citizen.send(kind="button", button=f"bs:{ON_TIME}")
        assert "chưa nhận ở đây được" in replies[0].text
