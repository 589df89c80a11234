"""R28 away from the tickets: groups, ratings, petitions, filed dossiers, accounts. Ten presses are one press."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.console import totp
from storage.records import AddressKey, Role
from storage.tables import metadata
from tests.photos import jpeg, paper
from tests.websites import PASSWORD, Browser, Form, Website, website

FILING_CODE = "H12.25-261123-0009"
# Looking at a page is noted each time, and a session is seen anew with each request.
PASSING = {"sessions", "presence", "presses", "invitations"}


async def rows(site: Website) -> Mapping[str, int]:
    async with site.parts.database.reading() as uow:
        return {
            each.name: await uow.tickets._link.scalar(
                select(func.count()).select_from(each)
                if each.name != "audit"
                else select(func.count()).where(
                    each.c.action.not_like("%.viewed"), each.c.action.not_like("%.looked")
                )
            )
            or 0
            for each in metadata.sorted_tables
            if each.name not in PASSING
        }


async def ten_times(site: Website, browser: Browser, form: Form, **typed: str) -> str:
    """What one press made, and nine more did not; each is told what the first was told."""
    fields, untouched = {**form.fields, **typed}, await rows(site)
    first = await browser.post(form.action, fields)
    told, place, once = first.text, first.path, await rows(site)
    assert first.status == 200, told
    assert once != untouched, f"{form.action} did something"
    for _ in range(9):
        again = await browser.post(form.action, fields)
        assert (again.status, again.path) == (200, place), (form.action, again.text)
        assert again.text == told
    assert await rows(site) == once, form.action
    return told


def form(browser: Browser, ending: str) -> Form:
    return next(each for each in browser.forms if each.action.endswith(ending))


PETITION_FORMS = {
    "nhan": {},
    "chuyen": {"den": "so_xay_dung", "vi_sao": "Việc của sở"},
    "giai-quyet": {"tra_loi": "Dạ, lan can đã sửa xong.", "tom_tat": "Đã sửa"},
    "tu-choi": {"ly_do": "Phản ánh không nêu việc cụ thể nào ạ."},
    "khong-thuoc": {"co_quan": "Công ty Điện lực", "giai_thich": "Cột điện của điện lực."},
}


async def test_each_form_of_a_petition(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        mai = await site.logged_in()
        for verb, typed in PETITION_FORMS.items():
            petition = await site.petition(photos=0, citizen=verb)
            await mai.open(f"/can-bo/phan-anh/{petition.id}")
            if verb in ("giai-quyet", "tu-choi"):
                await mai.submit("/nhan")
            await ten_times(site, mai, form(mai, f"/{verb}"), **typed)


async def test_one_answer_for_many(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        for name in ("an", "binh", "chi"):
            await site.ticket("Khai sinh cho cháu", citizen=name, procedure="1.001193")
        mai = await (await site.logged_in()).open("/can-bo/nhom/1.001193")
        await mai.submit("/1.001193", text="Dạ {nguoi_dan}, ra xã ạ.")
        told = await ten_times(site, mai, form(mai, "/gui"))
        assert "3" in told


async def test_the_reply_to_a_rating(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        mai = await site.officer()
        for number in range(5):  # fewer are not shown: one could guess who it was
            ticket = await site.ticket("Khai sinh", citizen=f"c{number}")
            async with site.parts.database.unit_of_work() as uow:
                now = site.clock.now()
                await uow.ratings.rate(
                    address_id=ticket.address_id,
                    ticket_id=ticket.id,
                    officer_id=mai.id,
                    procedure_code=None,
                    score=4,
                    words=None,
                    at=now,
                    sequence=number,
                )
                await uow.commit()
        browser = await (await site.logged_in()).open("/can-bo/danh-gia")
        here = next(each for each in browser.forms if "/danh-gia/" in each.action)
        for _ in range(10):
            await browser.post(here.action, {**here.fields, "text": "Tôi sẽ viết rõ hơn"})
            assert (browser.status, browser.path) == (200, "/can-bo/danh-gia")
            assert browser.text.count("Tôi sẽ viết rõ hơn") == 1


FILING_FORMS = (
    {
        "tiep-nhan": {"ma": FILING_CODE},
        "hen-lai": {"ngay": "2026-12-18", "vi_tre": "Chờ xác minh"},
        "xong": {},
    },
    {"bo-sung": {"giay1": "Cần ảnh giấy chứng sinh"}},
    {"tu-choi": {"ly_do": "Không đúng thẩm quyền của xã."}},
    {"chuyen": {"den": "cong_an", "vi_sao": "Việc của công an"}},
)


@pytest.mark.parametrize("forms", FILING_FORMS)
async def test_each_form_of_a_filed_dossier(
    sqlite_url: str, tmp_path: Path, forms: dict[str, dict[str, str]]
) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        filed = await site.submission(department="trung_tam", photos=1)
        mai = await site.logged_in()
        for verb, typed in forms.items():
            await mai.open(f"/can-bo/ho-so/{filed.id}")
            await ten_times(site, mai, form(mai, f"/{verb}"), **typed)


NEW = {"username": "hanh", "name": "Lê Thị Hạnh", "role": "front_officer", "tieng.vi": "1"}


async def test_each_form_of_the_accounts(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer("quantri", Role.ADMIN)
        admin = await (await site.logged_in("quantri")).open("/can-bo/tai-khoan")
        told = await ten_times(
            site, admin, next(each for each in admin.forms if "username" in each.fields), **NEW
        )
        assert "/moi/" in told, "the link, whichever press is looked at"
        async with site.parts.database.reading() as uow:
            added = await uow.officers.by_username("hanh")
        assert added
        for verb in ("khoa", "mo-lai", "lien-ket"):
            await admin.open("/can-bo/tai-khoan")
            here = form(admin, f"/{added.id}/{verb}")
            for _ in range(10):
                await admin.post(here.action, here.fields)
                assert (admin.status, "Lê Thị Hạnh" in admin.text) == (200, True), verb
        async with site.parts.database.reading() as uow:
            assert [each.username for each in await uow.officers.list()] == ["quantri", "hanh"]


async def test_a_proposed_wording(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        ticket = await site.ticket("Thằng nhỏ mới lọt lòng")
        admin, now = await site.officer("quantri", Role.ADMIN), site.clock.now()
        async with site.parts.database.unit_of_work() as uow:
            await uow.proposals.make(ticket.id, admin.id, "1.001193", "thằng nhỏ mới lọt lòng", now)
            (proposal,) = await uow.proposals.open(9)
            await uow.commit()
        browser = await (await site.logged_in("quantri")).open(f"/can-bo/de-xuat/{proposal.id}")
        here, once = form(browser, f"/{proposal.id}"), None
        for _ in range(10):
            await browser.post(here.action, {**here.fields, "viec": "nhan"})
            assert (browser.status, browser.path) == (200, "/can-bo/de-xuat")
            once = once or await rows(site)
            assert await rows(site) == once


async def test_appointments_redactions_and_photos_for_another_chat(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        filed = await site.submission(department="trung_tam", photos=1)
        mai, here = await site.logged_in(), f"/can-bo/ho-so/{filed.id}"
        await mai.open(here)
        await mai.submit("/tiep-nhan", ma=FILING_CODE)
        slot = re.search(r'<option value="(\d+)">', mai.response.text)
        assert slot
        await ten_times(site, mai, form(mai, "/hen"), gio=slot[1])
        await ten_times(site, mai, form(mai, "/huy-hen"))

        viewer = re.search(rf"{here}/tep/\d+/0", (await mai.open(here)).response.text)
        assert viewer
        await mai.open(viewer[0])
        await ten_times(site, mai, form(mai, "/che"), o="100,200,400,260")

        async with site.parts.database.unit_of_work() as uow:
            chat = await uow.citizens.resolve(AddressKey("telegram", "bot", "binh"), site.clock.now())
            asked = {"address": chat.address_id}
            await uow.submissions.note(filed.id, site.clock.now(), "photos_asked", detail=asked)
            await uow.commit()
        await mai.open(here)
        await ten_times(site, mai, form(mai, "/cho-xem"), tra_loi="co")


async def test_alerts_leave_and_an_answer_with_a_file(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        mai = await site.logged_in()
        csrf = form(await mai.open("/can-bo/phien"), "/vang").fields["csrf"]
        for _ in range(10):
            await mai.post("/can-bo/bao-tin/ma", {"csrf": csrf})
            assert mai.status == 200
        assert (await rows(site))["link_codes"] == 1

        await mai.open("/can-bo/phien")
        here = form(mai, "/vang")
        for _ in range(10):
            await mai.post(here.action, {**here.fields, "until": "2026-11-27"})
            assert (mai.status, mai.path, "đang báo vắng" in mai.text) == (200, "/can-bo/phien", True)

        ticket = await site.ticket("Xin mẫu tờ khai")
        await mai.open(f"/can-bo/phieu/{ticket.id}")
        await mai.submit("/nhan")
        here, once = form(mai, "/tra-loi"), None
        content = jpeg(paper(size=(600, 800)))
        for _ in range(10):
            response = await mai.client.post(
                here.action,
                data={**here.fields, "text": "Dạ, mẫu đây ạ."},
                files={"chon": ("mẫu.jpg", content, "image/jpeg")},
            )
            assert (response.status_code, response.headers["location"]) == (
                303,
                f"/can-bo/phieu/{ticket.id}?da=tra-loi#ket-qua",
            )
            once = once or await rows(site)
        assert await rows(site) == once
        assert once["draft_files"] == 0, "nothing is left beside the next answer"


async def test_the_link_of_an_invitation_and_the_second_factor(sqlite_url: str, tmp_path: Path) -> None:
    """Whoever presses twice sees the second answer only: it is the one with the recovery codes."""
    async with website(sqlite_url, tmp_path, second_factor=True) as site:
        async with site.parts.database.unit_of_work() as uow:
            hanh = await uow.officers.add(
                "hanh", "Lê Thị Hạnh", Role.FRONT_OFFICER, (), ("vi",), site.clock.now()
            )
            await uow.commit()
        link = f"/moi/{await site.invitation(hanh)}"
        browser = await site.browser().open(link)
        here = browser.forms[-1]
        for _ in range(10):
            await browser.post(here.action or link, {**here.fields, "password": PASSWORD, "again": PASSWORD})
            assert (browser.status, browser.path) == (200, "/can-bo/xac-minh"), browser.text
        async with site.parts.database.reading() as uow:
            assert len(await uow.sessions.of_officer(hanh.id)) == 1

        here = form(browser, "/xac-minh")
        secret = here.fields["secret"]
        code = totp.code(secret, int(site.clock.now().timestamp()) // totp.STEP)
        await ten_times(site, browser, here, code=code)
        assert browser.response.text.count("<code>") == len(totp.recovery_codes())
