"""Officers at work in their browsers, without script: everything goes by forms."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.records import Author, Reason, Role
from tests.websites import Website, website

VERBS = (
    "nhan",
    "tra-loi",
    "ghi-chu",
    "tra-lai",
    "dong",
    "mo-lai",
    "chuyen",
    "gop-y",
    "lay-lai",
    "hien-so",
)
FIELDS = {
    **dict.fromkeys(("text", "note", "advice", "ly_do", "viec", "vi_sao"), "x"),
    "key": "k",
    "seen": "9",
    "closing": "answered",
    "den": "so_tu_phap",
}


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        await opened.officer()
        yield opened


async def test_the_queue_says_who_waits_for_how_long_and_until_when(site: Website) -> None:
    await site.ticket("Đổi bằng lái xe ở đâu", citizen="an")
    site.clock.pass_(minutes=20)
    await site.ticket(
        "Có người giả công an gọi tui", reason=Reason.DANGER, due=timedelta(minutes=30), citizen="binh"
    )
    officer = await site.logged_in()
    assert officer.response.text.count("data-row") == 2
    assert "(2) Chưa ai nhận" in officer.response.text
    assert "Chờ 20 phút Trả lời trước 13 giờ thứ Hai, 23/11" in officer.text
    assert officer.text.index("giả công an") < officer.text.index("Đổi bằng lái")
    site.clock.pass_(hours=4)
    officer = await site.logged_in()
    await officer.open("/can-bo?xem=overdue")
    assert "Quá hạn 3 giờ 30 phút (hẹn trước 09:50 thứ Hai, 23/11)" in officer.text


async def test_numbers_that_name_a_person_are_masked_in_lists(site: Website) -> None:
    ticket = await site.ticket("Số tui 0912345678, căn cước 096201001234, hồ sơ H12.25-251103-0045")
    officer = await site.logged_in()
    for number in ("0912345678", "096201001234", "0045"):
        assert number not in officer.response.text
    assert "09******78" in officer.text
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    assert "0912345678" not in officer.response.text  # shown to who says why: test_console_forward


async def test_views_and_pages_hold_what_they_say(site: Website) -> None:
    for number in range(53):
        await site.ticket(
            f"câu hỏi số {number:02d}.", citizen=f"c{number}", due=timedelta(minutes=60 + number)
        )
    officer = await site.logged_in()
    assert "Trang 1" in officer.text
    assert "câu hỏi số 49." in officer.text
    assert "câu hỏi số 50." not in officer.text
    await officer.open("/can-bo?xem=unassigned&trang=2")
    assert "câu hỏi số 52." in officer.text
    await officer.open("/can-bo?xem=mine")
    assert "chưa nhận phiếu nào" in officer.text
    for odd in ("/can-bo?xem=x&trang=-1", "/can-bo?trang=999999999999999999999", "/can-bo?trang=%00"):
        assert (await officer.open(odd)).status == 200


async def test_claim_has_one_winner_and_the_loser_sees_the_name(site: Website) -> None:
    await site.officer("kha")
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    here = f"/can-bo/phieu/{ticket.id}"
    mai, kha = await site.logged_in(), await site.logged_in("kha")
    await mai.open(here)
    await kha.open(here)
    await mai.submit("/nhan")
    assert "đã nhận phiếu" in mai.text
    await kha.submit("/nhan")
    assert kha.status == 409
    assert "Nguyễn Thị Mai đã nhận phiếu này lúc 09:00 hôm nay" in kha.text
    assert not [form for form in kha.forms if form.action.endswith("/tra-loi")]


async def test_an_answer_reaches_the_citizen_once_however_often_it_is_pressed(site: Website) -> None:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    await officer.submit("/nhan")
    form = next(form for form in officer.forms if form.action.endswith("/tra-loi"))
    for _ in range(10):
        await officer.post(form.action, {**form.fields, "text": "Dạ, anh ra Công an xã nào cũng được ạ."})
        assert officer.status == 200
    answers = [each for each in await site.said(ticket) if each.author is Author.OFFICER]
    assert [each.text for each in answers] == ["Dạ, anh ra Công an xã nào cũng được ạ."]
    assert "Đã gửi câu trả lời" in officer.text


async def test_an_answer_to_a_conversation_that_moved_on_is_refused_with_what_is_new(site: Website) -> None:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    await officer.submit("/nhan")
    await site.writes(ticket, "À thôi, tui bị mất bằng luôn rồi")
    await officer.submit("/tra-loi", text="Anh mang bằng cũ ra đổi.")
    assert officer.status == 409
    assert "Mới, anh/chị chưa đọc À thôi, tui bị mất bằng luôn rồi" in officer.text
    assert "Chưa gửi." in officer.text
    form = next(form for form in officer.forms if form.action.endswith("/tra-loi"))
    assert form.fields["text"].strip() == "Anh mang bằng cũ ra đổi."
    await officer.submit("/tra-loi", text="Mất thì anh xin cấp lại.")
    assert officer.status == 200
    assert (await site.said(ticket))[-1].text == "Mất thì anh xin cấp lại."


async def test_a_note_is_never_said_to_the_citizen(site: Website) -> None:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    before = await site.said(ticket)
    form = next(form for form in officer.forms if form.action.endswith("/ghi-chu"))
    for _ in range(2):
        await officer.post(form.action, {**form.fields, "note": "Ông này gọi ba lần rồi."})
    assert officer.text.count("Ghi chú nội bộ của Nguyễn Thị Mai : Ông này gọi ba lần rồi.") == 1
    assert await site.said(ticket) == before


async def test_a_ticket_is_given_back_with_a_word_for_the_next(site: Website) -> None:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    await officer.submit("/nhan")
    await officer.submit("/tra-lai", note="Em đi họp")
    assert "Em đi họp" in officer.text
    assert "Nhận phiếu này" in officer.text
    assert "đang chờ cán bộ khác" in (await site.said(ticket))[-1].text


async def test_closing_needs_an_outcome_and_the_reason_a_citizen_needs(site: Website) -> None:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    await officer.submit("/nhan")
    await officer.submit("/dong", closing="closed")
    assert (officer.status, "chọn phiếu kết thúc thế nào" in officer.text) == (400, True)
    await officer.submit("/dong", closing="not_ours")
    assert (officer.status, "nơi có thẩm quyền" in officer.text) == (400, True)
    await officer.submit("/dong", closing="not_ours", detail="Chi cục Thuế khu vực")
    assert "Không thuộc thẩm quyền, đã chỉ nơi đúng: Chi cục Thuế khu vực" in officer.text
    assert "Chi cục Thuế khu vực" in (await site.said(ticket))[-1].text
    await officer.submit("/mo-lai")
    assert "Mở lại phiếu" in officer.text
    assert "Trả lời người dân" in officer.text


async def test_a_department_sees_its_own_tickets_and_the_others_do_not_exist(site: Website) -> None:
    specialist = await site.officer("kha", Role.SPECIALIST, ("so_tu_phap",))
    admin = await site.officer("root", Role.ADMIN)
    ours = await site.ticket("Khai sinh cho con", department="so_tu_phap", citizen="an")
    theirs = await site.ticket("Đổi bằng lái xe ở đâu", department="cong_an", citizen="binh")
    assert (await site.parts.desk.news(specialist)).keys == (f"{ours.id}.1",), (
        "what their open pages ring for"
    )
    assert (await site.parts.desk.news(admin)).keys == ()
    kha, root = await site.logged_in("kha"), await site.logged_in("root")
    await kha.open("/can-bo?xem=unassigned")
    assert "Khai sinh cho con" in kha.text
    assert "Đổi bằng lái xe" not in kha.text
    assert (await kha.open(f"/can-bo/phieu/{ours.id}")).status == 200
    csrf = next(form.fields["csrf"] for form in kha.forms if "csrf" in form.fields)
    for ticket in (theirs.id, 999, 2**62, 2**80):
        assert (await kha.open(f"/can-bo/phieu/{ticket}")).status == 404
        assert (await kha.open(f"/can-bo/luong?phieu={ticket}")).status == 404
        for verb in VERBS:
            fields = {"csrf": csrf, **FIELDS}
            assert (await kha.post(f"/can-bo/phieu/{ticket}/{verb}", fields)).status == 404, verb
    await kha.open("/can-bo?xem=all_open&don_vi=cong_an")
    assert "Đổi bằng lái xe" not in kha.text
    mai = await site.logged_in()
    await mai.open("/can-bo?xem=all_open&don_vi=cong_an")
    assert "Công an tỉnh 1" in mai.text, "how many each department has"
    assert ("Đổi bằng lái xe" in mai.text, "Khai sinh cho con" in mai.text) == (True, False)
    assert "Khai sinh" not in root.text
    assert (await root.open(f"/can-bo/phieu/{ours.id}")).status == 404


async def test_only_the_holder_answers(site: Website) -> None:
    await site.officer("kha")
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    here = f"/can-bo/phieu/{ticket.id}"
    mai, kha = await site.logged_in(), await site.logged_in("kha")
    await mai.open(here)
    await mai.submit("/nhan")
    form = next(form for form in mai.forms if form.action.endswith("/tra-loi"))
    await kha.open(here)
    assert "Nguyễn Thị Mai đang giữ phiếu này" in kha.text
    csrf = next(form.fields["csrf"] for form in kha.forms if "csrf" in form.fields)
    await kha.post(f"{here}/tra-loi", {**form.fields, "csrf": csrf, "text": "Chen ngang"})
    assert kha.status in (403, 409)
    assert all(each.text != "Chen ngang" for each in await site.said(ticket))


@pytest.mark.parametrize(
    "fields", [{"text": "  "}, {"text": "x" * 4001}, {"key": ""}, {"seen": ""}, {"seen": "²"}]
)
async def test_an_incomplete_answer_is_refused_and_handed_back(site: Website, fields: dict[str, str]) -> None:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    await officer.submit("/nhan")
    before = await site.said(ticket)
    await officer.submit("/tra-loi", **{"text": "Dạ, được ạ.", **fields})
    assert officer.status == 400
    assert await site.said(ticket) == before


async def test_the_ticket_tells_what_the_assistant_had_made_of_it(site: Website) -> None:
    matched = {"candidates": [{"code": "1.001193", "name": "Đăng ký khai sinh", "score": 0.41}]}
    ticket = await site.ticket("giấy cho sắp nhỏ", matched=matched)
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    assert "Đăng ký khai sinh 1.001193 chắc 41%" in officer.text
    assert "Mở phiếu Trợ lý chưa trả lời được" in officer.text


async def test_what_citizens_type_is_never_markup_in_the_console(site: Website) -> None:
    ticket = await site.ticket(
        '<img src=x onerror=alert(1)> "><script>alert(2)</script> https://lua-dao.test'
    )
    officer = await site.logged_in()
    for path in ("/can-bo", f"/can-bo/phieu/{ticket.id}"):
        await officer.open(path)
        assert "<img" not in officer.response.text
        assert "<script>alert" not in officer.response.text
        assert 'href="https://lua-dao.test"' not in officer.response.text
