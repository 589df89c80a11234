"""A catalog without errors is kept for the next start; whatever changes, the files are read again."""

from datetime import date
from pathlib import Path

import pytest

from intents import checks, kept, loader
from intents.catalog import Catalog
from intents.checks import load_checked
from intents.problems import CatalogError
from tests.small_catalogs import entry, folder

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "motcua"


def _only_kept(head: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    with monkeypatch.context() as patched:
        patched.setattr(checks, "read", lambda _: pytest.fail("the files were read and checked again"))
        return load_checked(head, TODAY)[0]


def test_the_shipped_catalog_is_the_same_when_it_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    read, files = load_checked(loader.SHIPPED[-1], TODAY)
    assert _only_kept(loader.SHIPPED[-1], monkeypatch) == read == loader.load(loader.SHIPPED[-1])
    assert load_checked(loader.SHIPPED[-1], TODAY)[1] == files


def test_an_edit_a_new_file_and_another_head_are_read(tmp_path: Path) -> None:
    head = folder(tmp_path / "c")
    versions = [load_checked(head, TODAY)[0].version]
    file = head.parent / "catalog" / "ho_tich.yaml"
    file.write_text(file.read_text("utf-8").replace("Tờ khai", "Đơn"), encoding="utf-8")
    versions.append(load_checked(head, TODAY)[0].version)
    text = "field: ho_tich\nprocedures:\n" + entry("1.000656", "khai tử")
    (head.parent / "catalog" / "khac.yaml").write_text(text, encoding="utf-8")
    versions.append(load_checked(head, TODAY)[0].version)
    head.write_text(head.read_text("utf-8").replace("0290 1022", "0290 1023"), encoding="utf-8")
    versions.append(load_checked(head, TODAY)[0].version)
    assert len(set(versions)) == 4


def test_errors_are_told_every_time(tmp_path: Path, cache: Path) -> None:
    head = folder(tmp_path / "c", entry(more="    replaced_by: [khong_co]\n"))
    for _ in range(2):
        with pytest.raises(CatalogError):
            load_checked(head, TODAY)
    assert not cache.exists()


def test_what_is_damaged_is_read_again_and_mended(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = folder(tmp_path / "c")
    wanted = load_checked(head, TODAY)[0]
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"no" + whole):
        file.write_bytes(damaged)
        assert load_checked(head, TODAY)[0] == wanted
        assert _only_kept(head, monkeypatch) == wanted


def test_only_a_few_are_kept_those_used_last(tmp_path: Path, cache: Path) -> None:
    for number in range(kept.MOST + 3):
        load_checked(folder(tmp_path / str(number), entry(name=f"giấy số {number}")), TODAY)
    assert len(list(cache.iterdir())) == kept.MOST


def test_a_home_that_cannot_be_written_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    assert load_checked(folder(tmp_path / "c"), TODAY)[0].procedures
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    assert load_checked(folder(tmp_path / "c"), TODAY)[0].procedures
    assert kept.Kept.of({}) is None
