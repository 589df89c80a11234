"""What people send is fetched once, after the turn; with a question it stays, alone it is gone within a day."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.console import views
from bot.texts import Texts
from storage.records import Officer, QueueView, Reason, Role, Ticket
from tests.bot.zalo_events import AN, at, said, sent
from tests.bot.zalo_house import Oa, zalo
from tests.photos import paper

TEXTS = Texts.load()
ORIGIN = "http://zalo.test"
PHOTO = f"{ORIGIN}/media/giay.jpg"


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path, zalo_file_hosts=ORIGIN) as opened:
        opened.far.media["giay.jpg"] = (_jpeg(), "image/jpeg")
        opened.far.media["thoai.aac"] = (b"\xff\xf1\x50\x80" + b"\x00" * 400, "audio/aac")
        yield opened


def _jpeg() -> bytes:
    content = io.BytesIO()
    paper(size=(900, 1200)).save(content, "JPEG")
    return content.getvalue()


async def bring(oa: Oa, event: dict[str, Any]) -> list[str]:
    before = len(oa.far.texts(AN))
    await oa.bring({**event, "timestamp": at(oa.clock.now())})
    await oa.settle()
    await oa.parts.receiving.drain()
    return (await oa.settle())[before:]


async def kept(oa: Oa) -> int:
    async with oa.parts.database.reading() as uow:
        contact = await uow.citizens.find(oa.channel_key(AN))
        assert contact
        return len(await uow.files.of_address(contact.address_id))


async def officer(oa: Oa, *languages: str) -> Officer:
    async with oa.parts.database.unit_of_work() as uow:
        lan = await uow.officers.add(
            "lan", "Lan", Role.FRONT_OFFICER, (), languages or ("vi",), oa.clock.now()
        )
        await uow.commit()
    return lan


async def waiting(oa: Oa, lan: Officer) -> tuple[Ticket, ...]:
    return (await oa.parts.desk.queue(lan, QueueView.UNASSIGNED)).tickets


async def test_a_photo_without_context_is_asked_about_and_gone_within_a_day(oa: Oa) -> None:
    (*_, asked) = await bring(oa, sent("image", {"url": PHOTO, "thumbnail": PHOTO}))
    assert "giấy hẹn, giấy mời hay giấy tờ muốn nộp ạ?" in asked
    titles = [each["title"] for each in oa.far.buttons(AN)]
    assert titles[:3] == ["Giấy hẹn trả kết quả", "Giấy mời", "Giấy tờ muốn nộp"]
    assert await kept(oa) == 1
    oa.clock.pass_(hours=24, minutes=1)
    await oa.parts.retention.step()
    assert await kept(oa) == 0


async def test_with_a_question_it_stays_and_officers_see_it(oa: Oa) -> None:
    lan = await officer(oa)
    await bring(oa, sent("image", {"url": PHOTO}))
    await bring(oa, said("gặp cán bộ hỏi vụ giấy mời này là sao vậy", 2))
    (ticket,) = await waiting(oa, lan)
    oa.clock.pass_(days=10)
    await oa.parts.retention.step()
    page = await oa.parts.desk.open(lan, ticket.id)
    files = [file for entry in views.course(TEXTS, page, oa.clock.now(), None) for file in entry.files]
    assert [file.label for file in files] == ["Mở ảnh"]
    stored = await oa.parts.desk.look_at_file(lan, ticket.id, files[0].id)
    content = await oa.parts.uploads.read(stored)
    assert Image.open(io.BytesIO(content)).size[0] > 0
    assert content != _jpeg(), "never the bytes that were sent"
    async with oa.parts.database.reading() as uow:
        (last,) = await uow.audit.entries(1)
    assert last.action == "file.viewed"


async def test_a_photo_while_a_question_waits_belongs_to_it(oa: Oa) -> None:
    lan = await officer(oa)
    await bring(oa, said("gặp cán bộ hỏi vụ giấy mời này là sao vậy", 2))
    (*_, told) = await bring(oa, sent("image", {"url": PHOTO}))
    assert "Em đã ghi thêm tin này vào phiếu" in told
    assert len(await waiting(oa, lan)) == 1
    oa.clock.pass_(days=2)
    await oa.parts.retention.step()
    assert await kept(oa) == 1


async def test_words_under_a_photo_are_answered(oa: Oa) -> None:
    (*_, answer) = await bring(oa, sent("image", {"url": PHOTO}, text="làm khai sinh cho con cần giấy tờ gì"))
    assert "khai sinh" in answer.lower()


async def test_a_voice_message_goes_to_a_person(oa: Oa) -> None:
    lan = await officer(oa)
    (*_, told) = await bring(oa, sent("audio", {"url": f"{ORIGIN}/media/thoai.aac"}))
    assert "Em chưa nghe được tin nhắn thoại. Em chuyển cán bộ nghe và trả lời" in told
    (ticket,) = await waiting(oa, lan)
    assert ticket.reason is Reason.MEDIA
    page = await oa.parts.desk.open(lan, ticket.id)
    (file,) = [file for entry in views.course(TEXTS, page, oa.clock.now(), None) for file in entry.files]
    assert file.sound
    assert file.id


async def test_what_cannot_be_had_has_a_name_that_officers_see(oa: Oa) -> None:
    lan = await officer(oa)
    await bring(oa, said("gặp cán bộ hỏi vụ giấy mời này là sao vậy", 2))
    gone, foreign = f"{ORIGIN}/media/mat.jpg", "https://169.254.169.254/latest"
    await bring(oa, sent("image", {"url": gone}, {"url": foreign}))
    (ticket,) = await waiting(oa, lan)
    page = await oa.parts.desk.open(lan, ticket.id)
    assert [each.reason for each in page.received] == ["gone", "not_allowed"]


async def test_a_file_that_cannot_be_read_is_said_to_whom_sent_it(oa: Oa) -> None:
    oa.far.media["virus.exe"] = (b"MZ" + b"0" * 500, "application/octet-stream")
    news = await bring(oa, sent("file", {"url": f"{ORIGIN}/media/virus.exe", "name": "don.exe"}))
    assert "Em chỉ nhận ảnh, tệp PDF hoặc tin nhắn thoại" in news[-1]
    assert await kept(oa) == 0


async def test_khmer_gets_a_bilingual_line_and_somebody_who_speaks_it(oa: Oa) -> None:
    lan = await officer(oa, "vi", "km")
    (*_, told) = await bring(oa, said("សូមជួយខ្ញុំធ្វើសំបុត្រកំណើតកូន", 1))
    assert "មន្ត្រី" in told
    assert "Em chuyển cán bộ biết tiếng Khmer trả lời" in told
    (ticket,) = await waiting(oa, lan)
    assert (ticket.reason, ticket.language) == (Reason.LANGUAGE, "km")
    assert (await oa.parts.desk.open(lan, ticket.id)).speakers == ("Lan",)
    (*_, again) = await bring(oa, said("អរគុណ", 2))
    assert "មន្ត្រី" in again


async def test_khmer_in_the_middle_of_a_question_brings_somebody_who_speaks_it(oa: Oa) -> None:
    lan = await officer(oa, "vi", "km")
    await bring(oa, said("gặp cán bộ hỏi vụ trợ cấp của má tui", 1))
    (ticket,) = await waiting(oa, lan)
    assert ticket.language == "vi"
    (*_, told) = await bring(oa, said("សូមជួយខ្ញុំធ្វើសំបុត្រកំណើតកូន", 2))
    assert "មន្ត្រី" in told
    (same,) = await waiting(oa, lan)
    assert (same.id, same.language) == (ticket.id, "km")
    assert (await oa.parts.desk.open(lan, ticket.id)).speakers == ("Lan",)
