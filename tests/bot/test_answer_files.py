"""An officer's answer with photos and PDFs: attached, seen, taken off, sent once, undone; open to nobody else."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.terminal import shown
from bot.desk import MOST_FILES, TooManyFilesError
from bot.messages import Reply
from bot.policy import ForbiddenError
from storage.errors import NotFoundError, StaleStateError, TicketTakenError
from storage.records import Officer, Role, StoredFile, Ticket
from tests.bot.test_desk import asked, last_seen, news
from tests.house import House, house
from tests.photos import jpeg, paper
from tests.websites import Browser, Website, website

MADE_BY = "DIEN THOAI CUA MAI"


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path, undo_seconds=5) as built:
        yield built


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path) as opened:
        await opened.officer()
        yield opened


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = MADE_BY
    exif.get_ifd(0x8825)[2] = (9.0, 10.0, 36.0)  # GPS latitude of Cà Mau
    return jpeg(paper(size=(600, 800)), exif=exif)


def pdf() -> bytes:
    out = io.BytesIO()
    paper(size=(600, 800)).save(out, "PDF")
    return out.getvalue()


async def taken(home: House) -> tuple[Officer, Ticket]:
    _, ticket = await asked(home)
    mai = await home.officer()
    ticket = await home.parts.desk.claim(mai, ticket.id)
    await news(home, home.citizen())
    return mai, ticket


async def attached(home: House, officer: Officer, ticket: Ticket, name: str = "mẫu đơn.pdf") -> StoredFile:
    stored = await home.parts.uploads.accept(pdf(), name=name)
    assert isinstance(stored, StoredFile)
    await home.parts.desk.attach(officer, ticket.id, stored)
    return stored


async def send(home: House, officer: Officer, ticket: Ticket, *files: StoredFile, key: str = "k") -> None:
    seen = await last_seen(home, officer, ticket)
    ids = [each.id for each in files]
    await home.parts.desk.answer(
        officer, ticket.id, "Dạ, mẫu đây ạ.", seen_message_id=seen, key=key, files=ids
    )


async def answers(home: House) -> list[Reply]:
    await home.timers()
    return [reply for _, reply in home.phone.arrived if reply.voice == "officer"]


async def test_files_go_out_with_the_answer_once(home: House) -> None:
    mai, ticket = await taken(home)
    one, two = await attached(home, mai, ticket), await attached(home, mai, ticket, "bảng phí.pdf")
    assert (await home.parts.desk.open(mai, ticket.id)).files == (one, two)
    await send(home, mai, ticket, one, two)
    await send(home, mai, ticket, one, two)  # pressed twice
    page = await home.parts.desk.open(mai, ticket.id)
    assert (page.files, page.held_files) == ((), (one, two))
    assert await answers(home) == []
    home.clock.pass_(seconds=5)
    (answer,) = await answers(home)
    assert [(each.id, each.label) for each in answer.files] == [
        (one.id, f"mẫu đơn.pdf ({round(one.size / 1000)} kB)"),
        (two.id, f"bảng phí.pdf ({round(two.size / 1000)} kB)"),
    ]
    home.clock.pass_(minutes=5)
    assert len(await answers(home)) == 1
    async with home.parts.database.reading() as uow:
        trail = [each.action for each in await uow.audit.entries(50)]
    assert trail.count("file.attached") == 2


async def test_an_undone_answer_has_its_files_beside_it_again(home: House) -> None:
    mai, ticket = await taken(home)
    one = await attached(home, mai, ticket)
    await send(home, mai, ticket, one)
    await home.parts.desk.undo(mai, ticket.id)
    home.clock.pass_(minutes=1)
    assert await answers(home) == []
    page = await home.parts.desk.open(mai, ticket.id)
    assert (page.files, page.drafts) == ((one,), {"text": "Dạ, mẫu đây ạ."})
    await send(home, mai, ticket, one, key="k2")
    home.clock.pass_(seconds=5)
    (answer,) = await answers(home)
    assert [each.id for each in answer.files] == [one.id]


async def test_what_hangs_there_unseen_is_never_sent(home: House) -> None:
    mai, ticket = await taken(home)
    one = await attached(home, mai, ticket)
    with pytest.raises(StaleStateError):
        await send(home, mai, ticket)  # from a page opened before
    await home.parts.desk.detach(mai, ticket.id, one.id)
    with pytest.raises(StaleStateError):
        await send(home, mai, ticket, one)
    await send(home, mai, ticket)
    home.clock.pass_(seconds=5)
    (answer,) = await answers(home)
    assert answer.files == ()


async def test_one_answer_for_a_group_goes_without_files(home: House) -> None:
    mai = await home.officer()
    for name in ("an", "binh"):
        await asked(home, name, "cho tui gặp cán bộ hỏi đăng ký khai sinh")
    (group,) = await home.parts.desk.groups(mai)
    _, members = await home.parts.desk.group(mai, group.code)
    ticket = members[0].ticket
    await home.parts.desk.claim(mai, ticket.id)
    one = await attached(home, mai, ticket)
    seen = {each.ticket.id: await last_seen(home, mai, each.ticket) for each in members}
    await home.parts.desk.answer_group(mai, group.code, "Dạ, mời ra xã.", seen, key="g")
    home.clock.pass_(seconds=5)
    assert [each.files for each in await answers(home)] == [(), ()]
    assert (await home.parts.desk.open(mai, ticket.id)).files == (one,)


async def test_only_who_answers_attaches_and_not_without_end(home: House) -> None:
    mai, ticket = await taken(home)
    kha = await home.officer("kha")
    other = await home.officer("so", Role.SPECIALIST, ("so_xay_dung",))
    one = await attached(home, mai, ticket)
    for officer in (kha, other):
        with pytest.raises((ForbiddenError, NotFoundError, TicketTakenError)):
            await home.parts.desk.attach(officer, ticket.id, one)
        with pytest.raises(NotFoundError):
            await home.parts.desk.look_at_answer_file(officer, ticket.id, one.id)
    await home.parts.desk.detach(kha, ticket.id, one.id)
    for _ in range(MOST_FILES - 1):
        await attached(home, mai, ticket)
    with pytest.raises(TooManyFilesError):
        await attached(home, mai, ticket)
    assert len((await home.parts.desk.open(mai, ticket.id)).files) == MOST_FILES


def choose(browser: Browser, action: str, **more: str) -> dict[str, str]:
    form = next(each for each in browser.forms if each.action.endswith("/tra-loi"))
    return {**form.fields, **more, "to": form.action.replace("/tra-loi", action)}


async def press(browser: Browser, action: str, *files: tuple[str, bytes], **more: str) -> Browser:
    fields = choose(browser, action, **more)
    fields.pop("chon")
    to = fields.pop("to")
    chosen = [("chon", (name, content, "application/octet-stream")) for name, content in files]
    empty = [("chon", ("", b"", "application/octet-stream"))]  # what a browser sends when nothing is chosen
    response = await browser.client.post(to, data=fields, files=chosen or empty, follow_redirects=True)
    browser.response = response
    return browser


async def from_the_page(site: Website) -> tuple[Browser, Browser, int]:
    """A citizen at the web chat who asked for a person, and the officer who took it."""
    citizen = site.browser()
    await citizen.open("/")
    await citizen.submit("/chat/send", text="cho tui gặp cán bộ hỏi chuyện đất")
    officer = await site.logged_in()
    await officer.open("/can-bo/phieu/1")
    await officer.press("Nhận phiếu này")
    return citizen, officer, 1


async def test_without_script_from_the_officer_to_the_citizen_of_the_page_alone(site: Website) -> None:
    citizen, officer, _ = await from_the_page(site)
    await press(officer, "/dinh-kem", ("giấy.heic.jpg", photo()), text="Dạ, em gửi")
    assert "Đã đính kèm" in officer.text
    assert "giấy.heic.jpg" in officer.text
    form = next(each for each in officer.forms if each.action.endswith("/tra-loi"))
    assert form.fields["text"] == "Dạ, em gửi", "what was typed is still there"
    number = int(form.fields["tep"])
    content = (await officer.client.get(f"/can-bo/phieu/1/kem/{number}")).content
    kept = Image.open(io.BytesIO(content))
    assert (kept.format, dict(kept.getexif())) == ("JPEG", {}), "no place, no time, no phone"
    assert MADE_BY.encode() not in content
    assert (await citizen.client.get(f"/chat/tep/{number}")).status_code == 404, "not sent yet"

    await press(officer, "/tra-loi", ("mẫu.pdf", pdf()), text="Dạ, em gửi mẫu ạ.")
    assert "Đã gửi" in officer.text
    assert "mẫu.pdf" in officer.text
    await citizen.open("/")
    assert "Mở tệp giấy.heic.jpg" in citizen.text
    assert "Mở tệp mẫu.pdf" in citizen.text
    theirs = await citizen.client.get(f"/chat/tep/{number}")
    assert theirs.content == content
    assert theirs.headers["content-security-policy"] == "default-src 'none'; sandbox"
    document = await citizen.client.get(f"/chat/tep/{number + 1}")
    assert document.headers["content-disposition"].startswith("attachment")
    stranger = site.browser()
    for other in (stranger, await stranger.open("/")):
        assert (await other.client.get(f"/chat/tep/{number}")).status_code == 404
    for odd in ("0", "99999999999999999999999", "-1", "x"):
        assert (await citizen.client.get(f"/chat/tep/{odd}")).status_code == 404


async def test_a_file_is_taken_off_and_a_refused_one_says_why(site: Website) -> None:
    _, officer, _ = await from_the_page(site)
    word = b"PK\x03\x04" + bytes(200)
    await press(officer, "/dinh-kem", ("đơn.docx", word), text="Dạ, em")
    assert officer.status == 422
    assert "Chưa đính kèm đơn.docx" in officer.text
    assert "lưu thành PDF" in officer.text
    await press(officer, "/dinh-kem", ("noi.mp3", b"ID3" + bytes(200)), text="Dạ, em")
    assert "chỉ gửi kèm được ảnh hoặc tệp PDF" in officer.text
    await press(officer, "/dinh-kem", text="Dạ, em")
    assert "chưa chọn tệp" in officer.text
    assert "Dạ, em" in officer.response.text
    await officer.open("/can-bo/phieu/1")
    await press(officer, "/dinh-kem", *((f"{each}.pdf", pdf()) for each in range(MOST_FILES)))
    await press(officer, "/tra-loi", ("nua.pdf", pdf()), text="Dạ")
    assert "nhiều nhất 5 tệp" in officer.text
    await officer.open("/can-bo/phieu/1")
    form = next(each for each in officer.forms if each.action.endswith("/tra-loi"))
    for number in form.fields["tep"].split(","):
        await press(officer, "/go-tep", go=number)
    assert "Đã bỏ tệp" in officer.text
    assert "0.pdf" not in officer.response.text
    large = await officer.client.post(
        "/can-bo/phieu/1/dinh-kem",
        files={"chon": ("to.pdf", b"%PDF-" + bytes(22 << 20))},
        data={"csrf": form.fields["csrf"]},
    )
    assert large.status_code == 413


async def test_where_no_file_arrives_the_officer_knows_and_the_citizen_reads_its_name(site: Website) -> None:
    ticket = await site.ticket("Đổi bằng lái xe ở đâu")  # from a channel that this house does not have
    officer = await site.logged_in()
    await officer.open(f"/can-bo/phieu/{ticket.id}")
    await officer.press("Nhận phiếu này")
    assert "Kênh của người này không nhận được tệp" in officer.text
    await press(officer, "/tra-loi", ("mẫu.pdf", pdf()), text="Dạ, em gửi mẫu ạ.")
    said = (await site.said(ticket))[-1]
    assert "Có tệp gửi kèm: mẫu.pdf" in shown(Reply.from_json(said.body))
