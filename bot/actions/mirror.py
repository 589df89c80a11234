"""The mirror of the one-stop system, and what its followers are told: one transaction, whoever brings the change.

A command's import, the registry's reader, its webhook and an officer's press all come through here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conversation.dossier_news import PERSONAL, News, news
from storage.notices import NewNotice
from storage.records import Dossier, Follower, FollowOrigin, NoticeStatus
from storage.unit_of_work import UnitOfWork


async def keep(uow: UnitOfWork, dossiers: Sequence[Dossier], now: datetime, *, told: bool = False) -> int:
    """Keep each as it is now, and note what its followers are to hear. How many codes were written.

    `told`: somebody tells it in words of their own, so it is not said again.
    """
    latest = {each.code: each for each in dossiers}
    followers = await uow.follows.followers(list(latest))
    if followers:
        before = {each.code: each for each in await uow.dossiers.those(list(followers))}
        wanted = [
            notice
            for code, who in followers.items()
            for kind, occasion in news(before.get(code), latest[code], now)
            for notice in addressed(kind, occasion, who)
        ]
        await uow.notices.add(wanted, now, status=NoticeStatus.SAID if told else NoticeStatus.PENDING)
    return await uow.dossiers.upsert(list(latest.values()))


def addressed(kind: News, occasion: str, followers: Iterable[Follower]) -> list[NewNotice]:
    """A letter and a rating go to a person once, however many of their chats follow it; never to a helper."""
    if kind not in PERSONAL:
        return [NewNotice(each.dossier_code, each.address_id, kind, occasion) for each in followers]
    own = [each for each in followers if each.origin is not FollowOrigin.HELPED]
    first = {each.citizen_id: each for each in reversed(own)}
    return [NewNotice(each.dossier_code, each.address_id, kind, occasion) for each in first.values()]


async def change(uow: UnitOfWork, code: str, now: datetime, *, told: bool = False, **facts: Any) -> None:
    """What an officer here knows of a dossier: stands until the one-stop system says otherwise."""
    known = await uow.dossiers.get(code)
    if known is not None:
        await keep(uow, [replace(known, updated_at=now, **facts)], now, told=told)
