"""Filing under the worst: killed at every step, a full disk at every step, and a thousand submissions at once.

Commits are broken off in place, which finds more than a kill of the process at random moments (`test_kills` does that).
"""

import asyncio
import contextlib
import os
import resource
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.files import Problem
from storage.errors import UnavailableError
from storage.records import StoredFile
from storage.tables import files, submission_parts, submissions
from storage.unit_of_work import UnitOfWork
from tests.house import Citizen, House, house
from tests.photos import jpeg, paper

pytestmark = pytest.mark.long

SUBMISSIONS = int(os.environ.get("MOTCUA_SUBMISSIONS", "60"))  # 1,000 by hand
PHOTOS = 5
MEMORY = 400  # megabytes that the server may grow by
GO_ON = ("Cho chính mình", "Đồng ý", "Bỏ qua", "Không thuộc")


def resident() -> int:
    """Megabytes of this process that lie in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024**2


async def steps(citizen: Citizen, photos: list[bytes]) -> list[Callable[[], Awaitable[Any]]]:
    def press(label: str) -> Callable[[], Awaitable[Any]]:
        return lambda: citizen.press(label)

    return [
        lambda: citizen.send(kind="button", button="file:1.001193"),
        *(press(label) for label in GO_ON),
        lambda: citizen.photos(*photos[:3]),
        press("Xong"),
        lambda: citizen.photos(*photos[3:]),
        press("Xong"),
        press("Qua bưu điện"),
        lambda: citizen.say("số 12 đường Phan Ngọc Hiển, phường An Xuyên"),
        press("Gửi hồ sơ"),
    ]


async def counted(home: House) -> tuple[int, int, int]:
    async with home.parts.database.reading() as uow:
        link = uow._link
        return (
            await link.scalar(
                select(func.count()).select_from(submissions).where(submissions.c.status == "sent")
            ),
            await link.scalar(select(func.count()).select_from(submission_parts)),
            await link.scalar(select(func.count()).select_from(files).where(files.c.keep_until.is_(None))),
        )


@pytest.mark.parametrize("when", ["before", "after"])
async def test_broken_off_at_every_commit_there_is_one_submission(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The first, second, third commit of every step fails, or its answer is lost; whoever is told so sends again.

    Sent again means pressed again: a second update, not a redelivery, which the inbox would drop by itself.
    """
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        photos = [jpeg(paper(size=(800, 1000), seed=n)) for n in range(PHOTOS)]
        whole, left, broken = UnitOfWork.commit, 0, 0

        async def commit(uow: UnitOfWork) -> None:
            nonlocal left, broken
            left -= 1
            if left != 0:
                await whole(uow)
                return
            broken += 1
            if when == "after":
                await whole(uow)
            raise UnavailableError("broken off")

        monkeypatch.setattr(UnitOfWork, "commit", commit)
        for step in await steps(citizen, photos):
            menu = citizen.menu
            for place in (1, 2, 3, 0):  # 0: undisturbed
                left = place
                citizen.menu = menu  # the same button again, whatever came meanwhile
                with contextlib.suppress(UnavailableError):
                    await step()
                left = 0
                home.clock.pass_(seconds=61)  # the lease of a worker that is gone runs out
                await home.settle()
                citizen.news()
            citizen.menu = home.phone.arrived[-1][1].choices
            if any(choice.label == "Làm tiếp hồ sơ" for choice in citizen.menu):
                await citizen.press("Làm tiếp hồ sơ")
        await citizen.send(kind="button", button="f:send:1:")
        assert broken > 20
        sent, parts, _ = await counted(home)
        assert (sent, parts) == (1, PHOTOS)


async def test_a_full_disk_or_a_broken_photo_at_any_moment_loses_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        folder = tmp_path / "files"
        good = [jpeg(paper(size=(800, 1000), seed=n)) for n in range(PHOTOS)]
        for step in (await steps(citizen, good))[:5]:
            await step()
        for number, content in enumerate(good):
            broken = await home.parts.uploads.accept(
                content[: 5_000 + number * 900], name=None, owner=citizen.key
            )
            assert isinstance(broken, Problem)
            hidden = folder.with_name("away")
            if folder.exists():
                folder.rename(hidden)
            folder.write_text("no room")
            with pytest.raises(UnavailableError):
                await home.parts.uploads.accept(content, name=None, owner=citizen.key)
            folder.unlink()
            if hidden.exists():
                hidden.rename(folder)
            replies = await citizen.photos(content)
            assert "Em nhận 1 ảnh" in replies[0].text
        await citizen.press("Xong")
        await citizen.press("Chưa có")
        for step in (await steps(citizen, good))[9:]:
            await step()
        assert (await counted(home))[:2] == (1, PHOTOS)
        async with home.parts.database.reading() as uow:
            sent = await uow.submissions.get(1)
            stored = await uow.files.those([each for part in sent.parts for each in part.file_ids])
        for each in stored.values():
            assert (await home.parts.uploads.read(each)).startswith(b"\xff\xd8")


async def test_many_submissions_in_bounded_memory(sqlite_url: str, tmp_path: Path) -> None:
    """Twenty people at once, each with five photos of 12 million pixels."""
    heavy = [jpeg(paper(size=(3000, 4000), seed=n), quality=92) for n in range(PHOTOS)]
    async with house(sqlite_url, tmp_path) as home:
        before, peak = resident(), 0

        async def watch() -> None:
            nonlocal peak
            while True:
                peak = max(peak, resident())
                await asyncio.sleep(0.05)

        watching = asyncio.create_task(watch())
        at_once = asyncio.Semaphore(20)

        async def files_one(number: int) -> None:
            async with at_once:
                citizen = home.citizen(f"nguoi-{number}")
                for content in heavy:
                    unlike = content[:-2] + number.to_bytes(4, "big") + content[-2:]
                    taken = await home.parts.uploads.accept(unlike, name="a.jpg", owner=citizen.key)
                    assert isinstance(taken, StoredFile)
                async with home.parts.database.unit_of_work() as uow:
                    contact = await uow.citizens.resolve(citizen.key, home.clock.now())
                    draft = await uow.submissions.add(
                        receipt_code=f"HS-LOAD-{number:05}",
                        procedure_code="1.001193",
                        citizen_id=contact.citizen_id,
                        address_id=contact.address_id,
                        created_at=home.clock.now(),
                    )
                    ids = [each.id for each in await uow.files.of_address(contact.address_id)]
                    await uow.submissions.set_part(draft.id, "Tờ khai đăng ký khai sinh", ids)
                    await uow.files.keep(ids)
                    await uow.submissions.send(draft.id, home.clock.now())
                    await uow.commit()

        await asyncio.gather(*(files_one(number) for number in range(SUBMISSIONS)))
        watching.cancel()
        grown = peak - before
        print(f"{SUBMISSIONS} submissions: the server grew by {grown} MB from {before} MB")
        assert grown < MEMORY
        assert await counted(home) == (SUBMISSIONS, SUBMISSIONS * PHOTOS, SUBMISSIONS * PHOTOS)
