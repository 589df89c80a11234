"""“Giao xử lý”: a supervisor gives a ticket to somebody, with a deadline that both see."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.worktime import VIETNAM
from storage.records import QueueView, Role, Ticket
from tests.websites import Browser, Website, website


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        await opened.officer("boss", Role.SUPERVISOR)
        await opened.officer("mai")
        await opened.officer("kha")
        await opened.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
        yield opened


MAI, KHA, HANH = "2", "3", "4"


async def give(boss: Browser, ticket: Ticket, site: Website, to: str = KHA, **changed: str) -> Browser:
    await boss.open(f"/can-bo/giao/{ticket.id}")
    until = (site.clock.now() + timedelta(hours=3)).astimezone(VIETNAM)
    typed = {"nguoi": to, "han": f"{until:%Y-%m-%dT%H:%M}", "viec": "Gọi lại cho bà con", **changed}
    return await boss.submit(f"/can-bo/giao/{ticket.id}", **typed)


async def test_who_it_is_given_to_sees_it_and_the_supervisor_sees_whether(site: Website) -> None:
    ticket = await site.ticket("Hồ sơ của tui trễ rồi")
    mai, kha, boss = [await site.logged_in(name) for name in ("mai", "kha", "boss")]
    await mai.open(f"/can-bo/phieu/{ticket.id}")
    await mai.press("Nhận phiếu")
    await give(boss, ticket, site)
    assert boss.path == f"/can-bo/phieu/{ticket.id}"
    assert "Boss giao xử lý" in boss.text

    await kha.open("/can-bo")
    assert "Được giao xử lý (1)" in kha.text
    assert "Boss: Gọi lại cho bà con" in kha.text
    assert "Được giao xử lý" not in (await mai.open("/can-bo")).text
    async with site.parts.database.reading() as uow:
        assert (await uow.tickets.get(ticket.id)).officer_name == "Trần Minh Kha"
        said = [each.text for each in await uow.messages.of_conversation(ticket.conversation_id)]
        assert "Trần Minh Kha" in said[-1], "the citizen hears who has it now"

    await boss.open("/can-bo/bao-cao")
    assert "Đã giao, chưa xong (1)" in boss.text
    assert "chưa mở xem" in boss.text
    await kha.open(f"/can-bo/phieu/{ticket.id}")
    assert "đã mở xem" in (await boss.open("/can-bo/bao-cao")).text
    site.clock.pass_(minutes=25)
    site.clock.pass_(hours=3)
    assert "Quá hạn" in (await (await site.logged_in("kha")).open("/can-bo?xem=closed")).text


async def test_an_answer_settles_it_and_an_idle_claim_does_not(site: Website) -> None:
    ticket = await site.ticket("Hồ sơ của tui trễ rồi")
    boss = await site.logged_in("boss")
    await give(boss, ticket, site)
    site.clock.pass_(hours=2)
    await site.parts.jobs.step()
    async with site.parts.database.reading() as uow:
        assert (await uow.tickets.get(ticket.id)).officer_id == int(KHA), "it stays with whom it was given to"
        kha = await uow.officers.get(int(KHA))
    await site.parts.desk.answer(kha, ticket.id, "Dạ, em gọi rồi.", seen_message_id=10**9, key="k")
    site.clock.pass_(minutes=1)
    await site.parts.jobs.step()
    assert (await site.parts.desk.queue(kha, QueueView.MINE)).given == ()


async def test_given_to_another_the_first_has_it_no_more(site: Website) -> None:
    ticket = await site.ticket("Hồ sơ của tui trễ rồi")
    boss = await site.logged_in("boss")
    await give(boss, ticket, site, KHA)
    await give(boss, ticket, site, MAI)
    kha, mai = await site.logged_in("kha"), await site.logged_in("mai")
    assert "Được giao xử lý" not in (await kha.open("/can-bo")).text
    assert "Được giao xử lý (1)" in (await mai.open("/can-bo")).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"han": ""}, "Hạn xử lý"),
        ({"han": "2026-01-01T10:00"}, "Hạn xử lý"),
        ({"han": "2030-01-01T10:00"}, "Hạn xử lý"),
        ({"viec": " "}, "việc cần làm"),
        ({"nguoi": ""}, "Không giao được"),
        ({"nguoi": HANH}, "Không giao được"),
        ({"nguoi": "999"}, "Không giao được"),
    ],
    ids=str,
)
async def test_what_cannot_be_is_said_and_nothing_is_given(
    site: Website, changed: dict[str, str], said: str
) -> None:
    ticket = await site.ticket("Hồ sơ của tui trễ rồi")
    boss = await site.logged_in("boss")
    await give(boss, ticket, site, **changed)
    assert (boss.status, said in boss.text) == (400, True), boss.text
    async with site.parts.database.reading() as uow:
        assert await uow.tickets.get(ticket.id) == ticket


async def test_nobody_is_given_what_they_may_not_see_or_are_not_there_for(site: Website) -> None:
    ticket = await site.ticket("Hồ sơ của tui trễ rồi")
    async with site.parts.database.unit_of_work() as uow:
        await uow.officers.set_away(int(KHA), site.clock.now() + timedelta(days=3))
        await uow.commit()
    boss = await (await site.logged_in("boss")).open(f"/can-bo/giao/{ticket.id}")
    assert "Nguyễn Thị Mai" in boss.text
    assert "Trần Minh Kha" not in boss.text
    assert "Hanh" not in boss.text
