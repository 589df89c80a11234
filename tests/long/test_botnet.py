"""A hundred accounts guess the digits of a unit's dossiers for a day (reliability rule: at most 0.01 opened).

Codes are sequential, so all are known; the accounts share what they learn and never repeat a guess. The right digits
of each dossier stand at another place of the botnet's list, so what opens tells how many guesses a day counted.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import dossiers
from bot.actions.dossiers import factor_digest
from bot.actions.turn import Tools, Turn
from bot.app import Parts
from bot.conversation import acts, outcomes
from bot.conversation.state import State
from bot.texts import Texts
from storage.records import AddressKey, Dossier, Purpose
from storage.unit_of_work import UnitOfWork
from tests.house import House, dossier, house

pytestmark = pytest.mark.long

ACCOUNTS = 100
CODES = 20
A_UNITS_DAY = 300  # dossiers of a busy unit
GUESSES = 25  # of each code, were none refused
AT_ONCE = 5  # what one account may get wrong in an hour
DIGITS = 1_000_000
OPENED_A_DAY = 0.01
DAY = timedelta(hours=23)


def code_of(number: int) -> str:
    return f"H12.25-261120-{number:04}"


def guess(place: int) -> str:
    return f"{730_000 + place:06}"


def hidden_at(number: int) -> int:
    """Where on the list the right digits of this dossier stand: every one at another place."""
    return number


def guarded(number: int, parts: Parts) -> Dossier:
    code = code_of(number)
    right = factor_digest(parts.secret, code, guess(hidden_at(number)))
    return replace(dossier(code, parts), factors=(right,))


async def session(home: House, account: int, number: int, first: int) -> int | None:
    """One account at one code; the place of the guess that opened it."""
    for place in range(first, first + AT_ONCE):
        async with home.parts.database.unit_of_work() as uow:
            turn = await turn_of(home, uow, account)
            act = acts.LookUpDossier(code_of(number), factor=guess(place))
            outcome = await dossiers.look_up(act, turn)
            await uow.commit()
        if isinstance(outcome, outcomes.DossierDetailShown):
            return place
        assert isinstance(outcome, outcomes.DossierHidden)
    return None


async def turn_of(home: House, uow: UnitOfWork, account: int) -> Turn:
    """As the assistant makes it, once it has understood the digits; the consent was given."""
    parts, now = home.parts, home.clock.now()
    contact = await uow.citizens.resolve(AddressKey("phone", "phone", f"bot-{account}"), now)
    await uow.consents.give(
        citizen_id=contact.citizen_id,
        address_id=contact.address_id,
        purpose=Purpose.DOSSIER,
        wording_version="1",
        wording_hash="x",
        at=now,
    )
    return Turn(
        uow=uow,
        contact=contact,
        conversation=await uow.conversations.lock(contact.conversation_id),
        state=State(),
        snapshot=parts.live.snapshot,
        texts=Texts.load(),
        tools=Tools(parts.settings, parts.worktime, parts.secret),
        now=now,
        sequence=1,
        text="",
        matched={},
    )


async def opened(home: House) -> dict[int, int]:
    """A session an account, spread over the day; which codes opened, at which guess."""
    found: dict[int, int] = {}
    sessions = [(number, first) for first in range(0, GUESSES, AT_ONCE) for number in range(CODES)]
    assert len(sessions) == ACCOUNTS
    for account, (number, first) in enumerate(sessions):
        place = await session(home, account, number, first)
        if place is not None:
            found[number] = place
        home.clock.pass_(seconds=DAY.total_seconds() / ACCOUNTS)
    return found


@pytest.mark.timeout(900)
async def test_a_botnet_opens_next_to_nothing_in_a_day(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        async with home.parts.database.unit_of_work() as uow:
            await uow.dossiers.upsert([guarded(number, home.parts) for number in range(CODES)])
            await uow.commit()
        found = await opened(home)
        counted = max(found.values()) + 1
        assert set(found) == {number for number in range(CODES) if hidden_at(number) < counted}
        expected = A_UNITS_DAY * counted / DIGITS
        print(
            f"{counted} guesses a code and day counted: {expected:.4f} dossiers of {A_UNITS_DAY} opened a day"
        )
        assert expected <= OPENED_A_DAY
        assert counted == home.parts.settings.wrong_factors_per_code
        family = home.citizen("nguoi-nha")
        shown = await family.say(code_of(CODES - 1))
        assert "Hẹn trả" in shown[-1].text, "the bare code still tells its holder where it stands"
