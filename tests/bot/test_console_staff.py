"""The admin's page of accounts: one-time links, roles, languages, and nobody locked out for good."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Role
from tests.websites import PASSWORD, Browser, Website, website

STAFF = "/can-bo/tai-khoan"


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        yield opened


@pytest.fixture
async def admin(site: Website) -> Browser:
    await site.officer("quantri", Role.ADMIN)
    return await (await site.logged_in("quantri")).open(STAFF)


def link(browser: Browser) -> str:
    assert browser.status == 200, browser.text
    return "/moi/" + browser.response.text.split("/moi/")[1].split("<")[0]


NEW = {"username": "hanh", "name": "Lê Thị Hạnh", "role": "specialist", "email": "Hanh@camau.gov.vn"}
PLACES = {"don-vi.so_tu_phap": "1", "don-vi.cong_an": "1", "tieng.vi": "1", "tieng.km": "1"}


async def csrf(browser: Browser) -> str:
    await browser.open(STAFF)
    return next(form.fields["csrf"] for form in browser.forms if "csrf" in form.fields)


async def send(browser: Browser, path: str, **fields: str) -> Browser:
    return await browser.post(path, {"csrf": await csrf(browser), **fields})


async def test_somebody_new_gets_a_link_and_comes_in(site: Website, admin: Browser) -> None:
    added = await send(admin, STAFF, **NEW, **PLACES)
    address = link(added)
    hanh = await site.browser().open(address)
    await hanh.submit("", password=PASSWORD, again=PASSWORD)
    assert "Lê Thị Hạnh" in hanh.text
    async with site.parts.database.reading() as uow:
        officer = await uow.officers.by_username("hanh")
        assert officer is not None
        assert (officer.departments, officer.languages) == (("cong_an", "so_tu_phap"), ("vi", "km"))
        assert officer.email == "hanh@camau.gov.vn"
        actions = [(each.actor, each.action) for each in await uow.audit.entries(10)]
    assert ("officer:1", "officer.added") in actions
    assert address.removeprefix("/moi/") not in (await admin.open(STAFF)).response.text, "shown once"
    assert "Lê Thị Hạnh (hanh) · Chuyên viên · đang dùng" in admin.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "Hạnh"}, "chữ thường không dấu"),
        ({"username": "quantri"}, "đã có người dùng"),
        ({"name": "  "}, "họ và tên"),
        ({"role": "vua"}, "chọn một vai trò"),
        ({"don-vi.khong_co": "1"}, "không còn trong danh mục"),
        ({"email": "hanh"}, "Email chưa đúng"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_made(
    site: Website, admin: Browser, wrong: dict[str, str], said: str
) -> None:
    answer = await send(admin, STAFF, **{**NEW, **PLACES, **wrong})
    assert (answer.status, said in answer.text) == (400, True), answer.text
    async with site.parts.database.reading() as uow:
        assert len(await uow.officers.list()) == 1


async def test_a_specialist_without_a_department_and_two_with_one_address(
    site: Website, admin: Browser
) -> None:
    assert "ít nhất một đơn vị" in (await send(admin, STAFF, **NEW, **{"tieng.vi": "1"})).text
    assert "ít nhất một thứ tiếng" in (await send(admin, STAFF, **NEW, **{"don-vi.cong_an": "1"})).text
    await send(admin, STAFF, **NEW, **PLACES)
    assert (
        "đã ghi ở tài khoản khác" in (await send(admin, STAFF, **{**NEW, "username": "hanh2"}, **PLACES)).text
    )


async def test_a_change_of_role_ends_the_login_at_once(site: Website, admin: Browser) -> None:
    await site.officer()
    mai = await site.logged_in()
    await send(admin, f"{STAFF}/2", name="Nguyễn Thị Mai", role="supervisor", **{"tieng.vi": "1"})
    assert (await mai.open("/can-bo")).path == "/can-bo/dang-nhap"
    mai = await site.logged_in()
    assert (await mai.open("/can-bo/bao-cao")).status == 200


async def test_a_locked_account_is_out_and_comes_back_by_a_new_link_only(
    site: Website, admin: Browser
) -> None:
    await site.officer()
    mai = await site.logged_in()
    await send(admin, f"{STAFF}/2/khoa")
    assert (await mai.open("/can-bo")).path == "/can-bo/dang-nhap"
    address = link(await send(admin, f"{STAFF}/2/mo-lai"))
    await mai.submit("/can-bo/dang-nhap", username="mai", password=PASSWORD)
    assert mai.status == 401, "the old password is void"
    await mai.open(address)
    await mai.submit("", password=PASSWORD, again=PASSWORD)
    assert mai.path == "/can-bo"


async def test_sessions_are_listed_and_ended(site: Website, admin: Browser) -> None:
    await site.officer()
    mai = await site.logged_in()
    await admin.open(STAFF)
    assert "Đóng mọi phiên đăng nhập" in admin.text
    await send(admin, f"{STAFF}/2/phien")
    assert (await mai.open("/can-bo")).path == "/can-bo/dang-nhap"


async def test_somebody_is_always_left_who_keeps_accounts(site: Website, admin: Browser) -> None:
    assert "không tự khóa mình" in (await send(admin, f"{STAFF}/1/khoa")).text
    lower = await send(admin, f"{STAFF}/1", name="Quản Trị", role="supervisor", **{"tieng.vi": "1"})
    assert "quản trị cuối cùng" in lower.text
    assert (await admin.open(STAFF)).status == 200


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_nobody_else_sees_accounts(site: Website, role: Role) -> None:
    await site.officer("ai-do", role, ("so_tu_phap",))
    browser = await site.logged_in("ai-do")
    assert (await browser.open(STAFF)).status == 404
    assert "tai-khoan" not in (await browser.open("/can-bo")).response.text
