"""News of a dossier for somebody on Zalo whose window has closed: it waits, goes out once, and loses nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.actions import mirror
from bot.simulator.zalo_oa import Fault
from storage.records import Dossier, FollowOrigin, Role
from tests.bot.zalo_events import AN, at, said
from tests.bot.zalo_house import Oa, zalo
from tests.house import MONDAY, ON_TIME, dossier

DONE, LATE_DAY = "đã có kết quả", "xin lỗi"
TOO_LATE = timedelta(days=8)  # Zalo's window is seven days


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path) as opened:
        opened.far.open_to_all = False
        await write(opened, "xin chào", 1)
        async with opened.parts.database.unit_of_work() as uow:
            later = MONDAY + timedelta(days=60)
            await uow.dossiers.upsert((dossier(ON_TIME, opened.parts, due_at=later),))
            contact = await uow.citizens.find(opened.channel_key(AN))
            assert contact
            await uow.follows.begin(ON_TIME, contact.address_id, FollowOrigin.PROVED, opened.clock.now())
            await uow.commit()
        yield opened


async def write(oa: Oa, text: str, number: int) -> list[str]:
    """The citizen writes now; what is new on the phone."""
    before = len(oa.far.texts(AN))
    oa.far.wrote(AN)
    await oa.bring(said(text, number, timestamp=at(oa.clock.now())))
    return (await oa.settle())[before:]


async def now_is(oa: Oa, **facts: Any) -> list[str]:
    """The one-stop system says so; what is new on the phone once all timers ran."""
    async with oa.parts.database.unit_of_work() as uow:
        known: Dossier | None = await uow.dossiers.get(ON_TIME)
        assert known
        await mirror.keep(uow, [replace(known, **facts)], oa.clock.now())
        await uow.commit()
    return await timers(oa)


async def timers(oa: Oa) -> list[str]:
    before = len(oa.far.texts(AN))
    await oa.parts.jobs.step()
    return (await oa.settle())[before:]


async def test_while_the_window_is_open_it_is_told_at_once(oa: Oa) -> None:
    oa.clock.pass_(days=6)
    assert DONE in "".join(await now_is(oa, stage=9))


async def test_news_wait_for_the_next_contact_all_of_them_once_and_in_order(oa: Oa) -> None:
    oa.clock.pass_(days=8)
    assert await now_is(oa, stage=5, missing="Giấy chứng sinh") == []
    oa.clock.pass_(days=3)
    assert await now_is(oa, stage=4, missing=None) == []
    assert await now_is(oa, stage=9, result_place="Quầy 3") == []
    for _ in range(3):
        oa.clock.pass_(days=1)
        assert await timers(oa) == [], "nobody is tried again and again"
    news = await write(oa, "hồ sơ của tôi sao rồi", 2)
    told = "\n".join(news)
    places = [told.index(each) for each in ("Cần bổ sung: Giấy chứng sinh", DONE, "THƯ CHÚC MỪNG")]
    assert places == sorted(places)
    assert told.count(DONE) == told.count("THƯ CHÚC MỪNG") == told.count("Cần bổ sung: Giấy") == 1
    again = "\n".join([*await write(oa, "cảm ơn em", 3), *await timers(oa)])
    assert DONE not in again
    assert "THƯ" not in again


async def test_news_of_the_night_wait_for_the_morning_and_then_for_the_contact(oa: Oa) -> None:
    oa.clock.pass_(hours=14)  # 23 o'clock, and the window is open
    assert await now_is(oa, stage=9) == []
    assert not any(DONE in text for text in await write(oa, "mấy giờ mở cửa", 2)), "an answer, no news"
    oa.clock.pass_(hours=8, minutes=1)
    assert DONE in "".join(await timers(oa))

    oa.clock.pass_(days=8)
    oa.clock.at = oa.clock.at.replace(hour=16)  # 23 o'clock, and the window has closed
    assert await now_is(oa, stage=10) == []
    oa.clock.pass_(hours=9)
    assert await timers(oa) == []
    news = "\n".join(await write(oa, "chào em", 3))
    assert news.count("đã trả kết quả") == 1


async def test_an_officers_decision_waits_as_well(sqlite_url: str, tmp_path: Path) -> None:
    """What is decided on a submission, with a notice of the mirror behind it."""
    async with zalo(sqlite_url, tmp_path) as oa:
        oa.far.open_to_all = False
        await write(oa, "xin chào", 1)
        async with oa.parts.database.unit_of_work() as uow:
            contact = await uow.citizens.find(oa.channel_key(AN))
            assert contact
            draft = await uow.submissions.add(
                receipt_code="HS-0123-4567",
                procedure_code="1.001193",
                citizen_id=contact.citizen_id,
                address_id=contact.address_id,
                created_at=oa.clock.now(),
                department="trung_tam",
                answers={"who": "self", "case": -1, "delivery": "desk"},
            )
            await uow.submissions.send(draft.id, oa.clock.now())
            mai = await uow.officers.add("mai", "Mai", Role.FRONT_OFFICER, (), ("vi",), oa.clock.now())
            await uow.commit()
        oa.clock.pass_(days=9)
        desk, code = oa.parts.filing, "H12.25-261123-0009"
        await desk.accept(mai, draft.id, code)
        assert await timers(oa) == []
        await desk.finish(mai, draft.id, "Quầy 3")
        assert await timers(oa) == []
        told = "\n".join(await write(oa, "chào em", 2))
        assert told.count("đã được tiếp nhận") == 1
        assert told.count(DONE) == 1
        assert told.index("đã được tiếp nhận") < told.index(DONE)


async def test_what_may_be_sent_unasked_is_used_up_for_days_it_goes_with_the_next_contact(oa: Oa) -> None:
    oa.far.open_to_all = True
    oa.clock.pass_(days=3)
    oa.far.faults_of[AN] = [Fault("code", -211)] * 60
    assert await now_is(oa, stage=9, result_place="Quầy 3") == []
    for _ in range(40):
        oa.clock.pass_(hours=1)
        assert await timers(oa) == []
    oa.far.faults_of[AN] = []
    told = "\n".join([*await write(oa, "hồ sơ của tôi sao rồi", 2), *await timers(oa)])
    assert told.count(DONE) == 1


async def test_an_answer_does_not_wait_behind_what_is_tried_later(oa: Oa) -> None:
    oa.far.open_to_all = True
    oa.clock.pass_(days=3)
    oa.far.faults_of[AN] = [Fault("code", -211)]
    assert await now_is(oa, stage=9, result_place="Quầy 3") == []
    oa.clock.pass_(minutes=5)  # the next try is an hour away
    told = "\n".join(await write(oa, "làm khai sinh cần giấy gì", 2))
    assert DONE in told, "they wrote: both are due"
    assert "Giấy chứng sinh" in told
