"""What a channel tells an officer on the ticket: the window, files, the number to call, a colleague in the app."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.files import Problem
from storage.channel_records import Window
from storage.records import Ticket
from tests.photos import paper
from tests.websites import Website, website


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        await opened.officer()
        yield opened


async def test_until_when_one_can_answer_and_whom_to_call(site: Website) -> None:
    ticket, now = await site.ticket("Trợ cấp của má tui"), site.clock.now()
    async with site.parts.database.unit_of_work() as uow:
        window = Window(now + timedelta(hours=24), now + timedelta(days=6))
        await uow.windows.opened(ticket.address_id, window)
        await uow.citizens.set_phone(ticket.citizen_id, "0912345678", None)
        await uow.commit()
    officer = await site.logged_in()
    page = f"/can-bo/phieu/{ticket.id}"
    await officer.open(page)
    assert "Trả lời miễn phí đến 09:00 ngày mai, chậm nhất 09:00 Chủ nhật, 29/11." in officer.text
    assert "09******78 (chưa xác nhận)" in officer.text
    assert "0912345678" not in officer.response.text
    await officer.submit(f"{page}/hien-so", vi_sao="Gọi lại theo hẹn")
    assert "0912345678 (chưa xác nhận)" in officer.text


async def photo(site: Website, ticket: Ticket) -> int:
    content = io.BytesIO()
    paper(size=(600, 800)).save(content, "JPEG")
    stored = await site.parts.uploads.accept(content.getvalue(), name="giay.jpg", owner=ticket.key)
    assert not isinstance(stored, Problem)
    async with site.parts.database.unit_of_work() as uow:
        (*_, message) = await uow.messages.of_conversation(ticket.conversation_id)
        received = await uow.received.add(
            message_id=message.id,
            address_id=ticket.address_id,
            channel=ticket.key.channel,
            kind="image",
            reference="x",
            name=None,
            media_type=None,
            at=site.clock.now(),
        )
        await uow.received.done(received, site.clock.now(), stored.id)
        await uow.commit()
    return received


async def test_a_photo_opens_for_who_may_see_the_ticket_and_every_look_is_noted(site: Website) -> None:
    ticket, other = await site.ticket("Trợ cấp của má tui"), await site.ticket("Việc khác", citizen="binh")
    for each in (ticket, other):
        await site.writes(each, "đây em")
    received = await photo(site, ticket)
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    address = f"/can-bo/phieu/{ticket.id}/tep/{received}"
    assert f'href="{address}"' in officer.response.text
    await officer.open(address)
    assert officer.response.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in officer.response.headers["Content-Security-Policy"]
    async with site.parts.database.reading() as uow:
        (last,) = await uow.audit.entries(1)
    assert (last.action, last.subject) == ("file.viewed", f"ticket:{ticket.id}")
    await officer.open(f"/can-bo/phieu/{other.id}/tep/{received}")
    assert officer.response.status_code == 404, "a file is seen through its own ticket only"
    await officer.open(f"/can-bo/phieu/{ticket.id}/tep/999")
    assert officer.response.status_code == 404


async def test_a_colleague_in_the_app_is_seen_and_the_assistant_gets_it_back(site: Website) -> None:
    ticket = await site.ticket("Trợ cấp của má tui")
    async with site.parts.database.unit_of_work() as uow:
        until = site.clock.now() + timedelta(hours=2)
        await uow.conversations.answered_elsewhere(ticket.conversation_id, until)
        await uow.commit()
    officer = await site.logged_in()
    page = f"/can-bo/phieu/{ticket.id}"
    await officer.open(page)
    assert "Một cán bộ đang trả lời người này trong ứng dụng Zalo." in officer.text
    (form,) = [each for each in officer.forms if each.action.endswith("/tra-bot")]
    for _ in range(3):  # pressed again and again
        await officer.post(form.action, form.fields)
        assert officer.status == 200
    assert "trong ứng dụng Zalo." not in officer.text
