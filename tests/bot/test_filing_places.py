"""Which desk gets a dossier, and where the originals are brought: the commune's own, where the citizen told it."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bot.app import application
from bot.desk.filing import View
from bot.live_catalog import LiveCatalog
from storage.errors import NotFoundError, StaleStateError
from storage.records import Role
from tests.bot.test_filing_desk import CODE, filed, said
from tests.house import ROOT, House, house
from tests.photos import jpeg, paper

DAT_MUI = "Trung tâm Phục vụ hành chính công xã Đất Mũi"


def of_communes(folder: Path) -> LiveCatalog:
    """The shipped catalog of a province whose commune Đất Mũi works at this desk, too."""
    shutil.copy(ROOT / "procedures_catalog.yaml", folder)
    shutil.copytree(ROOT / "catalog", folder / "catalog")
    head, communes = folder / "procedures_catalog.yaml", folder / "catalog/head/communes.yaml"
    first = "  - {id: so_tu_phap, name: Sở Tư pháp}\n"
    whole = head.read_text(encoding="utf-8")
    head.write_text(
        whole.replace(first, f"{first}  - {{id: xa_dat_mui, name: Xã Đất Mũi}}\n"), encoding="utf-8"
    )
    named = "    name: Xã Đất Mũi\n"
    whole = communes.read_text(encoding="utf-8")
    communes.write_text(whole.replace(named, f"{named}    department: xa_dat_mui\n"), encoding="utf-8")
    return LiveCatalog.open(head)


async def test_what_a_commune_works_on_lies_with_its_own_desk(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, live=of_communes(tmp_path)) as home:
        desk = home.parts.filing
        hoa = await home.officer("hoa", Role.SPECIALIST, ("xa_dat_mui",))
        tuyet = await home.officer("tuyet", Role.SPECIALIST, ("so_tu_phap",))
        known = home.citizen("biết xã")
        await known.say("tôi ở xã Đất Mũi")
        await known.send(kind="button", button="file:1.001193")
        asked = home.citizen("được hỏi")
        await asked.send(kind="button", button="file:1.001193")
        for citizen in (known, asked):
            await citizen.press("Cho chính mình")
            await citizen.press("Đồng ý")
            if citizen is asked:
                await citizen.say("xã Đất Mũi")
            await citizen.press("Không thuộc")
            await citizen.photos(jpeg(paper(size=(800, 1000))))
            await citizen.press("Xong")
            await citizen.press("Chưa có")
            await citizen.press("Tại nơi")
            await citizen.press("Gửi hồ sơ")
        await filed(home, "không nói xã")
        assert [each.submission.id for each in (await desk.queue(hoa, View.WAITING)).rows] == [1, 2]
        assert [each.submission.id for each in (await desk.queue(tuyet, View.WAITING)).rows] == [3]
        with pytest.raises(NotFoundError):
            await desk.open(tuyet, 1)


async def test_the_originals_are_brought_to_a_desk_with_an_address(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, public_url="https://motcua.test") as home:
        desk, mai = home.parts.filing, await home.officer()
        near, untold = home.citizen("gần"), await filed(home, "không nói xã")
        await near.say("tôi ở xã Đất Mũi")
        await near.send(kind="button", button="file:1.001193")
        for press in ("Cho chính mình", "Đồng ý", "Không thuộc"):
            await near.press(press)
        await near.photos(jpeg(paper(size=(800, 1000))))
        for press in ("Xong", "Chưa có", "Tại nơi", "Gửi hồ sơ"):
            await near.press(press)
        await home.settle()
        near.news(), untold.news()
        await desk.accept(mai, 1, CODE)
        await desk.accept(mai, 2, CODE.replace("0009", "0002"))
        await home.settle()
        told = said(near)
        office = home.parts.live.snapshot.catalog.office_for("dat_mui")
        assert office is not None
        assert f"Nơi mang đến: {office.name}, {office.address}." in told
        assert "Nơi mang đến: Ủy ban nhân dân xã, phường." in said(untold)

        slot = (await desk.open(mai, 2)).free[0]
        await desk.appoint(mai, 2, slot)
        await home.settle()
        reply = near.news()[-1]
        assert office.address in reply.text
        link = next(each.url for each in reply.choices if each.url)
        content = await _fetched(home, link or "")
        assert f"LOCATION:{office.name}" in content.replace("\r\n ", "")
        assert office.address.split(",")[0] in content.replace("\r\n ", "")


async def test_full_hours_of_one_commune_are_free_at_another(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, slot_capacity=1) as home:
        desk, mai = home.parts.filing, await home.officer()
        for number, commune in enumerate(("xã Đất Mũi", "xã Đất Mũi", "xã Năm Căn"), 1):
            citizen = home.citizen(f"người {number}")
            await citizen.say(f"tôi ở {commune}")
            await citizen.send(kind="button", button="file:1.001193")
            for press in ("Cho chính mình", "Đồng ý", "Không thuộc"):
                await citizen.press(press)
            await citizen.photos(jpeg(paper(size=(800, 1000), seed=number)))
            for press in ("Xong", "Chưa có", "Tại nơi", "Gửi hồ sơ"):
                await citizen.press(press)
            await desk.accept(mai, number, CODE.replace("0009", f"100{number}"))
        slot = (await desk.open(mai, 1)).free[0]
        assert await desk.appoint(mai, 1, slot)
        assert not await desk.appoint(mai, 2, slot), "one person at a time in Đất Mũi"
        assert await desk.appoint(mai, 3, slot), "Năm Căn has a desk of its own"


async def _fetched(home: House, link: str) -> str:
    transport = httpx.ASGITransport(application(home.parts))
    async with httpx.AsyncClient(transport=transport, base_url="https://motcua.test") as browser:
        return (await browser.get(urlsplit(link).path)).text


async def test_an_appointment_is_moved_and_given_up_in_words(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen, stranger = await filed(home), home.citizen("người khác")
        await desk.accept(mai, 1, CODE)
        slot = (await desk.open(mai, 1)).free[0]
        await desk.appoint(mai, 1, slot)
        await citizen.say("giờ làm việc mấy giờ")  # other things stand in between
        replies = await citizen.say("mai tui bận rồi, dời giờ hẹn qua bữa khác được hông")
        assert "đang hẹn lúc" in replies[-1].text
        await citizen.press(citizen.menu[1].label)
        moved = (await desk.open(mai, 1)).appointment
        assert moved is not None
        assert moved.starts_at != slot
        await desk.ask_supplement(mai, 1, {"Giấy chứng sinh": "Cần ảnh giấy chứng sinh"})
        assert "đang hẹn lúc" in (await citizen.say("doi lich hen"))[-1].text
        assert "đã hủy giờ hẹn" in (await citizen.say("thôi hủy lịch hẹn giúp em"))[-1].text
        assert (await desk.open(mai, 1)).appointment is None
        for words in ("hủy giờ hẹn", "đổi lịch hẹn giùm"):
            assert "chưa thấy giờ hẹn nào" in (await stranger.say(words))[-1].text


async def test_another_hour_and_another_day_are_offered(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, slot_capacity=1) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, CODE)
        await home.settle()
        citizen.news()
        await citizen.press("Chọn giờ hẹn")
        first = [choice.label for choice in citizen.menu if choice.token.startswith("f:book")]
        await citizen.say("giờ khác")
        later = [choice.label for choice in citizen.menu if choice.token.startswith("f:book")]
        assert first[0].split(",")[-1] == later[0].split(",")[-1], "the same day"
        assert not set(first) & set(later)
        await citizen.say("ngay khac")
        other = [choice.label for choice in citizen.menu if choice.token.startswith("f:book")]
        assert other[0].split(",")[-1] != first[0].split(",")[-1]
        await citizen.press(other[2])
        page = await desk.open(mai, 1)
        assert page.appointment
        assert len({at.date() for at in page.free}) > 5, "the officer chooses among two weeks"


async def test_what_was_asked_for_is_brought_to_the_desk(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        asked, running = await filed(home, "chưa tiếp nhận"), await filed(home, "đã tiếp nhận")
        await desk.accept(mai, 2, CODE)
        due = (await desk.open(mai, 2)).dossier.due_at
        for number in (1, 2):
            await desk.ask_supplement(mai, number, {"Giấy chứng sinh": "Cần ảnh giấy chứng sinh"})
        await home.settle()
        asked.news(), running.news()
        home.clock.pass_(days=2)
        for number in (1, 2):
            await desk.receive(mai, number)
            with pytest.raises(StaleStateError):
                await desk.receive(mai, number)  # pressed twice
        await home.settle()
        for citizen in (asked, running):
            assert "đã nhận đủ giấy bổ sung" in said(citizen)
        page = await desk.open(mai, 2)
        assert page.dossier.due_at > due, "the days they took are not counted"
        await desk.finish(mai, 2, "Quầy 3")
        await desk.refuse(mai, 1, "Không thuộc địa bàn")
