"""Dossiers filed in chat, told as they happen: for oneself, for somebody else, by a helper; heavy photos; presses
that come twice; and the letter at the end."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.console import filing_views
from bot.conversation import filing as plan
from bot.desk.filing import FilingDesk, View
from bot.files.uploads import LARGEST
from bot.messages import Reply
from bot.texts import Texts
from storage.records import FollowOrigin, StoredFile, SubmissionStatus
from tests.bot.test_filing_desk import CODE, said
from tests.bot.test_filing_photos import filing
from tests.bot.test_notices import heard, now_is
from tests.bot.test_receiving import ORIGIN, bring
from tests.bot.test_web_files import JSON, send
from tests.bot.zalo_events import AN, sent
from tests.bot.zalo_events import said as said_on_zalo
from tests.bot.zalo_house import Oa, zalo
from tests.house import ROOT, Citizen, House, house, shipped
from tests.photos import jpeg, opened, paper
from tests.websites import website

BIRTH, DEATH = "1.001193", "1.000656"
FAMILY, OTHER = "Ông bà, cha mẹ", "Người khác đi thay"
HELPER = "Tổ công nghệ số"
MEGABYTE = 1024 * 1024
COMMENT = 60_000  # bytes of one comment inside a JPEG


async def up_to_review(citizen: Citizen, who: str, procedure: str = BIRTH) -> list[Reply]:
    """From the first button to the last look, with one photo."""
    await citizen.send(kind="button", button=f"file:{procedure}")
    await citizen.press(who)
    if who == HELPER:
        await citizen.press("Tiếp tục")
    for label in ("Đồng ý", "Bỏ qua", "Không thuộc"):
        await citizen.press(label)
    await citizen.photos(jpeg(paper(size=(800, 1000))))
    await citizen.press("Xong")
    while any(choice.label.startswith("Chưa có giấy này") for choice in citizen.menu):
        await citizen.press("Chưa có")
    return await citizen.press("Tại nơi")


async def submissions(home: House) -> list[str]:
    """The receipt codes of all that was sent."""
    page = await home.parts.filing.queue(await home.officer(), View.WAITING)
    return [row.submission.receipt_code for row in page.rows]


# 1. A photo as heavy as it may be


def heavy(size: int) -> bytes:
    """A photo of 50 million pixels on which nothing repeats, in exactly so many bytes."""
    width, height = 8000, 6250
    content = jpeg(Image.frombytes("RGB", (width, height), os.urandom(width * height * 3)), quality=45)
    assert 17 * MEGABYTE < len(content) < size - 4
    comments = b""
    while missing := size - len(content) - len(comments):
        length = min(COMMENT, missing - 4) if missing > COMMENT + 8 else missing - 4
        comments += b"\xff\xfe" + (length + 2).to_bytes(2, "big") + b"x" * length
    return content[:2] + comments + content[2:]


MEASURED = """
import asyncio, resource, sys
from pathlib import Path
from bot.files.decoder import Decoder

async def main():
    decoder = Decoder(1)
    made = await decoder.make(Path(sys.argv[1]).read_bytes(), "image/jpeg")
    await decoder.close()
    print(len(made.main), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)

asyncio.run(main())
"""


async def test_a_photo_as_heavy_as_it_may_be_is_taken_and_one_above_is_not(
    sqlite_url: str, tmp_path: Path
) -> None:
    most = heavy(LARGEST)
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await citizen.send(kind="button", button=f"file:{BIRTH}")
        for label in ("Cho chính mình", "Đồng ý", "Bỏ qua", "Không thuộc"):
            await citizen.press(label)
        replies = await citizen.photos(most)
        assert "Em nhận 1 ảnh cho Tờ khai đăng ký khai sinh" in replies[-1].text
        async with home.parts.database.reading() as uow:
            (part,) = (await uow.submissions.get(1)).parts
            stored = await uow.files.get(part.file_ids[0])
        assert isinstance(stored, StoredFile)
        content = await home.parts.uploads.read(stored)
        assert len(content) == stored.size < 5 * MEGABYTE
        assert max(opened(content).size) == 2560

        replies = await citizen.photos(most + b"x")
        assert "lớn hơn 20 MB" in replies[-1].text
        assert "chụp lại ở cỡ ảnh thường" in replies[-1].text
        assert "Giấy 1/2" in replies[-1].text, "and what was asked for is still asked for"
        replies = await citizen.photos(jpeg(paper(size=(800, 1000))))
        assert "giấy này có 2 ảnh" in replies[-1].text


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path, zalo_file_hosts=ORIGIN) as opened:
        yield opened


async def photographed(oa: Oa, name: str, content: bytes) -> str:
    """Sent on Zalo, fetched from where Zalo keeps it; what was answered."""
    oa.far.media[name] = (content, "image/jpeg")
    event = sent("image", {"url": f"{ORIGIN}/media/{name}"})
    return "\n".join(await bring(oa, {**event, "message": {**event["message"], "msg_id": name}}))


async def test_on_zalo_the_heaviest_photo_is_fetched_and_what_is_sent_twice_arrives_once(oa: Oa) -> None:
    await filing(oa)
    most = await asyncio.to_thread(heavy, LARGEST)
    assert "Em nhận 1 ảnh" in await photographed(oa, "vua.jpg", most)
    assert "lớn hơn 20 MB" in await photographed(oa, "qua.jpg", most + b"x")
    for number, words in enumerate(("xong", "chưa có", "tại nơi tiếp nhận"), 20):
        told = "\n".join(await bring(oa, said_on_zalo(words, number)))
    assert "xem lại hồ sơ" in told
    first = "\n".join(await bring(oa, said_on_zalo("gửi hồ sơ", 30)))
    assert "Mã nhận của anh/chị: HS-" in first
    shown = oa.far.texts(AN)
    for _ in range(3):  # Zalo posts it again: our answer came too late for it
        assert await bring(oa, said_on_zalo("gửi hồ sơ", 30)) == []
    assert oa.far.texts(AN) == shown
    async with oa.parts.database.reading() as uow:
        contact = await uow.citizens.find(oa.channel_key(AN))
        assert contact
        (submission,) = await uow.submissions.of_address(contact.address_id)
    assert submission.receipt_code in first


async def test_from_the_page_the_heaviest_photo_is_taken_and_one_above_is_not(
    sqlite_url: str, tmp_path: Path
) -> None:
    most = await asyncio.to_thread(heavy, LARGEST)
    async with website(sqlite_url, tmp_path) as site:
        browser = site.browser()
        await browser.open("/")
        assert (await send(browser, most, **JSON)).json() == {"status": "accepted"}
        answer = await send(browser, most + b"x", identity="file-0002", **JSON)
        assert answer.status_code in (413, 422)
        assert "lớn hơn 20 MB" in answer.json()["text"]


def test_decoding_the_heaviest_photo_takes_little_memory(tmp_path: Path) -> None:
    """Measured in processes of their own: the largest of what decoded it."""
    file = tmp_path / "a.jpg"
    file.write_bytes(heavy(LARGEST))
    command = [sys.executable, "-c", MEASURED, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=120)
    size, megabytes = map(int, done.stdout.split())
    assert size < 5 * MEGABYTE
    assert megabytes < 300


# 2. Filed for somebody else


@pytest.mark.parametrize(
    ("who", "authority"),
    [(FAMILY, "Văn bản ủy quyền, không phải chứng thực"), (OTHER, "Văn bản ủy quyền có chứng thực")],
)
async def test_filed_for_somebody_else_the_officer_sees_for_whom(
    sqlite_url: str, tmp_path: Path, who: str, authority: str
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = home.citizen()
        asked = (await citizen.send(kind="button", button=f"file:{BIRTH}"))[-1]
        assert f"cần {authority}" in asked.text, "which paper it takes is said with the choice"
        review = (await up_to_review(citizen, who))[-1]
        assert f"Nộp cho: {who}" in review.text
        assert f"{authority}: chưa có" in review.text
        await citizen.press("Gửi hồ sơ")
        await named(home, citizen, "Chú Hai hàng xóm")
        page = await desk.open(mai, 1)
        shown = filing_views.context(Texts.load(), page, home.clock.now())
        assert shown["who"].startswith(who)
        assert (page.parts[-1].document.name, page.parts[-1].lacking) == (authority, True)
        await desk.accept(mai, 1, CODE)
        told = await heard(home, citizen)
        assert told.count("đã được tiếp nhận") == 1
        assert CODE in told
        await desk.ask_supplement(mai, 1, {authority: "Cần ảnh giấy ủy quyền"})
        assert "Cần ảnh giấy ủy quyền" in await heard(home, citizen)
        await citizen.press("Bổ sung ngay")
        await citizen.photos(jpeg(paper(size=(800, 1000), seed=9)))
        await citizen.press("Xong")
        await citizen.press("Gửi hồ sơ")
        page = await desk.open(mai, 1)
        assert [(part.document.name, part.resent) for part in page.parts][-1] == (authority, True)
        assert page.dossier
        assert page.dossier.holder == "", "it is not whoever filed it"
        await desk.finish(mai, 1, "Quầy 3")
        told = await heard(home, citizen)
        assert told.count("đã có kết quả") == 1
        assert told.count("THƯ CHÚC MỪNG") == (0 if who.startswith("Người khác") else 1)
        assert "của gia đình" in told or who.startswith("Người khác")


# 3. A helper of the community's digital team files, the owner confirms


async def named(home: House, citizen: Citizen, name: str) -> None:
    """The channel tells what they call themselves."""
    async with home.parts.database.unit_of_work() as uow:
        await uow.citizens.resolve(citizen.key, home.clock.now(), display_name=name)
        await uow.commit()


async def code_of(home: House) -> str:
    async with home.parts.database.reading() as uow:
        return (await uow.submissions.get(1)).confirm_code or ""


async def test_an_owner_says_no_then_yes_and_the_code_is_spent(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        helper, owner, third = home.citizen("to-so"), home.citizen("bac-sau"), home.citizen("la")
        await named(home, helper, "Tổ số ấp 3")
        await up_to_review(helper, HELPER)
        assert "Chủ hồ sơ chưa xác nhận" in (await helper.press("Gửi hồ sơ"))[-1].text
        code = await code_of(home)
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        assert "không đúng" in (await owner.say(wrong))[-1].text
        asked = (await owner.say(code))[-1].text
        assert "Tổ số ấp 3" in asked
        assert "Đăng ký khai sinh" in asked
        await owner.press("Không đồng ý")
        assert "Chủ hồ sơ chưa đồng ý" in said(helper)
        await helper.send(kind="button", button="f:send:1:")
        assert await submissions(home) == [], "nothing goes without the owner"

        await owner.say(code)
        await owner.press("Đồng ý")
        assert said(helper).count("Chủ hồ sơ đã xác nhận") == 1
        for who in (third, owner):
            assert "không đúng hoặc đã dùng" in (await who.say(code))[-1].text
        stranger = await third.send(kind="button", button=f"own:y:{code}")
        assert "Chủ hồ sơ" not in stranger[-1].text
        assert "HS-" in (await helper.send(kind="button", button="f:send:1:"))[-1].text
        assert len(await submissions(home)) == 1


@pytest.mark.parametrize(("procedure", "letter"), [(BIRTH, "THƯ CHÚC MỪNG"), (DEATH, "THƯ CHIA BUỒN")])
async def test_both_hear_of_it_and_the_letter_is_the_owners_alone(
    sqlite_url: str, tmp_path: Path, procedure: str, letter: str
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        helper, owner = home.citizen("to-so"), home.citizen("bac-sau")
        await named(home, owner, "Bác Sáu")
        await up_to_review(helper, HELPER, procedure)
        await owner.say(await code_of(home))
        await owner.press("Đồng ý")
        await helper.send(kind="button", button="f:send:1:")
        page = await desk.open(mai, 1)
        shown = filing_views.context(Texts.load(), page, home.clock.now())
        assert (shown["who"], shown["owner"]) == ("tổ công nghệ số nộp giúp", "Bác Sáu")
        await desk.accept(mai, 1, CODE)
        await home.timers()
        for who in (helper, owner):
            assert said(who).count("đã được tiếp nhận") == 1
        async with home.parts.database.reading() as uow:
            origins = {}
            for who in (helper, owner):
                contact = await uow.citizens.find(who.key)
                assert contact
                origins[who.key.user_id] = await uow.follows.origin(CODE, contact.address_id)
        assert origins == {"to-so": FollowOrigin.HELPED, "bac-sau": FollowOrigin.FILED}
        await desk.finish(mai, 1, "Quầy 3")
        await home.timers()
        for stage in (10, 9, 10):  # the source flaps
            await now_is(home, CODE, stage=stage)
            await home.timers()
        helped, owned = said(helper), said(owner)
        for told in (helped, owned):
            assert told.count("đã có kết quả") == 1
            assert told.count("đã trả kết quả") == 1
        assert owned.count(letter) == 1
        assert "THƯ" not in helped
        assert "hài lòng với" not in helped
        assert owned.count("hài lòng với") == (1 if procedure == BIRTH else 0)


async def test_the_owner_hears_of_it_in_the_chat_in_which_they_confirmed(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        helper, old, owner = home.citizen("to-so"), home.citizen("may-cu"), home.citizen("bac-sau")
        await named(home, helper, "Tổ số ấp 3")
        await old.say("xin chào")
        await named(home, owner, "Bác Sáu")
        async with home.parts.database.unit_of_work() as uow:
            one, other = await uow.citizens.find(old.key), await uow.citizens.find(owner.key)
            assert one
            assert other
            await uow.citizens.join(one.citizen_id, other.citizen_id, home.clock.now())
            await uow.commit()
        await up_to_review(helper, HELPER)
        await owner.say(await code_of(home))
        await owner.press("Đồng ý")
        await helper.send(kind="button", button="f:send:1:")
        await desk.accept(mai, 1, CODE)
        await desk.finish(mai, 1, "Quầy 3")
        old.news()
        await home.timers()
        told = said(owner)
        for words in ("đã được tiếp nhận", "đã có kết quả", "THƯ CHÚC MỪNG"):
            assert told.count(words) == 1
        assert said(old) == ""
        page = await desk.open(mai, 1)
        assert page.dossier
        assert page.dossier.holder == "Bác Sáu", "not whoever helped"


async def test_the_owner_may_send_what_is_asked_for_too(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        helper, owner = home.citizen("to-so"), home.citizen("bac-sau")
        await up_to_review(helper, HELPER)
        await owner.say(await code_of(home))
        await owner.press("Đồng ý")
        await helper.send(kind="button", button="f:send:1:")
        await home.timers()
        helper.news()
        await desk.ask_supplement(mai, 1, {"Giấy chứng sinh": "Cần ảnh giấy chứng sinh"})
        await home.timers()
        for who in (helper, owner):
            assert said(who).count("Cần ảnh giấy chứng sinh") == 1
        await owner.press("Bổ sung ngay")
        await owner.press("Đồng ý")  # their own consent, not the helper's
        await owner.photos(jpeg(paper(size=(800, 1000), seed=9)))
        await owner.press("Xong")
        assert "giấy bổ sung" in (await owner.press("Gửi hồ sơ"))[0].text
        again = await helper.send(kind="button", button="f:go:1:")
        assert "đang chờ cán bộ xem" in again[-1].text, "the other one finds it done"
        page = await desk.open(mai, 1)
        assert (page.submission.status, len(page.parts[1].files)) == (SubmissionStatus.SENT, 1)
        stranger = await home.citizen("la").send(kind="button", button="f:go:1:")
        assert "không tìm thấy hồ sơ này" in stranger[-1].text


# 8. Pressed twice, delivered twice, pressed on an old message


async def test_however_often_it_is_pressed_it_is_one_submission(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await up_to_review(citizen, "Cho chính mình")
        first = next(each.token for each in citizen.menu if each.label.startswith("Gửi hồ sơ"))
        await citizen.press("Sửa Giấy chứng sinh")
        await citizen.press("Chưa có")
        second = next(each.token for each in citizen.menu if each.label.startswith("Gửi hồ sơ"))
        await asyncio.gather(
            citizen.receive_only(id="one", kind="button", button=first),
            citizen.receive_only(id="two", kind="button", button=first),  # a double press
            citizen.receive_only(id="one", kind="button", button=first),  # a webhook delivered again
            citizen.receive_only(id="three", kind="button", button=second),  # the message below
        )
        await home.settle()
        await home.timers()
        await citizen.receive_only(id="two", kind="button", button=first)
        home.clock.pass_(days=2)
        await citizen.send(kind="button", button=first)  # long after, from further up in the chat
        codes = await submissions(home)
        assert len(codes) == 1
        assert sum(bool(reply.files) for _, reply in home.phone.arrived) == 1, "one QR code"
        async with home.parts.database.reading() as uow:
            kinds = [each.kind for each in await uow.submissions.events(1)]
            contact = await uow.citizens.find(citizen.key)
            assert contact
            mine = await uow.submissions.of_address(contact.address_id)
        assert kinds.count("sent") == 1
        assert [each.receipt_code for each in mine] == codes
        told = "\n".join(reply.text for _, reply in home.phone.arrived)
        assert codes[0] in told


async def test_an_old_button_sends_nothing_of_the_next_dossier(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await up_to_review(citizen, "Cho chính mình")
        await citizen.press("Gửi hồ sơ")
        (code,) = await submissions(home)
        await citizen.send(kind="button", button=f"file:{BIRTH}")
        await citizen.press("Cho chính mình")
        again = await citizen.send(kind="button", button="f:send:1:")
        assert code in again[-1].text
        assert await submissions(home) == [code]
        async with home.parts.database.reading() as uow:
            assert (await uow.submissions.get(2)).status is SubmissionStatus.DRAFT


# 9. Letters by the tone of the procedure


async def filed_and_accepted(home: House, procedure: str) -> Citizen:
    desk: FilingDesk = home.parts.filing
    citizen = home.citizen()
    await up_to_review(citizen, "Cho chính mình" if procedure == BIRTH else "Tôi là người thân", procedure)
    await citizen.press("Gửi hồ sơ")
    await desk.accept(await home.officer(), 1, CODE)
    await home.timers()
    citizen.news()
    return citizen


@pytest.mark.parametrize(
    ("procedure", "letter", "other", "rated"),
    [(BIRTH, "THƯ CHÚC MỪNG", "THƯ CHIA BUỒN", 1), (DEATH, "THƯ CHIA BUỒN", "THƯ CHÚC MỪNG", 0)],
)
async def test_the_letter_by_its_tone_once_and_no_rating_after_a_death(
    sqlite_url: str, tmp_path: Path, procedure: str, letter: str, other: str, rated: int
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed_and_accepted(home, procedure)
        await desk.finish(mai, 1, "Quầy 3")
        await desk.finish(mai, 1, "")  # pressed twice
        await home.timers()
        await desk.hand_over(mai, 1)
        for stage in (10, 9, 10):  # the source flaps
            await now_is(home, CODE, stage=stage)
            await home.timers()
        told = said(citizen)
        assert told.count(letter) == 1
        assert other not in told
        assert told.count("hài lòng với") == rated
        if procedure == DEATH:
            await citizen.say("em cảm ơn")
            assert not any(choice.label.startswith("Hài lòng") for choice in citizen.menu)
            replies = await citizen.send(kind="button", button=f"rd:5:a:{CODE}")
            assert "không nhận đánh giá" in replies[-1].text


async def test_a_refusal_shows_the_way_to_object_before_any_rating(sqlite_url: str, tmp_path: Path) -> None:
    """Refused before it was taken in, and refused after: both ways the law is named, no score is asked for."""
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        early = home.citizen("ba")
        await up_to_review(early, "Cho chính mình")
        await early.press("Gửi hồ sơ")
        await home.timers()
        await desk.refuse(mai, 1, "Không thuộc địa bàn")
        await home.timers()
        first = early.news()[-1]
        assert "Không thuộc địa bàn" in first.text
        assert "Luật Khiếu nại" in first.text
        assert "Gửi phản ánh, kiến nghị" in [each.label for each in first.choices]
        assert not [each for each in first.choices if "ánh giá" in each.label or "ài lòng" in each.label]

        late = home.citizen("tu")
        await up_to_review(late, "Cho chính mình")
        await late.press("Gửi hồ sơ")
        await desk.accept(mai, 2, CODE)
        await home.timers()
        late.news()
        await now_is(home, CODE, stage=3, late_reason="Hồ sơ trùng")
        await home.timers()
        replies = late.news()
        told = "\n".join(each.text for each in replies)
        assert "Hồ sơ trùng" in told
        assert "Luật Khiếu nại" in told
        assert "hài lòng" not in told
        assert "THƯ" not in told


def test_where_the_entry_says_nobody_else_nobody_else_is_offered() -> None:
    entry = shipped().snapshot.catalog.by_code["1.014061"]
    assert entry.on_behalf, "the entry says so itself"
    assert plan.others(entry) == ()
