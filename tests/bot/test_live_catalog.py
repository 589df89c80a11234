"""The catalog in use: an edit is taken within two seconds; a broken file only adds to the list of problems."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.intake import stop
from bot.live_catalog import LiveCatalog
from intents.problems import CatalogError
from tests.small_catalogs import HEAD_TEXT, entry, folder

MARRIAGE = entry("1.000894", "kết hôn")


def broken(head: Path) -> dict[str, Callable[[], object]]:
    field = head.parent / "catalog" / "ho_tich.yaml"
    good = field.read_bytes()
    return {
        "half-written": lambda: field.write_bytes(good[: len(good) // 2]),
        "not YAML": lambda: field.write_text("field: ho_tich\nprocedures: [\n  - {", "utf-8"),
        "empty": lambda: field.write_bytes(b""),
        "not UTF-8": lambda: field.write_bytes(good + "# Cà Mau".encode("utf-16")),
        "a duplicate code": lambda: field.write_text(good.decode() + entry(), "utf-8"),
        "an alias": lambda: field.write_text(good.decode() + "x: &a [1]\ny: *a\n", "utf-8"),
        "a deleted include": field.unlink,
        "a deleted folder": lambda: shutil.rmtree(field.parent),
        "an empty head": lambda: head.write_bytes(b""),
        "a deleted head": head.unlink,
    }


FAULTS = (
    "half-written",
    "not YAML",
    "empty",
    "not UTF-8",
    "a duplicate code",
    "an alias",
    "a deleted include",
    "a deleted folder",
    "an empty head",
    "a deleted head",
)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_last_good_catalog_stays_and_the_problems_are_listed(tmp_path: Path, fault: str) -> None:
    head = folder(tmp_path)
    live = LiveCatalog.open(head)
    before, good = live.snapshot, (tmp_path / "catalog" / "ho_tich.yaml").read_bytes()
    broken(head)[fault]()

    assert live.reload() is False
    assert live.snapshot is before
    assert live.problems
    assert all(str(problem).strip() for problem in live.problems)

    (tmp_path / "catalog").mkdir(exist_ok=True)
    folder(tmp_path)
    (tmp_path / "catalog" / "ho_tich.yaml").write_bytes(good)
    assert live.reload() is False, "the same as before is nothing new"
    assert live.problems == ()


def test_a_server_does_not_start_on_a_broken_catalog(tmp_path: Path) -> None:
    head = folder(tmp_path, entry(), entry().replace("agency: ubnd_xa", "agency: khong_co"))
    with pytest.raises(CatalogError) as refused:
        LiveCatalog.open(head)
    assert len(refused.value.problems) >= 1


def test_a_good_edit_is_a_new_snapshot_and_the_old_one_stays_whole(tmp_path: Path) -> None:
    head = folder(tmp_path)
    live = LiveCatalog.open(head)
    before = live.snapshot
    folder(tmp_path, entry(), MARRIAGE)
    assert live.reload() is True
    assert len(live.snapshot.catalog.procedures) == 2
    assert live.snapshot.catalog.version != before.catalog.version
    assert len(before.catalog.procedures) == 1, "a turn that began with the old one ends with it"


class Watched:
    """A catalog that is watched, and how often something new was taken."""

    def __init__(self, live: LiveCatalog) -> None:
        self.live, self.changes = live, 0

    def changed(self) -> None:
        self.changes += 1

    async def within(self, seconds: float, true: Callable[[], bool], what: str) -> None:
        started = asyncio.get_running_loop().time()
        while not true():
            waited = asyncio.get_running_loop().time() - started
            assert waited < seconds, f"{what}: not within {seconds} s; {self.live.problems}"
            await asyncio.sleep(0.02)

    def has(self, count: int) -> bool:
        return len(self.live.snapshot.catalog.procedures) == count


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    found = Watched(LiveCatalog.open(folder(tmp_path)))
    task = asyncio.create_task(found.live.watch(found.changed))
    await asyncio.sleep(0.3)
    yield found
    assert not task.done(), "the watcher has ended"
    await stop(task)


async def test_a_good_edit_is_taken_within_two_seconds(watched: Watched, tmp_path: Path) -> None:
    folder(tmp_path, entry(), MARRIAGE)
    await watched.within(2, lambda: watched.has(2), "edited in place")
    await watched.within(2, lambda: watched.changes == 1, "told")


async def test_an_editor_that_replaces_the_file_is_noticed(watched: Watched, tmp_path: Path) -> None:
    field = tmp_path / "catalog" / "ho_tich.yaml"
    beside = tmp_path / "catalog" / ".ho_tich.yaml.swp"
    beside.write_text("field: ho_tich\nprocedures:\n" + entry() + MARRIAGE, "utf-8")
    beside.replace(field)
    await watched.within(2, lambda: watched.has(2), "replaced")


async def test_a_fault_is_listed_within_two_seconds_and_its_repair_taken(
    watched: Watched, tmp_path: Path
) -> None:
    broken(watched.live.head)["half-written"]()
    await watched.within(2, lambda: bool(watched.live.problems), "half-written")
    assert watched.has(1)
    folder(tmp_path, entry(), MARRIAGE)
    await watched.within(2, lambda: watched.has(2), "repaired")
    assert watched.live.problems == ()


async def test_a_new_file_in_the_folder_is_taken(watched: Watched, tmp_path: Path) -> None:
    text = "field: ho_tich\nprocedures:\n" + MARRIAGE
    (tmp_path / "catalog" / "ket_hon.yaml").write_text(text, "utf-8")
    await watched.within(2, lambda: watched.has(2), "a new file")


async def test_an_include_of_another_folder_is_followed_there(watched: Watched, tmp_path: Path) -> None:
    head = HEAD_TEXT + "include: [catalog/*.yaml, them/*.yaml]\n"
    watched.live.head.write_text(head, "utf-8")
    await watched.within(2, lambda: bool(watched.live.problems), "a folder that is not there yet")
    (tmp_path / "them").mkdir()
    await asyncio.sleep(0.3)
    more = tmp_path / "them" / "a.yaml"
    more.write_text("field: ho_tich\nprocedures:\n" + MARRIAGE, "utf-8")
    await watched.within(3, lambda: watched.has(2), "the new folder")
    more.write_text("field: ho_tich\nprocedures:\n" + MARRIAGE + entry("1.000656", "khai tử"), "utf-8")
    await watched.within(2, lambda: watched.has(3), "an edit in the new folder")


async def test_a_folder_that_was_replaced_is_watched_again(watched: Watched, tmp_path: Path) -> None:
    """As a checkout or a deployment does: away with the old one, and another of the same name."""
    shutil.rmtree(tmp_path / "catalog")
    await watched.within(3, lambda: bool(watched.live.problems), "the folder is gone")
    assert watched.has(1)
    folder(tmp_path, entry(), MARRIAGE)
    await watched.within(3, lambda: watched.has(2), "it is back")
    folder(tmp_path, entry(), MARRIAGE, entry("1.000656", "khai tử"))
    await watched.within(2, lambda: watched.has(3), "an edit in the folder that came back")


async def test_a_catalog_that_is_gone_altogether_may_come_back(watched: Watched, tmp_path: Path) -> None:
    away = tmp_path.with_name(f"{tmp_path.name}-away")
    shutil.move(tmp_path, away)
    await watched.within(4, lambda: bool(watched.live.problems), "everything is gone")
    shutil.move(away, tmp_path)
    folder(tmp_path, entry(), MARRIAGE)
    await watched.within(4, lambda: watched.has(2), "it is back")


async def test_what_is_not_the_catalogs_wakes_nobody(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reloads = []
    monkeypatch.setattr(watched.live, "reload", lambda: reloads.append(1) or False)
    for number in range(20):
        (tmp_path / f"server-{number}.log").write_text("dòng", "utf-8")
        (tmp_path / "catalog" / f".ho_tich.yaml.{number}~").write_text("x", "utf-8")
    deep = tmp_path / "venv" / "lib"
    deep.mkdir(parents=True)
    (deep / "a.yaml").write_text("x: 1", "utf-8")
    await asyncio.sleep(1.5)
    assert reloads == []


async def test_an_error_nobody_thought_of_does_not_end_the_watch(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reload = watched.live.reload

    def stumbling() -> bool:
        monkeypatch.setattr(watched.live, "reload", reload)
        raise RecursionError("too deep")

    monkeypatch.setattr(watched.live, "reload", stumbling)
    folder(tmp_path, entry(), MARRIAGE)
    await watched.within(2, lambda: bool(watched.live.problems), "the error is listed")
    assert watched.has(1)
    folder(tmp_path, entry(), MARRIAGE, entry("1.000656", "khai tử"))
    await watched.within(2, lambda: watched.has(3), "the next edit is taken")
