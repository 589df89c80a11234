"""Logs say what happened and to nobody whom: canaries of every kind go in, and none comes out."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import logs
from bot.intake import BACKOFF
from tests.house import house

CANARIES = (
    "096123456789",  # a national ID number
    "096 123 456 789",
    "0912345678",
    "0912.345.678",
    "+84912345678",
    "H12.25-261113-0001",
    "h12.25 - 261113 - 0001",
    "000.00.01.H12-261110-0012",
    "123456789:AAF0-canary_token-of-a-telegram-bot",
)
SECRETS = ("096123456789", "096 123 456", "12345678", "345.678", "261113", "261110", "canary_token")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging is one for the whole process: leave it as it was."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_a_whole_dialog_leaves_nobodys_numbers_in_the_logs(
    sqlite_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], log_format: str
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        logs.configure(log_format, "DEBUG")
        citizen = home.citizen("096123456789")
        for canary in CANARIES:
            await citizen.say(f"số của tui là {canary} nghen")
            await citizen.send(kind="button", button=f"d:{canary}")
        await citizen.send(kind="contact", contact="0912345678")
        await _fails(home, tuple(CANARIES))
    written = capfd.readouterr().err
    assert "turn" in written
    assert "an update that fails with" in written, "the traceback is there"
    for secret in SECRETS:
        assert secret not in written, f"{secret}: {written[max(0, written.find(secret) - 200) :][:400]}"


async def _fails(home: Any, canaries: tuple[str, ...]) -> None:
    """A turn that fails on a citizen's words, up to its burial."""

    async def failing(uow: Any, arrival: Any) -> None:
        raise ValueError(f"an update that fails with {arrival.incoming.text} and {canaries}")

    turn, home.parts.assistant.turn = home.parts.assistant.turn, failing
    await home.citizen("khac").receive_only(kind="text", text=" ".join(canaries))
    for pause in (*BACKOFF, 0):
        await home.settle()
        home.clock.pass_(seconds=pause)
    home.parts.assistant.turn = turn


@pytest.mark.parametrize("canary", CANARIES)
def test_whatever_a_value_is_it_is_redacted(capfd: pytest.CaptureFixture[str], canary: str) -> None:
    logs.configure("json", "DEBUG")
    log = structlog.get_logger()
    log.info("said", text=canary)
    log.info("said", payload={"text": canary, "nested": [canary]})
    log.info("said", several=(canary,), data=canary.encode())
    log.info(f"said {canary}")
    logging.getLogger("some.library").error("could not send %s", canary)
    try:
        raise RuntimeError(canary)
    except RuntimeError:
        log.exception("failed", error=canary)
        logging.getLogger("some.library").exception("failed for %s", canary)
    written = capfd.readouterr().err
    assert written.count("\n") == 7
    for secret in SECRETS:
        assert secret not in written


def test_a_number_as_a_number_is_redacted_and_a_count_is_not(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "DEBUG")
    structlog.get_logger().info(
        "read", procedures=1700, phone=912345678, row=123456789, took=0.25, known=True
    )
    (line,) = capfd.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["procedures"], told["row"], told["took"], told["known"]) == (1700, 123456789, 0.25, True)
    assert told["phone"] == "[digits]"


BREAKS = ("\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1b[2J", "\x00", "\u202e")


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("broken", BREAKS)
def test_nobody_writes_a_line_of_their_own(
    capfd: pytest.CaptureFixture[str], broken: str, log_format: str
) -> None:
    forged = f"xin chào{broken}2026-11-23T02:00:00Z [info] officer.added username=ke.gian"
    logs.configure(log_format, "DEBUG")
    structlog.get_logger().info("said", text=forged, reason=forged, channel=forged)
    structlog.get_logger().info(forged)
    logging.getLogger("some.library").error(forged)
    logging.getLogger("some.library").error("%s", forged)
    written = capfd.readouterr().err
    assert len(written.rstrip("\n").split("\n")) == 4
    assert not any(each in written for each in BREAKS[1:] if each != "\r\n")
    if log_format == "json":
        assert [json.loads(line)["level"] for line in written.splitlines()] == [
            "info",
            "info",
            "error",
            "error",
        ]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_exception_is_one_line_with_its_place(capfd: pytest.CaptureFixture[str], log_format: str) -> None:
    logs.configure(log_format, "INFO")
    try:
        raise ValueError("line one\nline two")
    except ValueError:
        structlog.get_logger().exception("failed")
    written = capfd.readouterr().err
    assert "test_logs.py" in written
    assert "line one ⏎ line two" in written


def test_less_than_the_level_is_not_written(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "warning")
    structlog.get_logger().info("quiet")
    logging.getLogger("some.library").info("quiet")
    structlog.get_logger().warning("loud")
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "loud"


def test_ordinary_words_stay_readable() -> None:
    for text in ("trước 15 giờ thứ Ba, 24/11", "phiếu số #1042", "1.001193 và 2.000815", "đợi 600 giây"):
        assert logs.redact(text) == text
