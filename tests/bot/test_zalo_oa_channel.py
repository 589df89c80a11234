"""Zalo calls the real server on a real database: what was acknowledged is answered, once."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import assembled
from bot.channels.zalo_oa.channel import WEBHOOK
from bot.simulator.zalo_events import OA_ID, signed
from storage.errors import UnavailableError
from tests.bot.zalo_events import AN, from_anonymous, relation, said
from tests.bot.zalo_house import NOTHING, Oa, settings, zalo
from tests.house import shipped


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path) as opened:
        yield opened


async def test_a_question_is_kept_then_acknowledged_then_answered(oa: Oa) -> None:
    response = await oa.bring(said("/help"))
    assert (response.status_code, response.content) == (200, b"")
    assert await oa.counts() == {**NOTHING, "pending": 1}
    assert any("em giúp anh/chị được mấy việc này" in text for text in await oa.settle())
    titles = [button["title"] for button in oa.far.buttons(AN)]
    assert len(titles) <= 5


async def test_a_press_comes_back_as_a_text_and_is_one(oa: Oa) -> None:
    await oa.bring(said("Làm khai sinh cho con cần giấy tờ gì?"))
    await oa.settle()
    presses = [each for each in oa.far.buttons(AN) if each["type"] == "oa.query.hide"]
    assert presses
    assert all(each["payload"].startswith("#") for each in presses)
    before = len(oa.far.texts(AN))
    await oa.bring(said(presses[0]["payload"], 2))
    assert len(await oa.settle()) > before
    async with oa.parts.database.reading() as uow:
        assert (await uow.inbox.counts())["dead"] == 0


@pytest.mark.parametrize("body", [b"{}", b"", b"  ", b" { } \n"])
async def test_the_unsigned_probe_is_welcome_and_does_nothing(oa: Oa, body: bytes) -> None:
    assert (await oa.post(body)).status_code == 200
    assert await oa.counts() == NOTHING


@pytest.mark.parametrize("variant", ["oa-body", "oa-header", "app-body", "app-header"])
async def test_each_way_of_signing_is_understood_and_named_once(oa: Oa, variant: str) -> None:
    with capture_logs() as logs:
        for number in (1, 2):
            answer = await oa.bring(said("chào", number), variant=variant, header_timestamp="1699003881999")
            assert answer.status_code == 200
    assert [line["kind"] for line in logs if line["event"] == "zalo.signature"] == [variant]
    assert await oa.counts() == {**NOTHING, "pending": 2}


async def test_only_the_ways_that_are_configured_count(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_signature="oa-header-oaid") as oa:
        assert (await oa.bring(said("a", 1))).status_code == 401
        answer = await oa.bring(said("b", 2), variant="oa-header-oaid", header_timestamp="7")
        assert answer.status_code == 200


async def test_while_a_secret_is_replaced_both_work(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_oa_secret="the-new-one, oa-secret-key") as oa:
        assert (await oa.bring(said("a"))).status_code == 200


GOOD, HEADERS = signed(said("chào"))
MAC = HEADERS["X-ZEvent-Signature"]


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (GOOD, None),
        (GOOD, ""),
        (GOOD, "mac="),
        (GOOD, MAC[:-1]),
        (GOOD, MAC + "0"),
        (GOOD, "mac=" + "0" * 64),
        (GOOD, "chữ ký".encode()),
        (GOOD + b" ", MAC),
        (b'{"timestamp": "\\ud800", "event_name": "\\ud800"}', MAC),  # JSON, and yet no character
        (json.dumps(json.loads(GOOD)).encode(), MAC),  # the same content, written anew
        (GOOD.replace(b"ch\xc3\xa0o", b"cho"), MAC),
    ],
)
@pytest.mark.parametrize(("policy", "status"), [("refuse", 401), ("drop", 200)])
async def test_what_zalo_did_not_sign_has_no_effect_and_raises_an_alarm(
    sqlite_url: str, tmp_path: Path, policy: str, status: int, body: bytes, signature: str | bytes | None
) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_bad_signature=policy) as oa:
        headers = {} if signature is None else {"X-ZEvent-Signature": signature}
        with capture_logs() as logs:
            for _ in range(3):
                assert (await oa.post(body, headers)).status_code == status  # type: ignore[arg-type]
        alarms = [line["log_level"] for line in logs if line["event"] == "zalo.bad_signature"]
        assert alarms == ["error"], "one line a minute"
        assert await oa.counts() == NOTHING


async def test_an_event_of_another_app_is_not_ours(oa: Oa) -> None:
    assert (await oa.bring({**said("chào"), "app_id": "999"})).status_code == 401
    assert await oa.counts() == NOTHING


async def test_an_event_of_another_oa_of_our_app_is_left_alone(oa: Oa) -> None:
    assert (await oa.bring({**said("chào"), "recipient": {"id": "999"}})).status_code == 200
    assert await oa.counts() == NOTHING


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 200_000])
async def test_what_is_no_event_is_a_bad_request(oa: Oa, body: bytes) -> None:
    assert (await oa.post(body, HEADERS)).status_code == 400
    assert (await oa.post(b"x" * 1_100_000, HEADERS)).status_code == 413


async def test_repetitions_hours_later_have_no_effect(oa: Oa) -> None:
    for _ in range(3):
        assert (await oa.bring(said("/help"))).status_code == 200
        shown = await oa.settle()
        oa.clock.pass_(hours=3)
    assert (await oa.bring(said("/help"))).status_code == 200
    assert await oa.settle() == shown
    assert (await oa.counts())["done"] == 1


async def test_following_greets_and_unfollowing_ends(oa: Oa) -> None:
    await oa.bring(relation("follow"))
    greeted = await oa.settle()
    assert greeted
    await oa.bring(relation("unfollow", timestamp="1795399200001"))
    assert await oa.settle() == greeted
    async with oa.parts.database.reading() as uow:
        contact = await uow.citizens.find(oa.channel_key(AN))
        assert contact
        assert not contact.reachable


async def test_somebody_without_a_zalo_account_is_answered_in_plain_words(oa: Oa) -> None:
    await oa.bring(from_anonymous("text", text="Làm khai sinh cho con cần giấy tờ gì?"))
    shown = await oa.settle("anonymous:visitor-7:talk-9")
    assert shown
    assert all("attachment" not in message for message in oa.far.phones["anonymous:visitor-7:talk-9"])


async def test_without_the_database_nothing_is_acknowledged(oa: Oa, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise UnavailableError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(oa.parts.intake, "_write", away)
        answer = await oa.bring(said("/help"))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (await oa.bring(said("/help"))).status_code == 200
    assert await oa.settle()


async def test_webhooks_are_answered_while_the_workers_stand_still(oa: Oa) -> None:
    """How fast: tests/long/test_webhooks.py."""

    async def one(number: int) -> int:
        return (await oa.bring(said("chào", number, user=str(number % 50 + 1)))).status_code

    assert await asyncio.gather(*map(one, range(100))) == [200] * 100
    assert await oa.counts() == {**NOTHING, "pending": 100}


async def test_zalo_can_verify_the_domain(sqlite_url: str, tmp_path: Path) -> None:
    async with zalo(sqlite_url, tmp_path, zalo_verifier="Ab-1_2") as oa:
        page = await oa.client.get("/zalo_verifierAb-1_2.html")
        assert '<meta name="zalo-platform-site-verification" content="Ab-1_2">' in page.text
        assert (await oa.client.get("/zalo_verifierXY.html")).status_code == 404
        assert (await oa.client.get(WEBHOOK)).status_code == 405


@pytest.mark.parametrize("missing", ["zalo_app_id", "zalo_app_secret", "zalo_oa_secret"])
async def test_it_does_not_start_without_a_secret(sqlite_url: str, tmp_path: Path, missing: str) -> None:
    wanted = settings(sqlite_url, tmp_path, **{missing: "" if missing.endswith("secret") else None})
    with pytest.raises(ValueError, match=f"MOTCUA_{missing.upper()}"):
        async with zalo(sqlite_url, tmp_path, **{missing: getattr(wanted, missing)}):
            pass
    with pytest.raises(ValueError, match="MOTCUA_ZALO_VERIFIER"):
        async with zalo(sqlite_url, tmp_path, zalo_verifier="<script>"):
            pass


async def test_the_account_is_the_oa(oa: Oa) -> None:
    assert (oa.channel.name, oa.channel.account) == ("zalo_oa", OA_ID)


async def test_settings_alone_open_both_zalo_channels(sqlite_url: str, tmp_path: Path) -> None:
    wanted = settings(sqlite_url, tmp_path, zalo_bot_token="1459232241454765289:abc")
    async with assembled(wanted, server=True, live=shipped()) as parts:
        assert {"zalo_oa", "zalo_bot"} < parts.channels.keys()
    async with assembled(settings(sqlite_url, tmp_path, zalo_oa_id=None), live=shipped()) as parts:
        assert not {"zalo_oa", "zalo_bot"} & parts.channels.keys()
