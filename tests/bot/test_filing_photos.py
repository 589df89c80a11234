"""Photos that do not come as they should: fetched in vain, more than a paper takes, needed in two places."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.actions.filing import photos
from storage.errors import NotFoundError, UnavailableError
from storage.records import Role
from tests.bot.test_filing_desk import filed
from tests.bot.test_receiving import ORIGIN, PHOTO, bring
from tests.bot.zalo_events import AN, said, sent
from tests.bot.zalo_house import Oa, zalo
from tests.house import house
from tests.photos import jpeg, paper

LOST = "Tệp này em chưa tải về được. Anh/chị gửi lại giúp em"


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path, zalo_file_hosts=ORIGIN) as opened:
        opened.far.media["giay.jpg"] = (jpeg(paper(size=(900, 1200))), "image/jpeg")
        yield opened


async def filing(oa: Oa) -> None:
    steps = (
        "nộp hồ sơ khai sinh",
        "nộp hồ sơ",
        "cho chính mình",
        "đồng ý",
        "bỏ qua",
        "Không thuộc trường hợp nào",
    )
    for number, words in enumerate(steps):
        await bring(oa, said(words, number))
    assert "Giấy 1/" in "\n".join(oa.far.texts(AN)[-2:])


def another() -> dict[str, Any]:
    """The same photo, in a message of its own."""
    event = sent("image", {"url": PHOTO})
    return {**event, "message": {**event["message"], "msg_id": "b8de7d84again"}}


async def test_a_photo_fetched_in_vain_is_asked_for_again(oa: Oa) -> None:
    """Zalo's link has expired: whoever sent it believes it arrived."""
    await filing(oa)
    gone = await bring(oa, sent("image", {"url": f"{ORIGIN}/media/mat.jpg"}))
    assert LOST in "\n".join(gone)
    again = await bring(oa, another())
    assert "Em nhận 1 ảnh" in "\n".join(again)


async def test_a_photo_that_cannot_be_kept_for_hours_is_asked_for_again(
    oa: Oa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: tried again for hours, then said; nothing is counted as received meanwhile."""
    await filing(oa)

    async def full(*_: object, **__: object) -> str:
        raise UnavailableError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("bot.files.vault.Vault.put", full)
        first = await bring(oa, sent("image", {"url": PHOTO}))
        assert "Em nhận" not in "\n".join(first)
        said_then: list[str] = []
        for _ in range(8):
            oa.clock.pass_(hours=1)
            before = len(oa.far.texts(AN))
            await oa.parts.receiving.drain()
            said_then += (await oa.settle())[before:]
    assert "\n".join(said_then).count(LOST) == 1
    assert "Em nhận 1 ảnh" in "\n".join(await bring(oa, another()))


async def test_more_than_a_paper_takes_is_said(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "MOST", 2)
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await citizen.send(kind="button", button="file:1.001193")
        for label in ("Cho chính mình", "Đồng ý", "Bỏ qua", "Không thuộc"):
            await citizen.press(label)
        replies = await citizen.photos(*(jpeg(paper(size=(400, 500), seed=n)) for n in range(3)))
        told = "\n".join(each.text for each in replies)
        assert "còn 1 ảnh em chưa nhận" in told
        assert "PDF" in told


async def test_a_photo_of_a_petition_outlives_the_draft_it_was_sent_for_too(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen, photo = home.citizen(), jpeg(paper(size=(800, 1000), seed=3))
        await citizen.say("tôi muốn gửi phản ánh")
        await citizen.press("Đồng ý")
        await citizen.say("đường ấp 3 xã Đất Mũi ngập nước cả tháng nay")
        await citizen.photos(photo)
        await citizen.press("Gửi")
        await citizen.send(kind="button", button="file:1.001193")
        for label in ("Cho chính mình", "Đồng ý", "Bỏ qua", "Không thuộc"):
            await citizen.press(label)
        await citizen.photos(photo)
        await citizen.press("Chụp lại giấy này")
        home.clock.at += timedelta(days=3)
        await home.parts.uploads.purge()
        mai = await home.officer()
        page = await home.parts.petitions.open(mai, 1)
        assert await home.parts.petitions.picture(mai, 1, page.petition.file_ids[0])


@pytest.mark.parametrize(
    ("none", "lacks", "send"), [("không", "chưa có", "đúng rồi"), ("dạ không thuộc", "không có", "gửi đi")]
)
async def test_filed_in_ones_own_words(
    sqlite_url: str, tmp_path: Path, none: str, lacks: str, send: str
) -> None:
    """Nobody has to press a button, nor write what stands on it."""
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await citizen.send(kind="button", button="file:1.001193")
        for label in ("Cho chính mình", "Đồng ý", "Bỏ qua"):
            await citizen.press(label)
        assert "Giấy 1/2" in (await citizen.say(none))[-1].text
        await citizen.photos(jpeg(paper(size=(400, 500), seed=1)))
        assert "Giấy 2/2" in (await citizen.say("xong"))[-1].text
        assert "nhận cách nào" in (await citizen.say(lacks))[-1].text
        assert "xem lại hồ sơ" in (await citizen.say("tại nơi tiếp nhận"))[-1].text
        assert "Mã nhận của anh/chị" in (await citizen.say(send))[0].text


async def test_what_was_filed_does_not_open_on_a_ticket_of_the_same_chat(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Neither for the department that answers another question, nor for the front desk, unseen by the owner."""
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.desk, await home.officer()
        hanh = await home.officer("hanh", Role.SPECIALIST, ("so_xay_dung",))
        citizen = await filed(home)
        await citizen.say("gặp cán bộ")
        await citizen.say("nhà tôi xây lấn qua ranh thì xin phép kiểu gì")
        await desk.claim(mai, 1)
        await desk.forward(mai, 1, "so_xay_dung", "Hỏi thêm", "Trả lời")
        for officer in (mai, hanh):
            page = await desk.open(officer, 1)
            assert [(each.file_id, each.reason) for each in page.received] == [(None, "filed")] * 2
            with pytest.raises(NotFoundError):
                await desk.look_at_file(officer, 1, page.received[0].id)
        assert (await home.parts.filing.open(mai, 1)).parts[0].files
        await citizen.photos(jpeg(paper(size=(800, 1000), seed=7)))  # sent for the question itself
        shown = (await desk.open(hanh, 1)).received[-1]
        assert await desk.look_at_file(hanh, 1, shown.id)
