"""One thing wrong with a catalog: where, what, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # refuses the start and the reload
    WARNING = "warning"


_SAID = {Severity.ERROR: "lỗi", Severity.WARNING: "cảnh báo"}


@dataclass(frozen=True, order=True)
class Problem:
    """`line` counts from 1; 0 where the whole file is meant."""

    file: str
    line: int
    rule: str
    what: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {_SAID[self.severity]}: {self.what} → {self.remedy} [{self.rule}]"


class CatalogError(Exception):
    """A catalog that cannot be used; carries every problem found, not the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
