"""The mirror of the one-stop system, and what its followers are told: one transaction, whoever brings the change.

A command's import, the registry's reader, its webhook and an officer's press all come through here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.actions.lacking import SETTLED, sent_to_source
from bot.conversation.dossier_news import PERSONAL, SUPPLEMENT, News, news
from storage.notices import NewNotice
from storage.records import (
    Dossier,
    Follower,
    FollowOrigin,
    NoticeStatus,
    Submission,
    SubmissionStatus,
)
from storage.unit_of_work import UnitOfWork


async def keep(uow: UnitOfWork, dossiers: Sequence[Dossier], now: datetime, *, told: bool = False) -> int:
    """Keep each as it is now, and note what its followers are to hear. How many codes were written.

    `told`: somebody tells it in words of their own, so it is not said again.
    """
    latest = {each.code: each for each in dossiers}
    followers = await uow.follows.followers(list(latest))
    filed = await uow.submissions.of_dossiers(list(latest))
    told_before = {*followers, *(each.dossier_code or "" for each in filed)}
    before = {each.code: each for each in await uow.dossiers.those(list(told_before))} if told_before else {}
    for each in sorted(filed, key=lambda one: one.id):
        was, now_is = before.get(each.dossier_code or ""), latest[each.dossier_code or ""]
        if was and was.stage == SUPPLEMENT and now_is.stage != SUPPLEMENT:
            await _settled(uow, each, now)
    if followers:
        wanted = [
            notice
            for code, who in followers.items()
            for kind, occasion in news(before.get(code), latest[code], now)
            for notice in addressed(kind, occasion, who)
        ]
        await uow.notices.add(wanted, now, status=NoticeStatus.SAID if told else NoticeStatus.PENDING)
    return await uow.dossiers.upsert(list(latest.values()))


async def _settled(uow: UnitOfWork, submission: Submission, now: datetime) -> None:
    """Nothing lacks any more, sent here or brought there: nobody is asked for it, and the next asking is a new one."""
    submission = await uow.submissions.lock(submission.id)
    if submission.status is SubmissionStatus.SUPPLEMENT:
        back = SubmissionStatus.ACCEPTED
        await uow.submissions.move(submission.id, (submission.status,), back, paused_at=None)
    elif not await sent_to_source(uow, submission):
        return
    await uow.submissions.note(submission.id, now, SETTLED)


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
