"""The fake OA keeps to what is known of Zalo: were it kinder than Zalo, the tests on it would prove nothing."""

import random
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from bot.channels.zalo_oa.signature import mac
from bot.simulator.zalo_events import APP_ID, APP_SECRET, OA_SECRET, signed
from bot.simulator.zalo_oa import FIRST_REFRESH_TOKEN, FakeOa
from bot.simulator.zalo_webhook import Courier, disturbed
from tests.bot.zalo_events import AN, said
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


@pytest.mark.parametrize(
    ("kind", "name", "content", "code"),
    [
        ("image", "a.jpg", b"\xff\xd8\xff" + b"0" * 1000, 0),
        ("image", "a.jpg", b"\xff\xd8\xff" + b"0" * 1_048_576, -210),
        ("image", "a.jpg", b"GIF89a", -201),
        ("gif", "a.gif", b"GIF89a", 0),
        ("file", "mau.pdf", b"%PDF-", 0),
        ("file", "mau.zip", b"PK", -201),
        ("file", "mau.pdf", b"0" * (5 * 1_048_576 + 1), -210),
    ],
)
async def test_uploads_have_limits(kind: str, name: str, content: bytes, code: int) -> None:
    far = FakeOa(open_to_all=True)
    async with client(far) as zalo:
        token = (await renewed(zalo, FIRST_REFRESH_TOKEN))["access_token"]
        assert (await upload(zalo, token, kind, name, content))["error"] == code
        assert (await upload(zalo, "guess", kind, name, content))["error"] == -216


async def upload(zalo: httpx.AsyncClient, token: str, kind: str, name: str, content: bytes) -> dict[str, Any]:
    answer = await zalo.post(
        f"/v2.0/oa/upload/{kind}", files={"file": (name, content)}, headers={"access_token": token}
    )
    told: dict[str, Any] = answer.json()
    return told


async def test_an_upload_is_good_for_a_week() -> None:
    clock = FakeClock()
    far = FakeOa(clock.now, open_to_all=True, life=30 * 86_400)
    async with client(far) as zalo:
        token = (await renewed(zalo, FIRST_REFRESH_TOKEN))["access_token"]
        image = (await upload(zalo, token, "image", "a.jpg", b"\xff\xd8\xff0"))["data"]["attachment_id"]
        file = (await upload(zalo, token, "file", "a.pdf", b"%PDF-"))["data"]["token"]
        element = {"media_type": "image", "attachment_id": image}
        payload = {"template_type": "media", "elements": [element]}
        picture = {"text": "Ảnh", "attachment": {"type": "template", "payload": payload}}
        paper = {"attachment": {"type": "file", "payload": {"token": file}}}
        assert await sent(zalo, token, picture) == await sent(zalo, token, paper) == 0
        both = {**element, "url": "https://example.vn/a.jpg"}
        assert await sent(zalo, token, {"attachment": {"payload": {**payload, "elements": [both]}}}) == -201
        clock.pass_(days=7, seconds=1)
        assert await sent(zalo, token, picture) == await sent(zalo, token, paper) == -100


async def test_the_quota_call_tells_the_window_and_a_template_passes_it() -> None:
    clock = FakeClock()
    far = FakeOa(clock.now, life=30 * 86_400, templates={"7": frozenset({"so_phieu"})})
    async with client(far) as zalo:
        headers = {"access_token": (await renewed(zalo, FIRST_REFRESH_TOKEN))["access_token"]}

        async def quota() -> dict[str, Any]:
            answer = await zalo.post("/v3.0/oa/quota/message", json={"user_id": AN}, headers=headers)
            told: dict[str, Any] = answer.json()
            return told

        async def template(number: str, **data: str) -> int:
            content = {"user_id": AN, "template_id": number, "template_data": data}
            answer = await zalo.post("/v3.0/oa/message/template", json=content, headers=headers)
            return int(answer.json()["error"])

        assert (await quota())["error"] == -232
        far.wrote(AN)
        wrote = round(clock.now().timestamp() * 1000)
        assert (await quota())["data"] == {
            "last_interaction": wrote,
            "cs_reply": {"remain": 8, "total": 8},
        }
        clock.pass_(days=8)
        assert (await quota())["data"]["cs_reply"]["remain"] == 0
        assert await sent(zalo, headers["access_token"], {"text": "chào"}) == -230
        assert await template("7", so_phieu="12") == 0
        assert await template("7") == -1121
        assert await template("8") == -109


async def test_events_are_brought_until_they_are_taken() -> None:
    answers, got, slept = [500, 200], [], []

    def take(request: httpx.Request) -> httpx.Response:
        got.append(request)
        return httpx.Response(answers.pop(0) if answers else 503)

    async def pause(seconds: float) -> None:
        slept.append(seconds)

    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as http:
        courier = Courier(http, "https://motcua.test/zalo/webhook", pause=pause)
        assert await courier.bring(said("chào"))
        assert [each.headers["num_retry"] for each in got] == ["0", "1"]
        assert got[0].content == got[1].content, "with the timestamp of the first time"
        assert slept == [30]
        assert not await courier.bring(said("chào", 2)), "then Zalo gives up"
        assert slept[1:] == [30, 300, 900, 1800, 3600]
        answers.append(200)
        assert await courier.probe() == 200
        assert got[-1].content == b"{}"
        assert "X-ZEvent-Signature" not in got[-1].headers


def test_a_bad_day_loses_no_event() -> None:
    events = [said("chào", number) for number in range(50)]
    brought = disturbed(events, random.Random(7))
    assert len(brought) > 55
    assert brought[: len(events)] != events
    assert {each["message"]["msg_id"] for each in brought} == {each["message"]["msg_id"] for each in events}
