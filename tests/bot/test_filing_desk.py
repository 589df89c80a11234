"""The officers' side of what is filed in chat: seen by the right desk, decided once, told to the citizen."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import mirror
from bot.app import work_time
from bot.desk import HeldBackError
from bot.desk.filing import BadCodeError, FilingDesk, View
from bot.files import Uploads
from bot.messages import Reply
from storage.errors import NotFoundError, StaleStateError
from storage.records import Role, SubmissionStatus
from tests.house import Citizen, House, house
from tests.photos import jpeg, opened, paper

CODE = "H12.25-261123-0009"


async def filed(home: House, name: str = "an", *, photos: int = 2) -> Citizen:
    """A birth registration, sent."""
    citizen = home.citizen(name)
    await citizen.send(kind="button", button="file:1.001193")
    await citizen.press("Cho chính mình")
    await citizen.press("Đồng ý")
    await citizen.press("Bỏ qua")
    await citizen.press("Không thuộc")
    await citizen.photos(*(jpeg(paper(size=(800, 1000), seed=n)) for n in range(photos)))
    await citizen.press("Xong")
    await citizen.press("Chưa có")
    await citizen.press("Tại nơi")
    await citizen.press("Gửi hồ sơ")
    return citizen


def said(citizen: Citizen) -> str:
    return "\n\n".join(reply.text for reply in citizen.news())


async def test_from_sent_to_asked_to_accepted(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        assert [row.submission.id for row in (await desk.queue(mai, View.WAITING)).rows] == [1]
        page = await desk.open(mai, 1)
        assert [(part.document.name, len(part.files), part.lacking) for part in page.parts] == [
            ("Tờ khai đăng ký khai sinh", 2, False),
            ("Giấy chứng sinh", 0, True),
        ]
        assert [item.name for item in page.bring] == ["Giấy tờ tùy thân của người đi làm"]

        await desk.ask_supplement(
            mai,
            1,
            {"Giấy chứng sinh": "Cần ảnh giấy chứng sinh của bệnh viện", "Tờ khai đăng ký khai sinh": " "},
        )
        await home.settle()
        told = said(citizen)
        assert "Giấy chứng sinh: Cần ảnh giấy chứng sinh của bệnh viện" in told
        assert "không tính vào hạn" in told
        await citizen.press("Bổ sung ngay")
        await citizen.photos(jpeg(paper(size=(800, 1000), seed=9)))
        await citizen.press("Xong")
        replies = await citizen.press("Gửi hồ sơ")
        assert "giấy bổ sung" in replies[0].text
        assert [part.resent for part in (await desk.open(mai, 1)).parts] == [False, True]

        with pytest.raises(BadCodeError):
            await desk.accept(mai, 1, "mã nào đó")
        accepted = await desk.accept(mai, 1, "h12.25 - 261123 - 0009")
        assert accepted.dossier_code == CODE
        assert accepted.due_at is not None
        await desk.accept(mai, 1, CODE)  # pressed twice
        await home.settle()
        told = said(citizen)
        assert told.count("đã được tiếp nhận") == 1
        assert f"Mã hồ sơ: {CODE}" in told
        with pytest.raises(StaleStateError):
            await desk.refuse(mai, 1, "muộn rồi")


async def test_the_one_stop_systems_day_is_the_only_one(sqlite_url: str, tmp_path: Path) -> None:
    """The one-stop system told another day after the acceptance: the receipt says it, pauses count from it."""
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        async with home.parts.database.unit_of_work() as uow:
            later = home.clock.now() + timedelta(days=9, hours=8)  # Wednesday, 02/12, 17 o'clock
            await mirror.change(uow, CODE, home.clock.now(), stage=4, due_at=later)
            await uow.commit()
        assert "17 giờ thứ Tư, 02/12" in (await receipt(home, citizen))[-1].text
        await desk.ask_supplement(mai, 1, {"Giấy chứng sinh": "Cần ảnh giấy chứng sinh"})
        await home.settle()
        citizen.news()
        home.clock.pass_(days=2)  # 24/11 is a holiday: one working day is lost
        await citizen.send(kind="button", button="f:go:1:")
        await citizen.photos(jpeg(paper(size=(800, 1000), seed=9)))
        await citizen.press("Xong")
        await citizen.press("Gửi hồ sơ")
        assert "17 giờ thứ Năm, 03/12" in (await receipt(home, citizen))[-1].text
        home.clock.pass_(days=14)
        assert "trễ hẹn" in (await receipt(home, citizen))[-1].text
        await desk.finish(mai, 1, "Quầy 3")
        shown = (await receipt(home, citizen))[-1]
        assert "đã có kết quả" in shown.text
        assert "Chọn giờ" not in str([each.label for each in shown.choices]), "nothing is compared any more"


async def receipt(home: House, citizen: Citizen) -> list[Reply]:
    return await citizen.send(kind="button", button="f:show:1:")


async def test_the_time_a_citizen_takes_is_not_counted(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        due = (await desk.accept(mai, 1, CODE)).due_at
        assert due is not None
        await desk.ask_supplement(mai, 1, {"Giấy chứng sinh": "Thiếu trang sau"})
        home.clock.pass_(days=2)  # Monday 9 o'clock to Wednesday 9 o'clock: two working days
        await home.settle()
        citizen.news()
        await citizen.press("Bổ sung ngay")
        await citizen.photos(jpeg(paper(size=(800, 1000), seed=9)))
        await citizen.press("Xong")
        await citizen.press("Gửi hồ sơ")
        page = await desk.open(mai, 1)
        assert page.submission.status is SubmissionStatus.ACCEPTED
        assert page.dossier is not None
        assert page.dossier.due_at == due + timedelta(days=2)


async def test_a_refusal_gives_the_reason_and_the_way_to_object(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        with pytest.raises(ValueError):
            await desk.refuse(mai, 1, "  ")
        await desk.refuse(mai, 1, "Hồ sơ thuộc tỉnh khác")
        await home.settle()
        told = said(citizen)
        assert "Hồ sơ thuộc tỉnh khác" in told
        assert "Luật Khiếu nại" in told
        assert "Gửi phản ánh, kiến nghị" in [choice.label for choice in citizen.menu]


async def test_what_an_officer_may_not_write_is_held_back_here_too(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen, paid = await filed(home), "Chuyển khoản vào STK 0123456789 Vietcombank"
        said(citizen)
        with pytest.raises(HeldBackError):
            await desk.ask_supplement(mai, 1, {"Giấy chứng sinh": "Gửi mã OTP cho em"})
        with pytest.raises(HeldBackError):
            await desk.refuse(mai, 1, "Nộp lại tại https://dich-vu-cong.evil.tk")
        assert (await desk.open(mai, 1)).submission.status is SubmissionStatus.SENT
        await desk.accept(mai, 1, CODE)
        await home.settle()
        said(citizen)
        worktime = work_time(home.parts.live.snapshot.catalog, home.parts.settings)
        day = worktime.add_days(home.clock.now().date(), 40)
        with pytest.raises(HeldBackError):
            await desk.postpone(mai, 1, day, paid)
        with pytest.raises(HeldBackError):
            await desk.finish(mai, 1, paid)
        await home.settle()
        assert said(citizen) == ""
        await desk.finish(mai, 1, "Quầy 3, trung tâm hành chính công")
        done = (await desk.open(mai, 1)).dossier
        assert done
        assert done.result_place == "Quầy 3, trung tâm hành chính công"


async def test_every_look_is_in_the_audit_log_and_the_owner_sees_who(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        file = (await desk.open(mai, 1)).parts[0].files[0]
        assert opened(await desk.picture(mai, 1, file.id, 0)).size == (800, 1000)
        assert max(opened(await desk.preview(mai, 1, file.id)).size) == 320
        async with home.parts.database.reading() as uow:
            looks = [each for each in await uow.audit.entries(50) if each.action == "submission.looked"]
            assert [(each.actor, each.subject, each.detail["file"]) for each in looks] == [
                (f"officer:{mai.id}", "submission:1", file.id)
            ]
        citizen.news()
        replies = await citizen.send(kind="button", button="f:show:1:")
        assert "Người đã xem giấy tờ: Nguyễn Thị Mai (23/11/2026)" in replies[0].text


@pytest.mark.parametrize(
    ("role", "departments"),
    [(Role.SPECIALIST, ("cong_an",)), (Role.SPECIALIST, ()), (Role.ADMIN, ())],
)
async def test_another_department_sees_nothing(
    sqlite_url: str, tmp_path: Path, role: Role, departments: tuple[str, ...]
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        await filed(home)
        file = (await desk.open(mai, 1)).parts[0].files[0]
        other = await home.officer("la", role, departments)
        for attempt in (
            desk.open(other, 1),
            desk.picture(other, 1, file.id, 0),
            desk.preview(other, 1, file.id),
            desk.accept(other, 1, CODE),
            desk.refuse(other, 1, "x"),
        ):
            with pytest.raises(NotFoundError):
                await attempt
        with pytest.raises(NotFoundError):
            await desk.picture(mai, 1, 999, 0)


async def test_what_is_forwarded_is_seen_redacted(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        await filed(home, photos=1)
        file = (await desk.open(mai, 1)).parts[0].files[0]
        await desk.redact(mai, 1, file.id, 0, ((0, 0, 500, 500),))
        await desk.forward(mai, 1, "cong_an", "Xác minh nơi cư trú")
        police = await home.officer("hung", Role.SPECIALIST, ("cong_an",))
        theirs = opened(await desk.picture(police, 1, file.id, 0)).convert("L")
        ours = opened(await desk.picture(mai, 1, file.id, 0)).convert("L")
        covered = (10, 10, 390, 490)
        assert theirs.crop(covered).getextrema()[1] < 12, "black, with what JPEG adds"
        assert ours.crop(covered).getextrema()[1] > 200
        assert opened(await desk.preview(police, 1, file.id)).convert("L").getpixel((40, 40)) < 30


async def test_slots_take_only_so_many_are_moved_and_reminded_of_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path, slot_capacity=1) as home:
        desk, mai = home.parts.filing, await home.officer()
        first, second = await filed(home, "an"), await filed(home, "ba")
        for number in (1, 2):
            await desk.accept(mai, number, f"H12.25-261123-000{number}")
        await home.settle()
        first.news(), second.news()
        await first.press("Chọn giờ hẹn")
        await second.press("Chọn giờ hẹn")
        slot = first.menu[0].label
        assert second.menu[0].label == slot
        replies = await first.press(slot)
        assert f"em đã hẹn {slot}" in replies[0].text
        replies = await second.press(slot)
        assert "đã đủ người" in replies[0].text
        assert slot not in [choice.label for choice in second.menu]

        await first.press("Đổi giờ hẹn")
        later = first.menu[1].label
        await first.press(later)
        free = (await desk.open(mai, 2)).free
        assert await desk.appoint(mai, 2, free[0]), "the moved one's slot is free again"
        assert await desk.appoint(mai, 2, free[0]), "pressed twice"
        await home.settle()
        assert len(second.news()) == 1
        home.clock.pass_(days=1, hours=3)  # 24/11 is a holiday: the appointment is on Wednesday
        await home.timers()
        await home.timers()
        assert said(second).count("Em nhắc anh/chị") == 1
        assert said(first).count(later) == 1
        await first.send(kind="button", button="f:unbook:1:")
        assert (await desk.open(mai, 1)).appointment is None


async def test_one_place_in_a_slot_and_many_at_once(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, slot_capacity=2) as home:
        desk, mai = home.parts.filing, await home.officer()
        for number, name in enumerate(("an", "ba", "tu", "nam"), 1):
            await filed(home, name, photos=1)
            await desk.accept(mai, number, f"H12.25-261123-000{number}")
        slot = (await desk.open(mai, 1)).free[0]
        got = await asyncio.gather(*(desk.appoint(mai, number, slot) for number in range(1, 5)))
        assert sorted(got) == [False, False, True, True]


async def test_a_receipt_comes_with_a_qr_code_once(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await filed(home)
        await home.timers()
        await home.timers()
        (receipt,) = [reply for reply in citizen.news() if reply.files]
        uploads: Uploads = home.parts.uploads
        async with home.parts.database.reading() as uow:
            stored = await uow.files.get(receipt.files[0].id)
            gone = await uow.files.expired(home.clock.now() + timedelta(days=30))
        assert stored is not None
        assert stored not in gone, "kept as long as what was said with it"
        assert opened(await uploads.read(stored)).size[0] > 200


async def test_an_owner_confirms_for_a_helper(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        helper, owner = home.citizen("to-so"), home.citizen("bac-sau")
        await helper.send(kind="button", button="file:1.001193")
        replies = await helper.press("Tổ công nghệ số")
        code = replies[0].text.split("mã này: ")[1][:12]
        assert "không đúng" in (await helper.say(code))[0].text, "a helper does not confirm for themselves"
        assert "Đăng ký khai sinh" in (await owner.say(f"mã {code.lower()}"))[-1].text
        await owner.press("Đồng ý")
        assert "Chủ hồ sơ đã xác nhận" in said(helper)
        assert "không đúng" in (await owner.say(code))[0].text, "a code is spent"
        async with home.parts.database.reading() as uow:
            draft = await uow.submissions.get(1)
            contact = await uow.citizens.find(owner.key)
        assert contact is not None
        assert draft.owner_id == contact.citizen_id
        assert draft.confirmed_at is not None


async def test_no_formal_complaint_is_filed_in_chat(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        for words in ("tôi muốn khiếu nại quyết định thu hồi đất của tôi", "nộp đơn khiếu nại lần hai"):
            await citizen.say(words)
            assert "Nộp hồ sơ" not in [each.label for each in citizen.menu]
        for code in ("2.002409", "2.002396", "2.001909", "2.001801"):
            await citizen.send(kind="button", button=f"p:{code}")
            assert "Nộp hồ sơ" not in [each.label for each in citizen.menu]
            await citizen.send(kind="button", button=f"file:{code}")
            assert (await citizen.send(kind="button", button="f:go:1:"))[-1].text.startswith(
                "Dạ, em không tìm thấy"
            )


async def test_old_drafts_go_with_their_photos(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await citizen.send(kind="button", button="file:1.001193")
        for label in ("Cho chính mình", "Đồng ý", "Bỏ qua", "Không thuộc"):
            await citizen.press(label)
        await citizen.photos(jpeg(paper(size=(800, 1000))))
        desk: FilingDesk = home.parts.filing
        home.clock.pass_(days=29)
        assert await desk.drop_old_drafts() == 0
        home.clock.pass_(days=2)
        assert await desk.drop_old_drafts() == 1
        async with home.parts.database.reading() as uow:
            assert (await uow.submissions.get(1)).parts == ()
            assert len(await uow.files.expired(home.clock.now())) == 1
