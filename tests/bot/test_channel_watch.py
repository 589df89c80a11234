"""What ails a channel is told to those who can mend it, hours before citizens notice; the doctor asks for more."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channel_watch import in_words
from bot.messages import Reply
from bot.simulator.zalo_oa import Fault
from bot.texts import Texts
from storage.records import Role
from tests.bot.zalo_events import said
from tests.bot.zalo_house import Oa, zalo

TEXTS = Texts.load()
BOSS = "77"


@pytest.fixture
async def oa(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Oa]:
    async with zalo(sqlite_url, tmp_path, public_url="https://motcua.test") as opened:
        yield opened


async def admin_with_a_phone(oa: Oa) -> None:
    """On this OA, for want of another channel in this house."""
    now, digest = oa.clock.now(), hashlib.sha256(b"code").hexdigest()
    async with oa.parts.database.unit_of_work() as uow:
        boss = await uow.officers.add("quantri", "Quản Trị", Role.ADMIN, (), ("vi",), now)
        contact = await uow.citizens.resolve(oa.channel_key(BOSS), now)
        await uow.officer_links.offer(boss.id, digest, now + timedelta(minutes=5))
        assert await uow.officer_links.use(digest, contact.address_id, now)
        await uow.commit()


async def trouble(oa: Oa) -> set[str]:
    return {each.key for each in await oa.channel.examine(deep=False) if not each.good}


async def test_a_dying_token_is_told_hours_before_its_end(oa: Oa) -> None:
    await admin_with_a_phone(oa)
    await oa.channel.send(oa.channel_key("1"), Reply("chào"))
    assert await trouble(oa) == set()
    assert await oa.parts.jobs.step() == 0
    oa.clock.pass_(hours=21, minutes=30)
    oa.far.oauth_faults = [Fault("status", 500)] * 50
    assert await trouble(oa) == {"token_dying"}
    with capture_logs() as logs:
        await oa.parts.jobs.step()
        oa.clock.pass_(minutes=6)
        await oa.parts.jobs.step()
    told = [each for each in logs if each["event"] == "channel.trouble"]
    assert [(each["channel"], each["kind"]) for each in told] == [("zalo_oa", "token_dying")], "once"
    await oa.settle()
    (message,) = oa.far.texts(BOSS)
    assert "token hết hạn" in message
    health = (await oa.client.get("/healthz")).json()
    assert health["channel_problems"] == {"zalo_oa": ["token_dying"]}


async def test_a_refused_refresh_token_is_told_with_what_to_do(oa: Oa) -> None:
    oa.far.refresh_token = "another"
    with pytest.raises(Exception, match="refuses"):
        await oa.channel.send(oa.channel_key("1"), Reply("chào"))
    assert await trouble(oa) == {"token_refused"}


async def test_a_wrong_secret_is_told_for_an_hour(oa: Oa) -> None:
    body = b'{"event_name":"user_send_text","app_id":"1","timestamp":"1"}'
    await oa.post(body, {"X-ZEvent-Signature": "mac=00"})
    assert await trouble(oa) == {"signature_wrong"}
    oa.clock.pass_(hours=1, minutes=1)
    assert await trouble(oa) == set()


async def test_the_doctor_asks_zalo(oa: Oa) -> None:
    await oa.bring(said("chào em"))
    await oa.settle()
    findings = await oa.channel.examine(deep=True)
    said_ = {each.key: in_words(TEXTS, "zalo_oa", each) for each in findings}
    assert all(each.good for each in findings)
    assert said_.keys() == {"token_until", "webhook", "signature", "answers", "last_event", "window"}
    assert "Một Cửa thử" in said_["answers"]
    assert "oa-body" in said_["signature"]
    assert "https://motcua.test/zalo/webhook" in said_["webhook"]


async def test_every_trouble_says_what_to_do(oa: Oa) -> None:
    for key in (
        "token_dying",
        "token_refused",
        "token_missing",
        "webhook_address",
        "signature_wrong",
        "no_answer",
    ):
        assert "→" in TEXTS.entries[f"channel.{key}"]
