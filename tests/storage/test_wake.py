"""Wake-ups: after the commit, never before; and on PostgreSQL in the other processes too."""

import asyncio

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.wake import Wake


async def commit_with(database: Database, *topics: str) -> None:
    async with database.unit_of_work() as uow:
        for topic in topics:
            uow.notify(topic)
        await uow.commit()


async def test_who_subscribed_before_looking_misses_nothing() -> None:
    wake = Wake()
    async with wake.subscribe("inbox", "outbox") as subscription:
        wake.notify("inbox")
        wake.notify("outbox")
        wake.notify("inbox")
        wake.notify("something else")

        assert await subscription.get(0.1) == "inbox"
        assert await subscription.get(0.1) == "outbox"
        assert await subscription.get(0.01) is None


async def test_waiting_ends_with_the_news_or_with_the_time() -> None:
    wake = Wake()
    waiting = asyncio.create_task(wake.wait("inbox", 5))
    await asyncio.sleep(0)
    wake.notify("inbox")

    assert await waiting
    assert not await wake.wait("inbox", 0.01)


async def test_everybody_who_waits_is_woken_once_the_turn_is_committed(database: Database) -> None:
    async with database.wake.subscribe("inbox") as one, database.wake.subscribe("inbox") as two:
        async with database.unit_of_work() as uow:
            uow.notify("inbox")
            assert await one.get(0.05) is None
            await uow.commit()

        assert await one.get(1) == "inbox"
        assert await two.get(1) == "inbox"


async def test_what_is_rolled_back_wakes_nobody(database: Database) -> None:
    async with database.wake.subscribe("inbox") as subscription:
        async with database.unit_of_work() as uow:
            uow.notify("inbox")
        assert await subscription.get(0.1) is None


async def test_another_process_on_postgres_is_woken_and_hears_each_commit_once(postgres_url: str) -> None:
    here, there = await Database.open(postgres_url), await Database.open(postgres_url)
    async with there.wake.subscribe("inbox") as far, here.wake.subscribe("inbox") as near:
        await commit_with(here, "inbox")

        assert await far.get(5) == "inbox"
        assert await near.get(1) == "inbox"
        assert await near.get(0.2) is None
    await here.close()
    await there.close()


@pytest.mark.parametrize("topic", ["tickets:one-stop", "conversation:17", "tin nhắn"])
async def test_a_topic_arrives_as_it_was_named(postgres_url: str, topic: str) -> None:
    here, there = await Database.open(postgres_url), await Database.open(postgres_url)
    async with there.wake.subscribe(topic) as far:
        await commit_with(here, topic)
        assert await far.get(5) == topic
    await here.close()
    await there.close()


async def test_after_an_outage_the_listener_returns_and_has_everybody_look(postgres_url: str) -> None:
    here, there = await Database.open(postgres_url), await Database.open(postgres_url)
    async with there.wake.subscribe("inbox") as far:
        async with here._writer.connect() as connection:
            listening = "query LIKE 'LISTEN%' AND datname = current_database()"
            await connection.execute(
                text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listening}")
            )
        assert await far.get(5) == "inbox"

        await commit_with(here, "inbox")
        assert await far.get(5) == "inbox"
    await here.close()
    await there.close()
