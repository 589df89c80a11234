"""Photos and PDFs from the page: kept before they are acknowledged, refused in words, with and without script."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot.channels.web.session import HEADER
from tests.bot.test_web_widget import _frame, _token
from tests.websites import Browser, Website, website

JSON = {"accept": "application/json"}


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path) as opened:
        yield opened


def photo(kind: str = "JPEG") -> bytes:
    picture = BytesIO()
    Image.new("RGB", (640, 480), (90, 140, 200)).save(picture, kind)
    return picture.getvalue()


async def send(
    browser: Browser, content: bytes, name: str = "giay-hen.jpg", identity: str = "file-0001", **headers: str
) -> httpx.Response:
    files = {"file": (name, content, "image/jpeg")}
    return await browser.client.post(
        "/chat/upload", data={"client_message_id": identity}, files=files, headers=headers
    )


async def shown(browser: Browser, words: str) -> None:
    for _ in range(100):
        await browser.open("/")
        if words in browser.text:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{words!r} not in {browser.text}")


async def test_a_photo_is_kept_shown_and_asked_about(site: Website) -> None:
    browser = site.browser()
    await browser.open("/")
    assert (await send(browser, photo(), **JSON)).json() == {"status": "accepted"}
    await shown(browser, "Ảnh: giay-hen.jpg")
    await shown(browser, "là giấy hẹn")  # what is it, the assistant asks
    async with site.parts.database.reading() as uow:
        (received,) = await uow.received.of_conversation(1)
        assert received.file_id
        stored = await uow.files.get(received.file_id)
    assert stored
    assert stored.media_type == "image/jpeg"


async def test_sent_twice_it_is_one_message(site: Website) -> None:
    browser = site.browser()
    await browser.open("/")
    picture = photo()
    for _ in range(2):
        assert (await send(browser, picture, **JSON)).status_code == 200
    await shown(browser, "là giấy hẹn")
    async with site.parts.database.reading() as uow:
        assert len(await uow.received.of_conversation(1)) == 1


async def test_without_script_the_form_brings_one_back_to_the_page(site: Website) -> None:
    browser = site.browser()
    await browser.open("/")
    form = next(each for each in browser.forms if each.action == "/chat/upload")
    answer = await send(browser, photo("PNG"), "don.png", form.fields["client_message_id"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/#cuoi")


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"MZ\x90\x00 this is a program" * 50, 422, "Em chỉ nhận ảnh, tệp PDF"),
        (photo()[:900], 422, "không mở được tệp này"),
        (b"", 400, ""),
        (b"\xff\xd8\xff" + bytes(21 << 20), 413, "lớn hơn 20 MB"),
    ],
    ids=["a program", "half a photo", "nothing", "too large"],
)
async def test_what_cannot_be_taken_is_refused_in_words(
    site: Website, content: bytes, status: int, words: str
) -> None:
    browser = site.browser()
    await browser.open("/")
    answer = await send(browser, content, **JSON)
    assert answer.status_code in (status, 422)
    assert words in answer.json()["text"]
    page = await send(browser, content)
    assert words in page.text
    assert 'name="text"' in page.text  # the page is still there to write on


async def test_no_file_chosen(site: Website) -> None:
    browser = site.browser()
    await browser.open("/")
    answer = await browser.client.post(
        "/chat/upload", data={"client_message_id": "file-0001"}, files={"file": ("", b"")}, headers=JSON
    )
    assert answer.status_code == 400
    assert answer.json()["text"] == "Anh/chị chưa chọn tệp nào."


async def test_in_a_frame_the_file_belongs_to_the_id_it_names(site: Website) -> None:
    token = _token(await _frame(site.browser().client))
    stranger = site.browser()
    answer = await send(stranger, photo(), **{HEADER: token, **JSON})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


async def test_no_other_site_sends_files_here(site: Website) -> None:
    answer = await send(site.browser(), photo(), Origin="https://evil.example", **JSON)
    assert answer.status_code == 403


async def test_a_link_to_the_page_opens_the_procedure_it_names(site: Website) -> None:
    browser = site.browser()
    await browser.open("/")
    await browser.submit("/chat/send", text="xin chào")
    await browser.open("/?hoi=p_1-001193")
    await browser.press("Bắt đầu trò chuyện")
    await shown(browser, "Làm giấy khai sinh")
    odd = await site.browser().open("/?hoi=%3Cb%3E")
    assert 'name="start" value=""' in odd.response.text
