"""A one-stop system read over HTTP: whole, in order, by one process, and said so when it does not answer."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.actions.freshness import NAME
from bot.app import Parts, application
from bot.config import SettingError
from bot.registry.reader import OPEN_AFTER, Reader, pause_after
from bot.registry.registry import Registry
from storage.records import Dossier, Source
from tests.bot.test_filing_desk import CODE, filed
from tests.house import ON_TIME, House, house
from tests.peers.one_stop import TOKEN, OneStop, one_stop
from tests.websites import HOST

SECRET = "khoa-ky-cua-he-thong-mot-cua"
FIRST, SECOND, THIRD = (f"H12.25-261120-000{number}" for number in (1, 2, 3))


@dataclass
class Town:
    system: OneStop
    home: House

    @property
    def parts(self) -> Parts:
        return self.home.parts

    @property
    def registry(self) -> Registry:
        assert self.parts.registry
        return self.parts.registry

    async def poll(self) -> bool:
        """A minute later."""
        self.home.clock.pass_(seconds=61)
        return await self.registry.reader.step()

    async def known(self, code: str) -> Dossier | None:
        async with self.parts.database.reading() as uow:
            return await uow.dossiers.get(code)

    async def source(self) -> Source:
        async with self.parts.database.reading() as uow:
            found = await uow.sources.get(NAME)
        assert found
        return found

    async def tell(self, body: Any, *, secret: str = SECRET, header: str = "X-Chu-Ky") -> httpx.Response:
        """The system's webhook."""
        raw = json.dumps(body).encode()
        signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        transport = httpx.ASGITransport(application(self.parts, second_factor=False))
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            return await client.post("/webhook/mot-cua", content=raw, headers={header: signature})


@contextlib.asynccontextmanager
async def town(url: str, folder: Path, **asked: Any) -> AsyncIterator[Town]:
    async with one_stop() as system:
        file = folder / "mot-cua.yaml"
        file.write_text(system.connection(**asked), "utf-8")
        settings = {"registry": file, "registry_token": TOKEN, "registry_secret": SECRET}
        async with house(url, folder / "data", **settings) as home:
            yield Town(system, home)


async def test_everything_is_read_page_by_page_and_then_only_what_is_new(
    database_url: str, tmp_path: Path
) -> None:
    async with town(database_url, tmp_path) as here:
        for number, code in enumerate((FIRST, SECOND, THIRD)):
            here.system.put(code, at=f"2026-11-23T09:0{number}:00")
        assert await here.poll()
        third = await here.known(THIRD)
        assert third
        assert (third.stage, third.holder, third.steps[0].text) == (4, "Nguyễn Văn Út", "Tiếp nhận hồ sơ")
        assert [each["trang"] for each in here.system.asked] == ["1", "2", "3"]
        assert "tuLuc" not in here.system.asked[0]
        here.system.put(FIRST, "CO_KET_QUA", at="2026-11-23T10:00:00")
        assert await here.poll()
        first = await here.known(FIRST)
        assert first
        assert first.stage == 9
        assert here.system.asked[3]["tuLuc"] == "2026-11-23T09:02:00"
        assert not await here.registry.reader.step(), "not before its time"
        source = await here.source()
        assert (source.cursor, source.taken, source.rejected) == ("2026-11-23T10:00:00", 5, 0)


async def test_only_one_process_reads(database_url: str, tmp_path: Path) -> None:
    async with town(database_url, tmp_path) as here:
        here.system.put(FIRST)
        registry = here.registry
        others = [
            Reader(here.parts.database, registry.connection, registry.client, b"k" * 32, here.home.clock)
            for _ in range(3)
        ]
        did = await asyncio.gather(*(each.step() for each in (registry.reader, *others)))
        assert sum(did) == 1
        assert len(here.system.asked) == 2, "one page with something, one empty"


async def test_a_reading_that_was_broken_off_goes_on_where_it_was(database_url: str, tmp_path: Path) -> None:
    async with town(database_url, tmp_path) as here:
        for code in (FIRST, SECOND, THIRD):
            here.system.put(code)
        here.system.faults = ["", "400"]
        await here.poll()
        assert await here.known(SECOND)
        assert await here.known(THIRD) is None
        assert (await here.source()).cursor is None
        await here.poll()
        assert await here.known(THIRD)
        assert [each["trang"] for each in here.system.asked] == ["1", "2", "2", "3"]
        assert (await here.source()).cursor == "2026-11-23T09:00:00"


@pytest.mark.parametrize("fault", ["500", "503", "429"])
async def test_a_short_trouble_is_tried_again_at_once(sqlite_url: str, tmp_path: Path, fault: str) -> None:
    async with town(sqlite_url, tmp_path) as here:
        here.system.put(FIRST)
        here.system.faults = [fault, fault]
        await here.poll()
        assert await here.known(FIRST)
        assert (await here.source()).failures == 0


@pytest.mark.parametrize(
    ("faults", "problem"),
    [
        (["500"] * 3, "busy"),
        (["slow"] * 3, "timeout"),
        (["half"], "not_json"),
        (["html"], "not_json"),
        (["strange"], "no_items"),
        (["403"], "refused"),
        (["redirect"], "refused"),
        (["", "circle"], "circle"),
    ],
)
async def test_every_fault_has_a_name_and_takes_nothing_away(
    sqlite_url: str, tmp_path: Path, faults: list[str], problem: str
) -> None:
    async with town(sqlite_url, tmp_path, timeout=0.3) as here:
        for code in (FIRST, SECOND, THIRD):
            here.system.put(code)
        here.system.faults = faults
        await here.poll()
        source = await here.source()
        assert (source.problem, source.failures, source.cursor) == (problem, 1, None)
        here.system.faults = []
        await here.poll()
        assert await here.known(THIRD)
        assert ((await here.source()).problem, (await here.source()).failures) == (None, 0)


async def test_a_system_that_stays_away_is_asked_ever_more_rarely(sqlite_url: str, tmp_path: Path) -> None:
    async with town(sqlite_url, tmp_path) as here:
        here.system.faults = ["503"] * 1000
        for _ in range(OPEN_AFTER):
            await here.poll()
        before = len(here.system.asked)
        assert not await here.poll(), "the breaker is open"
        assert await here.poll()
        assert len(here.system.asked) == before + 1, "a single attempt"
        assert not await here.registry.reader.step()
        here.system.faults = []
        here.home.clock.pass_(minutes=16)
        here.system.put(FIRST)
        assert await here.registry.reader.step()
        assert await here.known(FIRST)
        assert (await here.source()).failures == 0


def test_pauses_grow_to_a_quarter_of_an_hour() -> None:
    pauses = [int(pause_after(failures, 60).total_seconds()) for failures in range(1, 12)]
    assert pauses == [60, 60, 60, 60, 120, 240, 480, 900, 900, 900, 900]
    assert pause_after(9, 3600) == timedelta(hours=1)


async def test_the_citizen_is_told_how_old_it_is_while_the_system_is_away(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with town(sqlite_url, tmp_path) as here:
        here.system.put(ON_TIME, "DANG_XU_LY")
        await here.poll()  # 9:01
        citizen = here.home.citizen()
        assert "chưa tra được" not in (await citizen.say(ON_TIME))[-1].text
        here.system.faults = ["503"] * 100
        await here.poll()
        told = (await citizen.say(ON_TIME))[-1].text
        assert "chưa tra được lúc này. Số liệu đến 09:01 thứ Hai, 23/11" in told
        assert "đang xử lý" in told
        assert "Số liệu đến 09:01" in (await citizen.say("H12.25-261113-0999"))[-1].text
        here.system.faults = []
        here.home.clock.pass_(minutes=5)
        await here.poll()
        assert "chưa tra được lúc này" not in (await citizen.say(ON_TIME))[-1].text
        here.home.clock.pass_(minutes=20)  # nobody polls: the process hangs
        assert "Số liệu đến" in (await citizen.say(ON_TIME))[-1].text


async def test_what_is_told_unasked_says_how_old_it_is_too(sqlite_url: str, tmp_path: Path) -> None:
    """Late by what is known here; the system that would know better does not answer."""
    async with town(sqlite_url, tmp_path) as here:
        await here.poll()  # 9:01
        citizen = await filed(here.home)
        await here.home.parts.filing.accept(await here.home.officer(), 1, CODE)
        here.system.faults = ["503"] * 100
        here.home.clock.pass_(days=4)
        await here.poll()
        await here.home.settle()
        citizen.news()
        here.home.clock.pass_(days=10)
        await here.home.timers()
        told = "\n".join(reply.text for reply in citizen.news())
        assert "đã quá hẹn trả" in told
        assert "Số liệu đến 09:01 thứ Hai, 23/11" in told
        receipt = await citizen.send(kind="button", button="f:show:1:")
        assert "Số liệu đến 09:01" in receipt[-1].text


async def test_a_faulty_record_is_left_out_and_counted(sqlite_url: str, tmp_path: Path) -> None:
    async with town(sqlite_url, tmp_path, size=10) as here:
        here.system.put(FIRST, "TRANG_THAI_LA")
        here.system.put(SECOND, coQuan=None)
        here.system.put(THIRD)
        await here.poll()
        assert await here.known(FIRST) is None
        assert await here.known(THIRD)
        assert ((await here.source()).taken, (await here.source()).rejected) == (1, 2)
        good, words = await _examined(here)
        assert not good
        assert "2 hồ sơ không đọc được" in words
        assert "“TRANG_THAI_LA” chưa có trong `statuses`" in words


async def _examined(here: Town) -> tuple[bool, str]:
    """As `motcua doctor` says it."""
    from bot.doctor import _registry

    findings = await _registry(here.registry)
    return all(good for good, _ in findings), "\n".join(words for _, words in findings)


async def test_doctor_says_what_is_wrong(sqlite_url: str, tmp_path: Path) -> None:
    async with town(sqlite_url, tmp_path) as here:
        here.system.put(FIRST)
        assert (await _examined(here))[0], "nothing read yet is no fault"
        await here.poll()
        good, words = await _examined(here)
        assert good
        assert "trang đầu đọc được 1 hồ sơ" in words
        here.system.faults = ["403"]
        good, words = await _examined(here)
        assert not good
        assert "từ chối yêu cầu 403" in words


async def test_the_webhook_is_signed_kept_and_tells_followers(sqlite_url: str, tmp_path: Path) -> None:
    async with town(sqlite_url, tmp_path) as here:
        here.system.put(ON_TIME, "CO_KET_QUA", at="2026-11-23T11:00:00", noiTra="Quầy 3")
        record = here.system.dossiers[ON_TIME]
        citizen = here.home.citizen()
        await citizen.say(ON_TIME)
        await citizen.press("Xem chi tiết")
        await citizen.press("Đồng ý")
        await citizen.say("123456")
        await citizen.press("Theo dõi")
        for wrong in (await here.tell(record, secret="sai"), await here.tell(record, header="X-Khac")):
            assert wrong.status_code == 401
        right = await here.tell(record)
        assert (right.status_code, right.json()) == (200, {"taken": 1, "older": 0, "errors": []})
        await here.home.timers()
        assert "Quầy 3" in "".join(reply.text for reply in citizen.news())
        older = {**record, "trangThai": "DANG_XU_LY", "capNhatLuc": "2026-11-23T10:00:00"}
        assert (await here.tell([older])).json()["older"] == 1
        dossier = await here.known(ON_TIME)
        assert dossier
        assert dossier.stage == 9, "a call that was overtaken changes nothing"
        await here.tell(record)
        await here.home.timers()
        assert citizen.news() == [], "told once"


@pytest.mark.parametrize("body", ["chữ", 3, None, [[]] * 1001])
async def test_odd_bodies_are_refused(sqlite_url: str, tmp_path: Path, body: Any) -> None:
    async with town(sqlite_url, tmp_path) as here:
        assert (await here.tell(body)).status_code == 400


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("every: 60", "cần `url`"),
        ("url: ftp://may", "https://"),
        ("url: http://10.0.0.5/api", "plain_http"),
        ("url: https://may/api\nfields: {SoHoSo: x}", "không có SoHoSo"),
        ("url: https://may/api\nstatuses: {A: 11}", "từ 1 đến 10"),
        ("url: https://may/api\nsince: tu", "đi cùng nhau"),
        ("url: https://may/api\nnext: tiep", "`next` cần `page`"),
        ("url: https://may/api\nevery: 1", "every"),
        ("url: https://may/api\nla: 1", "la"),
        ("url: [", "YAML"),
        ("webhook: {header: X}", "MOTCUA_REGISTRY_SECRET"),
    ],
)
async def test_a_mistake_in_the_file_is_named(sqlite_url: str, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "mot-cua.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingError, match=said):
        async with house(sqlite_url, tmp_path / "data", registry=file):
            pass
