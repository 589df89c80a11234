"""Accounts are made at the command line; nobody but the officer ever knows the password."""

from pathlib import Path

import pytest

from bot import officer_accounts
from bot.config import Settings
from bot.listening import announced
from bot.officer_accounts import AccountError
from storage.database import Database
from storage.records import AuditEntry, Officer
from tests.small_catalogs import folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", catalog=folder(tmp_path / "catalog"), public_url="https://hoi.example/"
    )


async def kept(settings: Settings) -> tuple[tuple[Officer, ...], tuple[AuditEntry, ...]]:
    database = await Database.open(settings.database)
    try:
        async with database.reading() as uow:
            return tuple(await uow.officers.list()), await uow.audit.entries(10)
    finally:
        await database.close()


async def test_a_new_account_gets_a_link_that_is_kept_nowhere(settings: Settings) -> None:
    told = await officer_accounts.add(settings, "tuyet.mai", "Nguyễn Thị Mai", "front_officer", ())
    link = told.splitlines()[-1]
    assert link.startswith("https://hoi.example/moi/")
    (officer,), lines = await kept(settings)
    assert (officer.username, officer.name, officer.active, officer.has_password) == (
        "tuyet.mai",
        "Nguyễn Thị Mai",
        True,
        False,
    )
    assert [line.action for line in lines] == ["officer.added"]
    token = link.rpartition("/")[2].encode()
    assert len(token) >= 22
    assert all(token not in file.read_bytes() for file in settings.data_dir.iterdir() if file.is_file())


async def test_beside_a_running_server_the_link_names_where_it_listens(settings: Settings) -> None:
    beside = settings.model_copy(update={"public_url": None})
    beside.data_dir.mkdir()
    with announced(beside.data_dir, "http://127.0.0.1:8083"):
        told = await officer_accounts.add(beside, "mai", "Nguyễn Thị Mai", "front_officer", ())
        assert "http://127.0.0.1:8083/moi/" in told
    assert f"http://127.0.0.1:{beside.port}/moi/" in await officer_accounts.invite(beside, "mai")


@pytest.mark.parametrize(
    ("username", "role", "departments", "why"),
    [
        ("Mai", "front_officer", (), "chữ thường"),
        ("mái", "front_officer", (), "chữ thường"),
        ("", "front_officer", (), "chữ thường"),
        ("a/b", "front_officer", (), "chữ thường"),
        ("mai", "boss", (), "front_officer"),
        ("mai", "specialist", (), "--department"),
        ("mai", "specialist", ("khong_co",), "khong_co"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_made(
    settings: Settings, username: str, role: str, departments: tuple[str, ...], why: str
) -> None:
    with pytest.raises(AccountError, match=why):
        await officer_accounts.add(settings, username, "Mai", role, departments)
    assert await kept(settings) == ((), ())


async def test_a_name_that_is_taken(settings: Settings) -> None:
    await officer_accounts.add(settings, "mai", "Nguyễn Thị Mai", "front_officer", ())
    with pytest.raises(AccountError, match="officers invite mai"):
        await officer_accounts.add(settings, "mai", "Mai Khác", "supervisor", ())
    ((officer,), _) = await kept(settings)
    assert officer.name == "Nguyễn Thị Mai"


async def test_a_new_link_for_who_forgot(settings: Settings) -> None:
    first = await officer_accounts.add(settings, "mai", "Nguyễn Thị Mai", "front_officer", ())
    second = await officer_accounts.invite(settings, "mai")
    assert first != second
    with pytest.raises(AccountError, match="officers list"):
        await officer_accounts.invite(settings, "kha")


async def test_a_locked_account(settings: Settings) -> None:
    await officer_accounts.add(settings, "mai", "Nguyễn Thị Mai", "specialist", ("trung_tam",))
    assert "chờ đặt mật khẩu" in (await officer_accounts.listed(settings))[0]
    assert "mai" in await officer_accounts.disable(settings, "mai")
    assert "đã khóa" in (await officer_accounts.listed(settings))[0]
    with pytest.raises(AccountError):
        await officer_accounts.invite(settings, "mai")
    with pytest.raises(AccountError):
        await officer_accounts.disable(settings, "nobody")


async def test_an_empty_list_says_how_to_begin(settings: Settings) -> None:
    from bot.app import prepare

    await prepare(settings)
    (line,) = await officer_accounts.listed(settings)
    assert "motcua officers add" in line
