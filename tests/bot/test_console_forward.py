"""Two officers, a specialist and a supervisor in their browsers: forwarding, numbers, search, prepared words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Author, Role
from tests.websites import Browser, Website, website

QUESTION = "Chị tui lấy chồng nước ngoài, nhận con nuôi thì làm ở đâu"


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        await opened.officer()
        await opened.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
        yield opened


async def claimed(site: Website, question: str = QUESTION) -> tuple[Browser, str]:
    ticket = await site.ticket(question)
    officer = await site.logged_in()
    here = f"/can-bo/phieu/{ticket.id}"
    await officer.open(here)
    await officer.submit("/nhan")
    return officer, here


async def test_a_forwarded_ticket_arrives_with_its_reason_and_alerts_the_department(site: Website) -> None:
    hanh = await site.logged_in("hanh")
    assert "Đã chuyển đơn vị 0" in hanh.text
    mai, here = await claimed(site)
    async with site.parts.database.wake.subscribe("queue") as alarm:
        await mai.submit("/chuyen", den="so_tu_phap", ly_do="Có yếu tố nước ngoài", viec="Trả lời người dân")
        assert await alarm.get(1) == "queue"
    assert "Đã chuyển phiếu" in mai.text
    assert "Sở Tư pháp đang giữ phiếu này. Nguyễn Thị Mai vẫn theo dõi" in mai.text
    await hanh.open("/can-bo")
    assert "(1) Đã chuyển đơn vị" in hanh.response.text
    assert QUESTION[:30] in hanh.text
    await hanh.open(here)
    assert "Sở Tư pháp – Có yếu tố nước ngoài – Trả lời người dân" in hanh.text
    asked = hanh.text[hanh.text.index("Nguyễn Thị Mai hỏi Sở Tư pháp") :][:200]
    assert "Lý do Có yếu tố nước ngoài Cần làm Trả lời người dân Trả lời trước" in asked
    await hanh.submit("/tra-loi", text="Dạ chị nộp tại Sở Tư pháp.")
    assert "Đã gửi câu trả lời" in hanh.text


async def test_advice_reaches_the_front_officer_and_never_the_citizen(site: Website) -> None:
    mai, here = await claimed(site)
    await mai.submit("/chuyen", den="so_tu_phap", ly_do="Có yếu tố nước ngoài", viec="Góp ý")
    hanh = await site.logged_in("hanh")
    await hanh.open(here)
    await hanh.submit("/gop-y", advice="Thẩm quyền của Sở")
    assert "Đã gửi góp ý" in hanh.text
    await mai.open(here)
    assert "Góp ý của Hanh : Thẩm quyền của Sở" in mai.text
    ticket = int(here.rpartition("/")[2])
    async with site.parts.database.reading() as uow:
        found = await uow.tickets.get(ticket)
        said = await uow.messages.of_conversation(found.conversation_id)
    assert all("Thẩm quyền" not in each.text for each in said)
    assert found.officer_name == "Nguyễn Thị Mai"


async def test_forwarding_asks_for_a_reason_and_for_somebody_who_is_there(site: Website) -> None:
    mai, _ = await claimed(site)
    await mai.submit("/chuyen", den="so_tu_phap", ly_do=" ", viec="Trả lời")
    assert (mai.status, "vì sao chuyển" in mai.text) == (400, True)
    await mai.submit("/chuyen", den="so_y_te", ly_do="Hỏi y tế", viec="Trả lời")
    assert mai.status == 409
    assert "Sở Y tế hiện không có ai nhận phiếu. Đang có mặt: Sở Tư pháp." in mai.text
    hanh = await site.logged_in("hanh")
    await hanh.open("/can-bo/phien")
    await hanh.submit("/can-bo/vang", until="2026-11-01")
    assert "Ngày vắng phải từ hôm nay" in hanh.text
    await hanh.submit("/can-bo/vang", until="2026-11-27")
    assert "đang báo vắng" in hanh.text
    await mai.submit("/chuyen", den="so_tu_phap", ly_do="Có yếu tố nước ngoài", viec="Trả lời")
    assert (mai.status, "Sở Tư pháp hiện không có ai" in mai.text) == (409, True)
    await hanh.submit("/can-bo/vang")
    await mai.submit("/chuyen", den="so_tu_phap", ly_do="Có yếu tố nước ngoài", viec="Trả lời")
    assert mai.status == 200


async def test_numbers_are_masked_until_somebody_says_why_and_the_audit_knows(site: Website) -> None:
    mai, here = await claimed(site, "Gọi tui số 0912345678, căn cước 096201001234")
    for number in ("0912345678", "096201001234"):
        assert number not in mai.response.text
    await mai.submit("/hien-so", vi_sao=" ")
    assert mai.status == 400
    await mai.submit("/hien-so", vi_sao="Gọi lại cho người dân")
    assert "0912345678" in mai.text
    kha = await site.logged_in("hanh")
    assert (await kha.open(here)).status == 404
    async with site.parts.database.reading() as uow:
        line = next(each for each in await uow.audit.entries(20) if each.action == "ticket.unmasked")
        assert await uow.audit.verify() is None
    assert line.detail == {"reason": "Gọi lại cho người dân"}
    site.clock.pass_(minutes=11)
    await mai.open(here)
    assert "0912345678" not in mai.response.text


async def test_a_ticket_is_found_with_tone_marks_and_without_and_only_by_its_department(
    site: Website,
) -> None:
    citizen = "an"
    await site.ticket("x", citizen=citizen)
    ticket = await site.ticket("Đổi bằng lái xe ở đâu", citizen=citizen, department="cong_an")
    async with site.parts.database.unit_of_work() as uow:
        await uow.messages.add(
            ticket.conversation_id,
            Author.CITIZEN,
            "Bằng lái hạng B2, số tui 0912345678",
            site.clock.now(),
            search_text="bang lai hang b2 so tui 0912345678",
        )
        await uow.commit()
    mai, hanh = await site.logged_in(), await site.logged_in("hanh")
    for query in ("bằng lái hạng", "BANG LAI HANG", "bang+lai+hang"):
        await mai.open(f"/can-bo/tim?q={query}")
        assert "Bằng lái hạng B2, số tui 09******78" in mai.text, query
        assert "0912345678" not in mai.response.text
        await hanh.open(f"/can-bo/tim?q={query}")
        assert "Không thấy phiếu hay tin nhắn nào" in hanh.text
        assert "hạng B2" not in hanh.response.text
    assert f"#{ticket.id}" in (await mai.open(f"/can-bo/tim?q=%23{ticket.id}")).text
    assert f"phieu/{ticket.id}" not in (await hanh.open(f"/can-bo/tim?q={ticket.id}")).response.text
    for odd in ("", "%00", '" OR *', "a" * 5000, "%F0%9F%98%80"):
        assert (await mai.open(f"/can-bo/tim?q={odd}")).status == 200


async def test_what_was_filed_or_told_is_found_by_its_code_as_it_is_scanned(site: Website) -> None:
    filed, told = await site.submission(department="cong_an"), await site.petition()
    mai, hanh = await site.logged_in(), await site.logged_in("hanh")
    for typed in (filed.receipt_code, filed.receipt_code.lower()):
        assert filed.receipt_code in (await mai.open(f"/can-bo/tim?q={typed}")).text
        assert mai.response.url.path == f"/can-bo/ho-so/{filed.id}"
    assert (await mai.open(f"/can-bo/tim?q={told.code}")).response.url.path == f"/can-bo/phan-anh/{told.id}"
    for code in (filed.receipt_code, told.code, "HS-0000-0000"):
        assert "Không thấy phiếu hay tin nhắn nào" in (await hanh.open(f"/can-bo/tim?q={code}")).text


async def test_prepared_words_are_put_in_filled_and_what_was_typed_stays(site: Website) -> None:
    mai, here = await claimed(site)
    await mai.open("/can-bo/cau-mau")
    await mai.submit(
        "/can-bo/cau-mau", topic="Chung", title="Hẹn", text="Dạ {can_bo} trả lời phiếu {phieu} trước {han}."
    )
    assert "Hẹn" in mai.text
    await mai.open(here)
    form = next(form for form in mai.forms if form.action.endswith("/tra-loi"))
    await mai.post(form.action, {**form.fields, "text": "Chào chị.", "san": "mau:1", "chen": "1"})
    form = next(form for form in mai.forms if form.action.endswith("/tra-loi"))
    words = form.fields["text"].replace("\r", "").strip()
    assert words == "Chào chị.\n\nDạ Nguyễn Thị Mai trả lời phiếu #1 trước 13 giờ thứ Hai, 23/11."
    async with site.parts.database.reading() as uow:
        assert all(each.author is not Author.OFFICER for each in await uow.messages.of_conversation(1))
    assert (await mai.post(form.action, {**form.fields, "san": "mau:99", "chen": "1"})).status == 404


async def test_the_card_of_a_procedure_is_put_in_in_one_step(site: Website) -> None:
    matched = {"candidates": [{"code": "1.001193", "name": "Đăng ký khai sinh", "score": 0.9}]}
    ticket = await site.ticket("khai sinh cho con", matched=matched)
    mai = await site.logged_in()
    await mai.open(f"/can-bo/phieu/{ticket.id}")
    await mai.submit("/nhan")
    form = next(form for form in mai.forms if form.action.endswith("/tra-loi"))
    await mai.post(form.action, {**form.fields, "san": "thu-tuc:1.001193", "chen": "1"})
    card = next(form for form in mai.forms if form.action.endswith("/tra-loi")).fields["text"]
    assert "Đăng ký khai sinh" in card


async def test_any_procedure_is_put_in_by_its_name_or_code_also_where_the_assistant_found_nothing(
    site: Website,
) -> None:
    ticket = await site.ticket("Nhà tui có chuyện này khó nói")
    mai = await site.logged_in()
    await mai.open(f"/can-bo/phieu/{ticket.id}")
    await mai.submit("/nhan")

    async def named(words: str) -> str:
        form = next(form for form in mai.forms if form.action.endswith("/tra-loi"))
        await mai.post(form.action, {**form.fields, "text": "Dạ chào chị.", "ten": words, "chen": "ten"})
        return next(form for form in mai.forms if form.action.endswith("/tra-loi")).fields["text"]

    for words in ("1.001193", "thủ tục đăng ký khai sinh"):
        card = await named(words)
        assert card.startswith("Dạ chào chị.")
        assert "Đăng ký khai sinh" in card
    assert await named("zzz qqq xxx") == "Dạ chào chị."
    assert "Danh mục không có thủ tục nào như vậy" in mai.text
    await named("cấp lại")
    assert "Thủ tục gần giống" in mai.response.text, "several: the officer chooses"
    assert len(await site.said(ticket)) == 2, "the question, and who took it: nothing was sent by this"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Chị chuyển khoản vào số tài khoản 0123 456 789 giúp em", "số tài khoản"),
        ("Chị đọc mã OTP cho em", "mã OTP hoặc mật khẩu"),
        ("Chị vào đây: https://dichvucong-gov.vn.top/x", "liên kết ngoài danh sách"),
        ("Chị vào bit.ly/abc", "liên kết ngoài danh sách"),
        ("Dạ {can_bo} đây", "chưa điền"),
    ],
)
async def test_what_no_officer_may_send_is_held_back(site: Website, text: str, why: str) -> None:
    mai, here = await claimed(site)
    await mai.submit("/tra-loi", text=text)
    assert (mai.status, why in mai.text) == (400, True)
    form = next(form for form in mai.forms if form.action.endswith("/tra-loi"))
    assert form.fields["text"].strip() == text, "handed back"
    async with site.parts.database.reading() as uow:
        assert all(each.author is not Author.OFFICER for each in await uow.messages.of_conversation(1))
    await mai.open(here)
    await mai.submit("/tra-loi", text="Không cung cấp mã OTP cho ai. Chị xem https://dichvucong.gov.vn nha.")
    assert mai.status == 200


async def test_two_who_look_at_one_ticket_see_each_other(site: Website) -> None:
    await site.officer("kha")
    mai, here = await claimed(site)
    kha = await site.logged_in("kha")
    async with site.parts.database.wake.subscribe("ticket:1") as alarm:
        await kha.open(here)
        assert await alarm.get(1) == "ticket:1"
    assert "Đang cùng xem phiếu: Nguyễn Thị Mai" in kha.text
    assert "Đang cùng xem phiếu: Trần Minh Kha" in (await mai.open(here)).text
    site.clock.pass_(minutes=2)
    assert "Đang cùng xem" not in (await mai.open(here)).text
