"""Dossiers mirrored from the one-stop system, and the counting that keeps people from guessing codes."""

from dataclasses import replace

import pytest

from storage.database import Database
from storage.records import Dossier, DossierStep, LookupKind
from tests.storage.stories import NOW, later

DOSSIER = Dossier(
    code="H12.25-251103-0045",
    procedure_code="1.001193",
    procedure_name="Đăng ký khai sinh",
    stage=4,
    received_at=later(days=-3),
    due_at=later(days=2),
    finished_at=None,
    returned_at=None,
    agency="UBND xã Đất Mũi",
    handler="Trần Thị Lan",
    holder="Nguyễn Văn Ánh",
    factors=("a" * 64, "b" * 64),
    missing=None,
    result_place="Quầy 3",
    late_reason=None,
    steps=(DossierStep(later(days=-3), "Lan", "Tiếp nhận"), DossierStep(later(days=-2), "Minh", "Xử lý")),
    updated_at=NOW,
)


async def test_a_dossier_comes_back_whole(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.dossiers.upsert([DOSSIER]) == 1
        await uow.commit()
    async with database.reading() as uow:
        assert await uow.dossiers.get(DOSSIER.code) == DOSSIER
        assert await uow.dossiers.get("H12.25-251103-0046") is None


async def test_what_the_system_tells_last_is_what_counts(database: Database) -> None:
    done = replace(DOSSIER, stage=9, finished_at=NOW, handler=None, steps=(), factors=())
    async with database.unit_of_work() as uow:
        await uow.dossiers.upsert([DOSSIER])
        assert await uow.dossiers.upsert([DOSSIER, done]) == 1
        assert await uow.dossiers.upsert([]) == 0
        assert await uow.dossiers.get(DOSSIER.code) == done
        assert await uow.dossiers.count() == 1


async def test_a_days_import_of_thousands_is_one_commit(database: Database) -> None:
    many = [replace(DOSSIER, code=f"H12.25-251103-{number:05}") for number in range(3000)]
    async with database.unit_of_work() as uow:
        assert await uow.dossiers.upsert(many) == 3000
        await uow.commit()
    async with database.reading() as uow:
        assert await uow.dossiers.count() == 3000


@pytest.fixture
async def guesses(database: Database) -> None:
    async with database.unit_of_work() as uow:
        for hour, actor, code, kind in (
            (-30, "web:1", "code-a", LookupKind.CODE),
            (-3, "web:1", "code-a", LookupKind.CODE),
            (-2, "web:1", "code-a", LookupKind.CODE),
            (-1, "web:1", "code-b", LookupKind.CODE),
            (-1, "web:1", "code-b", LookupKind.WRONG_FACTOR),
            (-1, "zalo:9", "code-b", LookupKind.WRONG_FACTOR),
            (0, "zalo:8", "code-b", LookupKind.WRONG_FACTOR),
        ):
            await uow.lookups.record(
                kind, actor=actor, code_digest=code, at=later(hours=hour), ip="192.0.2.7"
            )
        await uow.commit()


@pytest.mark.usefixtures("guesses")
async def test_look_ups_are_counted_over_accounts_and_over_codes(database: Database) -> None:
    day = later(hours=-24)
    async with database.reading() as uow:
        lookups = uow.lookups
        assert await lookups.count_actor("web:1", LookupKind.CODE, day) == 3
        assert await lookups.count_actor("web:1", LookupKind.WRONG_FACTOR, day) == 1
        assert await lookups.distinct_codes("web:1", day) == 2
        assert await lookups.distinct_codes("zalo:9", day) == 0
        assert await lookups.count_code("code-b", LookupKind.WRONG_FACTOR, day) == 3
        assert await lookups.count_code("code-b", LookupKind.WRONG_FACTOR, NOW) == 1


@pytest.mark.usefixtures("guesses")
async def test_caps_hold_across_a_restart_and_old_look_ups_are_purged(
    database: Database, database_url: str
) -> None:
    await database.close()
    again = await Database.open(database_url)
    async with again.unit_of_work() as uow:
        assert await uow.lookups.count_actor("web:1", LookupKind.CODE, later(hours=-48)) == 4
        assert await uow.lookups.purge(later(hours=-24)) == 1
        assert await uow.lookups.count_actor("web:1", LookupKind.CODE, later(hours=-48)) == 3
    await again.close()
