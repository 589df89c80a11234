"""What every part must satisfy, tested once, on the house itself."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports
from pydantic import SecretStr

import bot
import intents
import storage
from bot.config import Settings
from tests.house import ROOT

PACKAGES = tuple(Path(package.__file__ or "").parent for package in (bot, intents, storage))
LONGEST_MODULE = 420  # lines
FLAT = frozenset({"storage/records.py"})  # a flat list of records: one place to look, nothing to follow

_ROW = re.compile(
    r"^\| `MOTCUA_(?P<name>[A-Z_]+)` \| (?:`(?P<default>[^`]*)`)? ?"
    r"\| (?P<english>.+?)<br>(?P<vietnamese>.+) \|$"
)


def _documented() -> dict[str, re.Match[str]]:
    rows = (_ROW.match(line) for line in (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines())
    return {row["name"].lower(): row for row in rows if row}


def test_every_setting_is_described_and_nothing_else() -> None:
    named = set(
        re.findall(r"^\| `MOTCUA_(\w+)`", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE)
    )
    assert {name.lower() for name in named} == _documented().keys(), "a row that cannot be read"
    assert _documented().keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_described_default_is_the_real_one(name: str) -> None:
    default = Settings.model_fields[name].default
    assert not isinstance(default, SecretStr), "a secret has no default"
    assert (_documented()[name]["default"] or "") == ("" if default in (None, ()) else str(default))


def test_imports_go_one_way(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert broken == 0, capsys.readouterr().out


def _modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted(package.rglob("*.py"))]


def test_no_module_is_too_long() -> None:
    """Migrations are exempt: each is one list of what changes, and is never edited again."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in _modules()
    }
    assert {
        path: length
        for path, length in lengths.items()
        if length > LONGEST_MODULE and "/versions/" not in path and path not in FLAT
    } == {}


_FORBIDDEN = {
    "an address of a package registry": re.compile(
        r"(--(extra-)?index-url|PIP_INDEX_URL|pypi\.org/simple|files\.pythonhosted|registry\.npmjs|registry\.yarnpkg)"
    ),
    "a path of somebody's machine": re.compile(
        r"""(?:^|[\s"'`=(:])(?:/(?:home|Users)/\w+|/root/|/work/|[A-Z]:\\\\?Users)"""
    ),
    "a link to somebody else's files": re.compile(
        r"(unpkg\.com|jsdelivr|cdnjs|googleapis\.com|gstatic\.com|bootstrapcdn|//cdn\.)", re.IGNORECASE
    ),
}


def _git(*arguments: str) -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: the list of files comes from git")
    done = subprocess.run(
        ["git", arguments[0], "-z", *arguments[1:]], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [name for name in done.stdout.split("\0") if name]


def _texts_of_the_tree() -> Iterator[tuple[str, str]]:
    for name in _git("ls-files", "--cached", "--others", "--exclude-standard"):
        path = ROOT / name
        if (
            path == Path(__file__)
            or not path.is_file()
            or path.suffix in (".png", ".jpg", ".ico", ".woff2", ".xlsx")
        ):
            continue
        yield name, path.read_text("utf-8")


def test_no_file_holds_what_belongs_to_one_machine_or_to_strangers() -> None:
    found = [
        f"{name}: {what}: {hit[0].strip()}"
        for name, text in _texts_of_the_tree()
        for what, pattern in _FORBIDDEN.items()
        if (hit := pattern.search(text))
    ]
    assert found == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_what_a_package_reads_is_kept_with_it(package: Path) -> None:
    """The wheel takes what git does not ignore: an ignored file works here and nowhere else."""
    ignored = _git("ls-files", "--others", "--ignored", "--exclude-standard", "--", str(package))
    assert [name for name in ignored if "__pycache__" not in name and not name.endswith(".pyc")] == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_data_files_lie_inside_packages(package: Path) -> None:
    """`importlib.resources` finds them by their package, also in an installed wheel."""
    strays = [
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and not _has_package(path, package)
    ]
    assert strays == []


def _has_package(path: Path, top: Path) -> bool:
    return any((folder / "__init__.py").exists() for folder in path.parents if folder.is_relative_to(top))
