"""The official code of what was filed in chat, picked from what the one-stop system has told of."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.filing.core import BadCodeError
from storage.records import Dossier, SubmissionStatus
from tests.bot.test_filing_desk import filed, said
from tests.house import house
from tests.storage.test_dossiers import DOSSIER
from tests.websites import Website, website

HERE = "Chị Ba"


def dossier(site: Website, number: int, hours: int, holder: str, **other: str) -> Dossier:
    """Received so many hours after what was filed in chat."""
    at = site.clock.now() + timedelta(hours=hours)
    code = f"H12.25-261123-{number:04}"
    return replace(DOSSIER, code=code, holder=holder, received_at=at, due_at=at + timedelta(days=3), **other)


async def test_the_code_is_picked_from_what_the_one_stop_system_told(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        filed = await site.submission(department="trung_tam", photos=1, name=HERE)
        other = await site.submission(department="trung_tam", photos=1, citizen="khac", name="Anh Năm")
        strangers = [dossier(site, n, n, f"Nguyễn Văn {n}") for n in range(1, 8)]
        known = [
            *strangers,
            dossier(site, 10, 1, "CHI BA"),
            dossier(site, 11, -48, HERE),  # before it was filed
            dossier(site, 12, 2, HERE, procedure_code="1.004194"),
            dossier(site, 13, 3, "Anh Năm"),
        ]
        async with site.parts.database.unit_of_work() as uow:
            await uow.dossiers.upsert(known)
            await uow.commit()
        mai = await site.logged_in()
        await mai.open(f"/can-bo/ho-so/{other.id}")
        assert "H12.25-261123-0013 · Anh Năm" in mai.text
        await mai.submit("/tiep-nhan", chon="H12.25-261123-0013")

        await mai.open(f"/can-bo/ho-so/{filed.id}")
        assert "H12.25-261123-0010 · CHI BA" in mai.text
        assert mai.text.index("-0010 ·") < mai.text.index("-0007 ·"), "the name that filed it stands first"
        assert "N*** V**" in mai.text, "strangers are not named"
        assert "Nguyễn Văn" not in mai.text
        for code in ("0001", "0011", "0012", "0013"):  # too many, too old, another procedure, taken
            assert f"H12.25-261123-{code}" not in mai.text
        await mai.submit("/tiep-nhan")
        assert mai.status == 400, "nothing picked and nothing typed"
        await mai.submit("/tiep-nhan", chon="H12.25-261123-0010")
        async with site.parts.database.reading() as uow:
            accepted = await uow.submissions.get(filed.id)
        assert (accepted.status, accepted.dossier_code) == (SubmissionStatus.ACCEPTED, "H12.25-261123-0010")
        assert accepted.due_at == known[7].due_at, "the one-stop system's own day"
        assert "mới tiếp nhận" not in mai.text, "once accepted there is nothing to pick"


async def test_what_is_typed_counts_more_than_what_is_picked(sqlite_url: str, tmp_path: Path) -> None:
    async with website(sqlite_url, tmp_path) as site:
        await site.officer()
        filed = await site.submission(department="trung_tam", photos=1, name=HERE)
        async with site.parts.database.unit_of_work() as uow:
            await uow.dossiers.upsert([dossier(site, 10, 1, HERE)])
            await uow.commit()
        mai = await site.logged_in()
        await mai.open(f"/can-bo/ho-so/{filed.id}")
        await mai.submit("/tiep-nhan", chon="H12.25-261123-0010", ma="H12.25-261123-0099")
        async with site.parts.database.reading() as uow:
            assert (await uow.submissions.get(filed.id)).dossier_code == "H12.25-261123-0099"


async def test_a_wrong_code_is_corrected_and_the_right_one_told(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        await desk.accept(mai, 1, "H12.25-261123-0071")
        await home.settle()
        citizen.news()
        with pytest.raises(BadCodeError):
            await desk.correct(mai, 1, "0017")
        await desk.correct(mai, 1, "H12.25-261123-0017")
        await desk.correct(mai, 1, "H12.25-261123-0017")  # pressed twice
        await home.settle()
        told = said(citizen)
        assert told.count("Mã đúng là H12.25-261123-0017") == 1
        await desk.finish(mai, 1, "Quầy 3")
        await home.timers()
        assert "H12.25-261123-0017) đã có kết quả" in said(citizen)
        async with home.parts.database.reading() as uow:
            assert await uow.dossiers.get("H12.25-261123-0071") is None
            assert await uow.follows.of_address((await uow.submissions.get(1)).address_id) == (
                "H12.25-261123-0017",
            )
