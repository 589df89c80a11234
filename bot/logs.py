"""Structured logs without personal data: what is not on the list of plain keys is redacted."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PLAIN_KEYS = frozenset(
    {
        "event",
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
# A national ID number, a phone number, a dossier code, a bot token: none may reach a log.
_PERSONAL = re.compile(
    r"(?P<token>\d{6,}:[A-Za-z0-9_-]{20,})"
    r"|(?P<dossier>(?:\d{3}\.){3}[A-Z]\d{2}-\d{6}-\d{4,6}|[A-Z]\d{2}(?:\.\d{1,3}){0,3}-\d{6}-\d{4,6})"
    r"|(?P<digits>(?<!\d)(?:\+?84|0)?\d{8,12}(?!\d))",
    re.IGNORECASE,
)


def redact(value: str) -> str:
    """Replace what could name somebody by what it was: `[digits]`, `[dossier]`, `[token]`."""
    return _PERSONAL.sub(lambda found: f"[{found.lastgroup}]", value).replace("\r", " ").replace("\n", " ⏎ ")


def _redacting(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key not in PLAIN_KEYS and isinstance(value, str):
            event[key] = redact(value)
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
    plain = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
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
