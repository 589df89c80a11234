"""What `motcua doctor` finds, and that each finding says what to do."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.app import prepare
from bot.config import Settings
from bot.doctor import examined
from storage.database import Database
from storage.records import InboxEntry
from tests.house import MONDAY
from tests.small_catalogs import folder


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings(data_dir=tmp_path / "data", catalog=folder(tmp_path / "catalog"))
    await prepare(made)
    return made


async def findings(settings: Settings) -> tuple[bool, str]:
    healthy, lines = await examined(settings)
    faults = "\n".join(line for line in lines if line.startswith("LỖI"))
    assert healthy is (faults == "")
    assert all("→" in fault for fault in faults.splitlines()), faults
    return healthy, faults


async def test_a_sound_installation(settings: Settings) -> None:
    assert await findings(settings) == (True, "")


async def test_before_anything_was_set_up_it_makes_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", catalog=folder(tmp_path / "catalog"))
    healthy, faults = await findings(settings)
    assert not healthy
    assert "motcua db upgrade" in faults
    assert not settings.data_dir.exists()


async def test_a_folder_others_can_read(settings: Settings) -> None:
    settings.data_dir.chmod(0o755)
    assert "chmod 700" in (await findings(settings))[1]


async def test_a_broken_catalog(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "catalog" / "catalog" / "ho_tich.yaml").write_text("field: [", "utf-8")
    assert "motcua catalog check" in (await findings(settings))[1]


async def test_a_database_of_another_revision(settings: Settings) -> None:
    _tamper(settings, "UPDATE alembic_version SET version_num = '0000'")
    assert "motcua db upgrade" in (await findings(settings))[1]


async def test_a_dead_letter_waits_for_somebody(settings: Settings) -> None:
    database = await Database.open(settings.database)
    async with database.unit_of_work() as uow:
        await uow.inbox.put([InboxEntry("web", "web", "an", "1", {"text": "x"})], MONDAY)
        (row,) = await uow.inbox.take("a", MONDAY, 60, 1)
        await uow.inbox.bury(row.id, "odd", MONDAY)
        await uow.commit()
    await database.close()
    assert "1 tin không xử lý được" in (await findings(settings))[1]


async def test_an_audit_trail_that_was_changed(settings: Settings) -> None:
    database = await Database.open(settings.database)
    async with database.unit_of_work() as uow:
        for number in range(3):
            await uow.audit.add(MONDAY, "officer:1", "ticket.claimed", f"ticket:{number}", {})
        await uow.commit()
    await database.close()
    assert (await findings(settings))[0]
    _tamper(
        settings,
        "DROP TRIGGER IF EXISTS audit_no_update",
        "UPDATE audit SET actor = 'officer:2' WHERE id = 2",
    )
    assert "dòng 2" in (await findings(settings))[1]


def _tamper(settings: Settings, *statements: str) -> None:
    """As somebody with a database tool does, triggers or not."""
    engine = create_engine(settings.database)
    with engine.begin() as connection:
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        )
        for (name,) in names.all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
