"""A catalog that was read and found free of errors, kept for the next start under the digest of its files.

Reading three thousand entries from YAML and checking them takes seconds, reading what was kept a tenth of that.
The digest covers every file and this code itself, so an edit or another version reads anew. What is kept is
data (JSON, validated again), never code. Nothing depends on it: a folder that cannot be written is left alone.
"""

import hashlib
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import ValidationError

from intents import loader
from intents.catalog import Catalog
from intents.collecting import no_collecting

MOST = 4  # kept catalogs; the one used longest ago goes first
_SUFFIX = ".catalog"


@dataclass(frozen=True)
class Kept:
    """Catalogs kept in a folder of the user's own cache."""

    folder: Path

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Kept | None":
        """Where the platform keeps what can be made again; None where nobody has a home."""
        named, home = environment.get("XDG_CACHE_HOME"), environment.get("HOME")
        if named:
            return cls(Path(named) / "motcua")
        return cls(Path(home) / ".cache" / "motcua") if home else None

    def find(self, key: str) -> Catalog | None:
        path = self.folder / f"{key}{_SUFFIX}"
        try:
            text = zlib.decompress(path.read_bytes())
            with no_collecting():
                found = Catalog.model_validate_json(text)
            path.touch()
        except (OSError, zlib.error, ValidationError):
            return None
        return found

    def put(self, key: str, catalog: Catalog) -> None:
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.folder, delete=False) as half:
                half.write(zlib.compress(catalog.model_dump_json().encode(), 1))
            Path(half.name).replace(self.folder / f"{key}{_SUFFIX}")
            self._drop_old()

    def _drop_old(self) -> None:
        by_use = sorted(self.folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime)
        for path in by_use[:-MOST]:
            path.unlink(missing_ok=True)


def key(head: Path) -> tuple[str, tuple[Path, ...]]:
    """A digest of all that makes the catalog, and its files; empty where they cannot be listed or read.

    Not of their names: the same texts in the same order are the same catalog wherever they lie.
    """
    files = loader.listed(head)
    digest = hashlib.sha256(_code())
    try:
        for path in files:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    except OSError:
        return "", ()
    return (digest.hexdigest() if files else ""), files


@cache
def _code() -> bytes:
    """Of the modules that read and check: a rule that changed finds other errors."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted((*here.glob("*.py"), *(here / "checks").glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.digest()
