"""Files come in as strangers send them and are kept clean, sealed, once, and no longer than needed."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from bot.files import Problem, Reason, Uploads
from bot.files.decoder import Decoder
from bot.files.folder import FolderStore
from bot.files.sealing import Seal, SealBrokenError
from bot.files.vault import Vault
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import AddressKey, StoredFile
from tests.house import FakeClock
from tests.photos import encoded, heic, jpeg, opened, paper

AN = AddressKey("phone", "phone", "an")
BINH = AddressKey("phone", "phone", "binh")


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    decoder = Decoder(1)
    yield decoder
    await decoder.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))  # a folder's files carry the real time


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
async def home(sqlite_url: str) -> AsyncIterator[Database]:
    """One database for what is about bytes; what is about rows runs on both."""
    database = await Database.open(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
def uploads(home: Database, folder: Path, decoder: Decoder, clock: FakeClock) -> Uploads:
    return Uploads(home, Vault(FolderStore(folder), Seal(b"a secret")), clock, decoder=decoder)


def blobs(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def taken(uploads: Uploads, content: bytes, name: str = "a.jpg") -> StoredFile:
    stored = await uploads.accept(content, name=name, owner=AN)
    assert isinstance(stored, StoredFile), stored
    return stored


async def refused(uploads: Uploads, content: bytes, name: str = "a.jpg") -> Reason:
    problem = await uploads.accept(content, name=name, declared="image/jpeg", owner=AN)
    assert isinstance(problem, Problem)
    return problem.reason


async def test_a_photo_is_kept_upright_without_what_the_phone_wrote_into_it(uploads: Uploads) -> None:
    image = Image.new("RGB", (1200, 800), "white")
    image.paste("black", (0, 0, 1200, 100))  # a bar at the top, which the phone held sideways
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    exif[0x010F] = "DIEN THOAI CUA AN"
    exif.get_ifd(0x8825)[2] = (9.0, 10.0, 36.0)  # GPS latitude of Cà Mau
    stored = await taken(uploads, jpeg(image, exif=exif, comment=b"chup tai nha"), "/sdcard/DCIM/IMG 1.jpg")

    content = await uploads.read(stored)
    kept = opened(content)
    assert kept.size == (800, 1200)
    right_side = kept.convert("L").crop((720, 200, 790, 1000)).getextrema()
    assert right_side[1] < 40, "the bar is on the right now"
    assert not kept.getexif()
    assert b"DIEN THOAI" not in content
    assert b"chup tai nha" not in content
    assert (stored.media_type, stored.name) == ("image/jpeg", "IMG 1.jpg")
    assert stored.keep_until is not None


async def test_what_phones_and_scanners_send_becomes_a_jpeg(uploads: Uploads) -> None:
    image = paper(size=(1000, 1300))
    for content in (heic(image), encoded(image.convert("RGBA"), "PNG"), encoded(image, "WEBP")):
        stored = await taken(uploads, content)
        kept = opened(await uploads.read(stored))
        assert (kept.format, kept.size) == ("JPEG", (1000, 1300))
        assert stored.pages == (stored.digest,)


async def test_a_large_photo_is_shrunk_and_its_preview_is_small(uploads: Uploads) -> None:
    stored = await taken(uploads, jpeg(paper(size=(4000, 5000))))
    kept, preview = opened(await uploads.read(stored)), await uploads.preview(stored)
    assert preview is not None
    assert max(kept.size) == 2560
    assert max(opened(preview).size) == 320


async def test_a_pdf_is_kept_as_it_is_with_pictures_of_its_pages(uploads: Uploads) -> None:
    content = encoded(
        paper(size=(800, 1100)), "PDF", save_all=True, append_images=[paper(size=(800, 1100), seed=2)]
    )
    stored = await taken(uploads, content, "to khai.pdf")
    assert await uploads.read(stored) == content
    pages = [await uploads.page(stored, number) for number in range(2)]
    assert [max(opened(page or b"").size) for page in pages] == [2000, 2000]
    assert await uploads.page(stored, 2) is None


async def test_sound_is_kept_as_it_is(uploads: Uploads) -> None:
    content = b"OggS" + bytes(2000)
    stored = await taken(uploads, content, "voice.oga")
    assert (stored.media_type, stored.pages, stored.preview) == ("audio/ogg", (), None)
    assert await uploads.read(stored) == content


async def test_what_a_phone_recorded_is_sound_where_it_came_as_a_voice_message(uploads: Uploads) -> None:
    recorded = b"\0\0\0\x18ftypmp42" + bytes(2000)  # Android's; a film begins like that too
    stored = await uploads.accept(recorded, name="voice.m4a", spoken=True)
    assert isinstance(stored, StoredFile)
    assert stored.media_type == "audio/mp4"
    assert isinstance(await uploads.accept(recorded, name="phim.mp4"), Problem)


def _pdf(**wishes: object) -> bytes:
    writer = PdfWriter()
    for _ in range(int(str(wishes.get("pages", 1)))):
        writer.add_blank_page(200, 300)
    if "script" in wishes:
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )
    if "attached" in wishes:
        writer.add_attachment("a.exe", b"MZ")
    if "password" in wishes:
        writer.encrypt("1234")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


HTML = b"<html><script>alert(1)</script></html>"
REFUSED = {
    "nothing": (lambda: b"", Reason.EMPTY),
    "a page of the web": (lambda: HTML, Reason.UNKNOWN_KIND),
    "a drawing that can run": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.UNKNOWN_KIND),
    "a program": (lambda: b"MZ" + bytes(500), Reason.UNKNOWN_KIND),
    "a photo cut off": (lambda: jpeg(paper())[:20_000], Reason.BROKEN),
    "only the beginning of a photo": (lambda: b"\xff\xd8\xff\xe0" + HTML, Reason.BROKEN),
    "a bomb": (lambda: encoded(Image.new("1", (30_000, 30_000)), "PNG"), Reason.TOO_MANY_PIXELS),
    "a broken PDF": (lambda: b"%PDF-1.7\n" + bytes(900), Reason.BROKEN),
    "a PDF with a password": (lambda: _pdf(password=1), Reason.LOCKED),
    "a PDF with a program": (lambda: _pdf(script=1), Reason.ACTIVE),
    "a PDF with a file inside": (lambda: _pdf(attached=1), Reason.ACTIVE),
    "a book": (lambda: _pdf(pages=31), Reason.TOO_MANY_PAGES),
    "more than 20 MB": (lambda: b"\xff\xd8\xff" + bytes(20 * 1024 * 1024), Reason.TOO_LARGE),
}


async def test_what_is_not_taken_leaves_nothing_behind(uploads: Uploads, folder: Path) -> None:
    answers = {kind: await refused(uploads, make()) for kind, (make, _) in REFUSED.items()}
    assert answers == {kind: reason for kind, (_, reason) in REFUSED.items()}
    assert blobs(folder) == []


async def test_a_page_hidden_behind_a_photo_does_not_come_along(uploads: Uploads) -> None:
    stored = await taken(uploads, jpeg(paper(size=(900, 900))) + HTML)
    assert HTML not in await uploads.read(stored)


async def test_a_stream_is_read_only_as_far_as_the_limit(uploads: Uploads) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield bytes(1024 * 1024)

    problem = await uploads.accept(endless(), name=None)
    assert isinstance(problem, Problem)
    assert problem.facts == {"megabytes": 20}
    assert given == 21


async def test_bytes_on_disk_say_nothing_and_cannot_be_swapped(uploads: Uploads, folder: Path) -> None:
    one, two = await taken(uploads, jpeg(paper())), await taken(uploads, jpeg(paper(seed=2)))
    on_disk = {path.name: path for path in blobs(folder)}
    assert all(b"JFIF" not in path.read_bytes() for path in on_disk.values())
    assert all(path.stat().st_mode & 0o077 == 0 for path in on_disk.values())
    on_disk[one.digest].write_bytes(on_disk[two.digest].read_bytes())
    with pytest.raises(SealBrokenError):
        await uploads.read(one)


async def test_the_same_photo_twice_is_one_file(uploads: Uploads, folder: Path) -> None:
    content = jpeg(paper())
    first, again = await taken(uploads, content), await taken(uploads, content, "khac.jpg")
    assert again.id == first.id
    other = await uploads.accept(content, name=None, owner=BINH)
    assert isinstance(other, StoredFile)
    assert other.id != first.id, "somebody else's is a row of its own"
    assert len(blobs(folder)) == 2, "one photo, one preview"


async def test_a_file_nobody_needs_is_gone_within_a_day(
    uploads: Uploads, home: Database, folder: Path, clock: FakeClock
) -> None:
    content = jpeg(paper())
    loose, kept = await taken(uploads, content), await taken(uploads, jpeg(paper(seed=2)))
    async with home.unit_of_work() as uow:
        await uow.files.keep([kept.id])
        await uow.commit()
    clock.pass_(hours=23)
    assert await uploads.purge() == 0
    clock.pass_(hours=1, minutes=1)
    assert await uploads.purge() == 2
    async with home.reading() as uow:
        assert await uow.files.get(loose.id) is None
    assert await uploads.read(kept)
    assert len(blobs(folder)) == 2
    back = await taken(uploads, content)
    assert await uploads.read(back), "what was let go can be sent again"


async def test_what_a_killed_process_left_is_swept_away(
    uploads: Uploads, folder: Path, clock: FakeClock
) -> None:
    store = FolderStore(folder)
    await store.put("ab" * 32, b"a blob without a row")
    half = folder / "ab" / "abcd.1234.part"
    half.write_bytes(b"half")
    assert await uploads.purge() == 0, "it may still be on its way to its row"
    clock.pass_(hours=2)
    assert await uploads.purge() == 1
    assert blobs(folder) == []


async def test_a_purge_beside_an_upload_never_takes_its_bytes(
    database: Database, folder: Path, clock: FakeClock
) -> None:
    """The same photo expires and is sent again, over and over, while the purge runs."""
    uploads = Uploads(database, Vault(FolderStore(folder), Seal(b"a secret")), clock)
    content = b"OggS" + bytes(500)
    for _ in range(15):
        stored = await uploads.accept(content, name=None)
        assert isinstance(stored, StoredFile)
        async with database.unit_of_work() as uow:
            await uow.files.let_go([stored.id], clock.now())
            await uow.commit()
        _, again = await asyncio.gather(uploads.purge(), uploads.accept(content, name=None))
        assert isinstance(again, StoredFile)
        assert await uploads.read(again) == content
        async with database.unit_of_work() as uow:
            await uow.files.let_go([again.id], clock.now() - timedelta(seconds=1))
            await uow.commit()
        await uploads.purge()


async def test_a_full_disk_is_said_and_leaves_no_row(uploads: Uploads, home: Database, folder: Path) -> None:
    folder.write_text("a file where the folder should be: nothing can be written")  # noqa: ASYNC240
    with pytest.raises(UnavailableError):
        await uploads.accept(jpeg(paper()), name=None, owner=AN)
    async with home.reading() as uow:
        assert await uow.citizens.find(AN) is None


async def test_one_address_sends_only_so_much_a_day(
    uploads: Uploads, home: Database, clock: FakeClock
) -> None:
    first = await taken(uploads, jpeg(paper()))
    async with home.unit_of_work() as uow:
        for number in range(199):
            await uow.files.add(
                digest=f"{number:064}",
                media_type="image/jpeg",
                size=1,
                name=None,
                address_id=first.address_id,
                created_at=clock.now(),
                keep_until=None,
            )
        await uow.commit()
    assert await refused(uploads, jpeg(paper(seed=9))) is Reason.TOO_MANY_TODAY
    assert (await taken(uploads, jpeg(paper()))).id == first.id, "what is there already may come again"


async def test_a_decoder_that_dies_is_replaced(uploads: Uploads, decoder: Decoder) -> None:
    assert await taken(uploads, jpeg(paper()))
    for process in list(decoder._running):
        process.kill()
        await process.wait()
    assert await taken(uploads, jpeg(paper(seed=3)))
