"""R20 and R30 on Zalo, end to end: odd events and odd texts through the real endpoint, none fails, none is lost."""

import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from bot.simulator.zalo_events import APP_ID
from tests.bot.test_zalo_fuzz import OA_EVENT
from tests.bot.zalo_events import said
from tests.bot.zalo_house import Oa, zalo

QUESTION = "Làm khai sinh cho con cần giấy tờ gì?"


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path) as opened:
        yield opened


def odd_events(number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    @seed(2026)
    @settings(
        max_examples=number, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(OA_EVENT)
    def collect(event: dict[str, Any]) -> None:
        found.append(event)

    collect()
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [60, pytest.param(2000, marks=pytest.mark.long)])
async def test_signed_events_of_every_shape(oa: Oa, number: int) -> None:
    for event in odd_events(number):
        if event:
            answer = await oa.bring({"app_id": APP_ID, **event})
            assert answer.status_code in (200, 401), "a timestamp that is none cannot be signed"
    await oa.settle()
    counts = await oa.counts()
    assert counts["done"] > 0
    assert (counts["pending"], counts["dead"]) == (0, 0)


async def asked(oa: Oa, text: str, user: str) -> list[str]:
    await oa.bring(said(text, number=user, user=user))
    return await oa.settle(user)


async def test_decomposed_letters_get_the_same_answer(oa: Oa) -> None:
    composed = await asked(oa, unicodedata.normalize("NFC", QUESTION), "1")
    assert composed
    assert await asked(oa, unicodedata.normalize("NFD", QUESTION), "2") == composed
    spaced = "\u200b".join(QUESTION.split(" ")).replace("\u200b", "\u200b ")
    assert await asked(oa, f"\u202e{spaced}\ufeff", "3") == composed


@pytest.mark.parametrize(
    "text",
    [
        "👍👍👍",
        "\u200b\u200d",
        "a" * 4096,
        QUESTION + " " + "rất dài " * 12_500,
        "\x00\x07",
        "#",
        "/",
        "﷽" * 500,
    ],
)
async def test_odd_texts_are_answered_politely(oa: Oa, text: str) -> None:
    shown = await asked(oa, text, "9")
    assert shown
    assert all(len(each) <= 2000 for each in shown)
    assert (await oa.counts())["dead"] == 0
