"""The fake OA keeps to what is known of Zalo: were it kinder than Zalo, the tests on it would prove nothing."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from bot.channels.zalo_oa.signature import mac
from tests.bot.zalo_events import AN, said
from tests.fakes.zalo_oa import APP_ID, APP_SECRET, FIRST_REFRESH_TOKEN, OA_SECRET, FakeOa, signed
from tests.house import FakeClock


def client(far: FakeOa) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=far.transport(), base_url="http://zalo.test")


async def renewed(zalo: httpx.AsyncClient, refresh_token: str, secret: str = APP_SECRET) -> dict[str, Any]:
    form = {"refresh_token": refresh_token, "app_id": APP_ID, "grant_type": "refresh_token"}
    answer = await zalo.post("/v4/oa/access_token", data=form, headers={"secret_key": secret})
    assert answer.status_code == 200, "errors come with 200"
    content: dict[str, Any] = answer.json()
    return content


async def sent(zalo: httpx.AsyncClient, token: str, message: dict[str, Any]) -> int:
    content = {"recipient": {"user_id": AN}, "message": message}
    answer = await zalo.post("/v3.0/oa/message/cs", json=content, headers={"access_token": token})
    assert answer.status_code == 200
    return int(answer.json()["error"])


async def test_a_refresh_token_works_once_and_lives_as_it_says() -> None:
    clock = FakeClock()
    far = FakeOa(clock.now, open_to_all=True)
    async with client(far) as zalo:
        assert (await renewed(zalo, FIRST_REFRESH_TOKEN, "wrong"))["error"] == -14004
        pair = await renewed(zalo, FIRST_REFRESH_TOKEN)
        assert pair["expires_in"] == "90000", "a string"
        assert (await renewed(zalo, FIRST_REFRESH_TOKEN))["error"] == -14014
        assert await sent(zalo, pair["access_token"], {"text": "chào"}) == 0
        assert await sent(zalo, "guess", {"text": "chào"}) == -216
        clock.pass_(hours=25)
        assert await sent(zalo, pair["access_token"], {"text": "chào"}) == -216
    assert far.texts(AN) == ["chào"]


async def test_the_window_is_seven_days_from_what_the_citizen_did() -> None:
    clock = FakeClock()
    far = FakeOa(clock.now)
    async with client(far) as zalo:
        token = (await renewed(zalo, FIRST_REFRESH_TOKEN))["access_token"]
        far.access_tokens[token] += timedelta(days=30)
        assert await sent(zalo, token, {"text": "chào"}) == -232
        far.wrote_at[AN] = clock.now()
        clock.pass_(days=6, hours=23)
        assert await sent(zalo, token, {"text": "chào"}) == 0
        clock.pass_(hours=2)
        assert await sent(zalo, token, {"text": "chào"}) == -230


def button(**changed: Any) -> dict[str, Any]:
    return {"title": "Gặp cán bộ", "type": "oa.query.hide", "payload": "#person", **changed}


def text_with(*buttons: dict[str, Any], text: str = "Chọn") -> dict[str, Any]:
    return {"text": text, "attachment": {"type": "template", "payload": {"buttons": list(buttons)}}}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "x" * 2000}, 0),
        ({"text": "x" * 2001}, -210),
        ({"text": ""}, -210),
        ({}, -210),
        (text_with(*[button()] * 5), 0),
        (text_with(*[button()] * 6), -210),
        (text_with(button(title="x" * 101)), -210),
        (text_with(button(payload="person")), -201),
        (text_with(button(payload="#" + "x" * 1000)), -201),
        (text_with(button(type="oa.open.phone", payload={"phone_code": "113"})), -201),
        (text_with(button(type="oa.open.phone", payload={"phone_code": "842903831456"})), 0),
        (text_with(button(type="oa.open.url", payload={"url": "javascript:x"})), -201),
        (text_with(button(type="oa.dance")), -201),
    ],
)
async def test_limits(message: dict[str, Any], code: int) -> None:
    far = FakeOa(open_to_all=True)
    async with client(far) as zalo:
        token = (await renewed(zalo, FIRST_REFRESH_TOKEN))["access_token"]
        assert await sent(zalo, token, message) == code


def test_it_signs_the_very_bytes_with_a_plain_hash() -> None:
    event = said("Chào A4B", timestamp="1699003881354")
    body, headers = signed(event)
    joined = APP_ID.encode() + body + b"1699003881354" + OA_SECRET.encode()
    assert headers["X-ZEvent-Signature"] == f"mac={sha256(joined).hexdigest()}"
    assert mac(APP_ID, body, b"1699003881354", OA_SECRET) == sha256(joined).hexdigest()
