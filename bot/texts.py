"""Every sentence a citizen or an officer reads, by key. Vietnamese first, English beside it.

`bot/locales/<language>/<area>.yaml` holds nested mappings; a key is `area.part.part`. Placeholders are `{name}`:
what is put in is never read as a template again. Texts write the citizen as "anh/chị"; somebody who calls
themselves "bác", "cô", "chú" or "dì" is called that.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Self
from zoneinfo import ZoneInfo

import yaml

DEFAULT_LANGUAGE = "vi"
LANGUAGES = ("vi", "en")
DEFAULT_PRONOUN = "anh/chị"
PRONOUNS = frozenset({"anh", "chị", "bác", "cô", "chú", "dì"})


class MissingTextError(KeyError):
    """A key that no locale file has: a mistake of the program, found by the tests."""


class Texts:
    def __init__(self, language: str, entries: Mapping[str, str], pronoun: str = DEFAULT_PRONOUN) -> None:
        self.language = language
        self.entries = entries
        self.pronoun = pronoun

    @classmethod
    def load(cls, language: str = DEFAULT_LANGUAGE) -> Self:
        return cls(language, _entries(language if language in LANGUAGES else DEFAULT_LANGUAGE))

    def addressing(self, pronoun: str | None) -> "Texts":
        """The same texts for somebody who is called `pronoun`."""
        return Texts(self.language, self.entries, pronoun) if pronoun in PRONOUNS and pronoun else self

    def __call__(self, key: str, **facts: object) -> str:
        template = self.entries.get(key)
        if template is None:
            raise MissingTextError(key)
        return self.address(template).format_map({name: str(value) for name, value in facts.items()})

    def has(self, key: str) -> bool:
        return key in self.entries

    def address(self, template: str) -> str:
        """Any text that writes the citizen as "anh/chị", in the words for this one."""
        if self.pronoun == DEFAULT_PRONOUN:
            return template
        return template.replace("Anh/chị", self.pronoun.capitalize()).replace("anh/chị", self.pronoun)


@cache
def _entries(language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    folder = files("bot") / "locales" / language
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            content = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}
            found.update(_flat(content, file.name.removesuffix(".yaml")))
    return found


def _flat(content: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        name = f"{prefix}.{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        else:
            yield name, str(value).rstrip("\n")


VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def moment(at: datetime, texts: Texts) -> str:
    """A point in time as people say it, in Vietnam's time: `15 giờ thứ Ba, 24/11`."""
    local = at.astimezone(VIETNAM)
    clock = texts("time.hour", hour=local.hour) if local.minute == 0 else f"{local:%H:%M}"
    return texts(
        "time.moment", clock=clock, weekday=texts(f"time.weekday.d{local.weekday()}"), date=f"{local:%d/%m}"
    )


def day(at: datetime) -> str:
    """`24/11/2026`, read in Vietnam's time."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y}"


def money(amount: int) -> str:
    """Whole dong with dots between thousands: `1.250.000`."""
    return f"{amount:,}".replace(",", ".")
