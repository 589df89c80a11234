"""What a run found, on its way between processes and files."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

OURS = "ours"


@dataclass(frozen=True)
class Trial:
    """Times in ms for one question; `memory_mb` is what the process grew by from before the build to the last answer.

    `busy_*` is time of the processor alone: less than the time that passed where others used the machine.
    """

    engine: str
    size: str
    entries: int
    phrases: int
    build_s: float
    build_busy_s: float
    memory_mb: float
    asked: int
    per_second: float
    p50_ms: float
    p99_ms: float
    busy_p50_ms: float
    busy_p99_ms: float
    first: float
    within_three: float | None


@dataclass(frozen=True)
class Absence:
    """Why an engine has no figures at a size."""

    engine: str
    size: str
    reason: str


@dataclass(frozen=True)
class Loading:
    """Seconds, and MB that the process grew by, for a catalog folder of `entries` with all their parts.

    `busy_s`: processor time of reading, checking and indexing together; the other `..._busy_s` of each.
    """

    entries: int
    files: int
    megabytes: float
    load_s: float
    check_s: float
    problems: int
    memory_mb: float
    matcher_s: float
    matcher_mb: float
    busy_s: float
    load_busy_s: float = 0
    check_busy_s: float = 0
    matcher_busy_s: float = 0


@dataclass(frozen=True)
class Results:
    machine: str
    seconds: float
    trials: list[Trial]
    absences: list[Absence]
    loadings: list[Loading]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        raw = json.loads(path.read_text("utf-8"))
        return cls(
            raw["machine"],
            raw["seconds"],
            [Trial(**each) for each in raw["trials"]],
            [Absence(**each) for each in raw["absences"]],
            [Loading(**each) for each in raw["loadings"]],
        )

    def of(self, engine: str, size: str) -> Trial | None:
        return next((each for each in self.trials if (each.engine, each.size) == (engine, size)), None)
