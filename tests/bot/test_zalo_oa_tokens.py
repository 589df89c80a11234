"""The OA's tokens: renewed in time, by one, kept before used; and what happens when that cannot be."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.client import Pair
from bot.messages import Reply
from bot.ports import TryLaterError
from bot.simulator.zalo_events import OA_ID
from bot.simulator.zalo_oa import LIFE, FakeOa, Fault
from storage.credentials import Credentials
from storage.database import Database
from storage.errors import UnavailableError
from storage.records import AddressKey, Credential
from tests.bot.zalo_events import AN, AT, event, relation
from tests.bot.zalo_house import settings, zalo
from tests.house import FakeClock

KEY = AddressKey("zalo_oa", OA_ID, AN)


@dataclass
class Processes:
    """Several processes of one service: each with its own connection, the same database, the same OA."""

    url: str
    folder: Path
    opened: contextlib.AsyncExitStack
    clock: FakeClock = field(default_factory=FakeClock)
    far: FakeOa = field(default_factory=FakeOa)

    async def another(
        self, transport: httpx.AsyncBaseTransport | None = None, **chosen: Any
    ) -> ZaloOaChannel:
        database = await Database.open(self.url)
        self.opened.push_async_callback(database.close)
        wanted = settings(self.url, self.folder, **chosen)
        channel = ZaloOaChannel.of(wanted, database, self.clock, transport or self.far.transport())
        self.opened.push_async_callback(channel.close)
        return channel

    async def stored(self) -> Credential:
        database = await Database.open(self.url)
        async with database.reading() as uow:
            found = await uow.credentials.get("zalo_oa", OA_ID)
        await database.close()
        assert found
        return found


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Processes]:
    async with contextlib.AsyncExitStack() as opened:
        processes = Processes(database_url, tmp_path, opened)
        processes.far = FakeOa(processes.clock.now, open_to_all=True)
        yield processes


async def say(channel: ZaloOaChannel, text: str = "chào") -> None:
    await channel.send(KEY, Reply(text))


async def test_the_first_message_renews_what_was_given_and_a_restart_does_not(service: Processes) -> None:
    await say(await service.another())
    assert (service.far.renewals, service.far.reused) == (1, 0)
    for _ in range(2):
        await say(await service.another())
    assert (service.far.renewals, service.far.reused) == (1, 0)
    assert (await service.stored()).refresh_token == "refresh-1"


async def test_a_new_pair_is_on_disk_before_it_is_used(service: Processes) -> None:
    class Watching(httpx.AsyncBaseTransport):
        used: list[tuple[str, str | None]]

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if "message" in request.url.path:
                self.used.append((request.headers["access_token"], (await service.stored()).access_token))
            return await service.far.transport().handle_async_request(request)

    watching = Watching()
    watching.used = []
    channel = await service.another(watching)
    await say(channel)
    service.far.expire()
    await say(channel)
    assert watching.used == [
        ("access-1", "access-1"),
        ("access-1", "access-1"),  # Zalo had forgotten it
        ("access-2", "access-2"),
    ]


async def test_twenty_messages_and_three_processes_at_an_expiry_renew_once(service: Processes) -> None:
    channels = [await service.another() for _ in range(3)]
    for expiry in range(1, 4):
        await asyncio.gather(*(say(channel) for channel in channels for _ in range(20)))
        assert (service.far.renewals, service.far.reused) == (expiry, 0)
        service.far.expire()
    assert len(service.far.texts(AN)) == 180


async def test_it_is_renewed_before_its_end_and_not_before_its_time(service: Processes) -> None:
    channel = await service.another()
    await say(channel)
    for hours, renewals in ((19, 1), (2, 2), (1, 2), (20, 3)):
        service.clock.pass_(hours=hours)
        await channel._tokens.check()
        assert service.far.renewals == renewals
    service.clock.pass_(seconds=LIFE - 30)  # nobody was awake to renew: half a minute is no time to start
    await say(channel)
    assert service.far.renewals == 4


async def test_hours_before_its_end_there_is_an_alarm(service: Processes) -> None:
    channel = await service.another()
    await say(channel)
    service.clock.pass_(hours=20)
    service.far.oauth_faults = [Fault("status", 502)] * 3
    with capture_logs() as logs:
        with pytest.raises(TryLaterError):
            await channel._tokens.check()
        service.clock.pass_(hours=2)
        with pytest.raises(TryLaterError):
            await channel._tokens.check()
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["zalo.token_dying"]
    await say(channel)  # the old one still works
    assert service.far.renewals == 1
    with pytest.raises(TryLaterError):
        await channel._tokens.check()
    await channel._tokens.check()
    assert (service.far.renewals, service.far.reused) == (2, 0)


@pytest.mark.parametrize(
    "fault", [Fault("status", 500), Fault("malformed"), Fault("reset"), Fault("code", 0)]
)
async def test_an_oauth_server_in_trouble_costs_no_token(service: Processes, fault: Fault) -> None:
    channel = await service.another()
    service.far.oauth_faults = [fault]
    with pytest.raises(TryLaterError):
        await say(channel)
    await say(channel)
    assert (service.far.renewals, service.far.reused) == (1, 0)


async def test_all_who_wait_for_a_renewal_that_fails_give_up_together(
    service: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await service.another()
    everybody, waiting, renew, ask = asyncio.Event(), 0, channel._tokens._renew, channel._client.renew

    async def counted(seen: Credential) -> str:
        nonlocal waiting
        waiting += 1
        if waiting == 20:
            everybody.set()
        return await renew(seen)

    async def once_all_wait(*given: Any) -> Pair:
        await everybody.wait()
        return await ask(*given)

    monkeypatch.setattr(channel._tokens, "_renew", counted)
    monkeypatch.setattr(channel._client, "renew", once_all_wait)
    service.far.oauth_faults = [Fault("status", 500)] * 40
    results = await asyncio.gather(*(say(channel) for _ in range(20)), return_exceptions=True)
    assert all(isinstance(result, TryLaterError) for result in results)
    assert len(service.far.oauth_faults) == 39, "one asked for all"


async def test_a_refused_refresh_token_is_a_named_problem_until_a_person_gives_another(
    service: Processes,
) -> None:
    service.far.refresh_token = "used up elsewhere"
    channel = await service.another()
    with capture_logs() as logs:
        for _ in range(5):
            with pytest.raises(TryLaterError) as later:
                await say(channel)
    assert [line["code"] for line in logs if line["event"] == "zalo.refresh_refused"] == [-14014], (
        "asked once"
    )
    assert later.value.wait
    assert (await service.stored()).problem == "refused -14014"
    service.far.refresh_token = "after-a-new-consent"
    mended = await service.another(zalo_refresh_token="after-a-new-consent")
    await say(mended)
    await say(await service.another())  # a process that still has last month's setting
    assert (await service.stored()).problem is None
    assert service.far.renewals == 1


async def test_a_wrong_app_secret_is_mended_without_a_new_consent(service: Processes) -> None:
    with pytest.raises(TryLaterError):
        await say(await service.another(zalo_app_secret="wrong"))
    assert (await service.stored()).problem == "refused -14004"
    if service.url.startswith("sqlite"):  # there the pause is over by our clock, elsewhere by the database's
        service.clock.pass_(minutes=6)
        await say(await service.another())
        assert (service.far.renewals, service.far.reused) == (1, 0)


async def test_a_pair_the_database_could_not_take_at_once_is_not_lost(
    service: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, keep, outage = await service.another(), Credentials.keep, 3

    async def shaky(self: Credentials, *args: Any, **more: Any) -> bool:
        nonlocal outage
        outage -= 1
        if outage >= 0:
            raise UnavailableError("no space")
        return await keep(self, *args, **more)

    monkeypatch.setattr(Credentials, "keep", shaky)
    await say(channel)
    assert (service.far.renewals, service.far.reused) == (1, 0)
    assert (await service.stored()).refresh_token == "refresh-1"


async def test_who_is_stopped_while_renewing_keeps_the_pair(service: Processes) -> None:
    channel = await service.another()
    service.far.oauth_faults = [Fault("delay", 0.3)]
    sending = asyncio.create_task(say(channel))
    async with asyncio.timeout(60):
        while True:
            if not service.far.oauth_faults:  # Zalo is at it
                break
            await asyncio.sleep(0.01)
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    await channel.close()
    assert (await service.stored()).refresh_token == "refresh-1"
    await say(await service.another())
    assert (service.far.renewals, service.far.reused) == (1, 0)


async def test_a_new_token_that_is_refused_at_once_is_not_renewed_again_and_again(service: Processes) -> None:
    channel = await service.another()
    service.far.faults_of[AN] = [Fault("code", -216)] * 50
    for _ in range(10):
        with contextlib.suppress(TryLaterError):
            await say(channel)
    assert service.far.renewals <= 2
    service.far.faults_of[AN] = []
    await say(channel)


async def test_without_any_token_it_says_so(service: Processes) -> None:
    channel = await service.another(zalo_refresh_token=None)
    with capture_logs() as logs, pytest.raises(TryLaterError, match="MOTCUA_ZALO_REFRESH_TOKEN"):
        await say(channel)
    assert [line["event"] for line in logs] == ["zalo.no_token"]


async def test_an_oa_that_revokes_its_consent_is_not_asked_again(database_url: str, tmp_path: Path) -> None:
    async with zalo(database_url, tmp_path) as oa:
        await oa.channel.send(KEY, Reply("chào"))
        revoked = {**event("permission_revoked"), "oa_id": OA_ID}
        assert (await oa.bring({**revoked, "timestamp": str(int(AT) - 60_000)})).status_code == 200
        await oa.channel.send(KEY, Reply("an older revocation is over"))
        assert (await oa.bring({**revoked, "timestamp": str(int(AT) + 60_000)})).status_code == 200
        with pytest.raises(TryLaterError, match="revoked"):
            await oa.channel.send(KEY, Reply("chào"))
        await oa.bring(relation("follow"))  # what comes in is kept all the same
        assert oa.far.renewals == 1
        oa.clock.pass_(hours=1)
        with pytest.raises(TryLaterError, match="revoked"):
            await oa.channel.send(KEY, Reply("chào"))


async def test_the_loop_goes_on_whatever_happens(service: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.tokens.CHECK_SECONDS", 0.01)
    channel = await service.another()
    service.far.oauth_faults = [Fault("status", 500), Fault("reset")]
    async with asyncio.timeout(60):
        task = asyncio.create_task(channel.poll(None))  # type: ignore[arg-type]
        while True:
            if service.far.renewals:
                break
            await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await channel.close()
    assert service.far.renewals == 1
    assert (await service.stored()).access_expires_at == service.clock.now() + timedelta(seconds=LIFE)
