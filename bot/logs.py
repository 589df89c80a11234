"""Structured logs without personal data: what is not on the list of plain keys is redacted. One event, one line."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# What we write ourselves from closed lists. Not `event`: a library's message holds whatever it was given.
PLAIN_KEYS = frozenset(
    {
        "level",
        "timestamp",
        "channel",
        "act",
        "outcome",
        "row",
        "attempts",
        "kind",
        "reason",
        "version",
        "port",
    }
)
# A national ID number, a phone number, a dossier code, a bot token: none may reach a log, however it was typed.
_PERSONAL = re.compile(
    r"(?P<token>\d{6,}:[A-Za-z0-9_-]{20,})"
    r"|(?P<dossier>(?:\d{3}\s?\.\s?\d{2}\s?\.\s?\d{2}\s?\.\s?)?[A-Z]\d{2}(?:\s?\.\s?\d{1,3}){0,3}"
    r"\s?[-–—]\s?\d{6}\s?[-–—]\s?\d{4,6})"
    r"|(?P<digits>(?<!\d)\+?\d(?:[ .-]?\d){7,}(?!\d))",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def redact(value: str) -> str:
    """Replace what could name somebody by what it was: `[digits]`, `[dossier]`, `[token]`."""
    return _on_one_line(_PERSONAL.sub(lambda found: f"[{found.lastgroup}]", value))


def _on_one_line(value: str) -> str:
    return _CONTROL.sub("", _BREAKS.sub(" ⏎ ", value))


def _redacting(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if value is None or isinstance(value, bool | float):
            continue
        if key in PLAIN_KEYS:
            event[key] = _on_one_line(value) if isinstance(value, str) else value
        elif not isinstance(value, int) or abs(value) > 9_999_999:  # a count is no phone number
            event[key] = redact(value if isinstance(value, str) else repr(value))
    return event


def configure(log_format: str = "console", level: str = "INFO") -> None:
    """Set logs up once for a process, its libraries included."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redacting,
    ]
    plain = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if log_format == "json" else plain
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=renderer))
    logging.basicConfig(
        handlers=[handler],
        level=max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]),
        force=True,
    )
