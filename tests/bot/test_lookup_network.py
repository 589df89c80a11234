"""Look-ups from ever new web chats of one network: known by where they come from (reliability rule on enumeration)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.actions import dossiers
from bot.conversation import acts, outcomes
from bot.pages.limits import surroundings
from tests.house import House, house
from tests.long.test_botnet import code_of, guarded, guess, turn_of

NETWORK, ELSEWHERE = "203.0.113.0/24", "198.51.100.0/24"


async def asked(home: House, account: int, ip: str | None, act: acts.LookUpDossier) -> outcomes.Outcome:
    async with home.parts.database.unit_of_work() as uow:
        outcome = await dossiers.look_up(act, replace(await turn_of(home, uow, account), ip=ip))
        await uow.commit()
    return outcome


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path, codes_per_network=6, wrong_factors_per_network=4) as built:
        async with built.parts.database.unit_of_work() as uow:
            await uow.dossiers.upsert([guarded(number, built.parts) for number in range(12)])
            await uow.commit()
        yield built


async def test_new_chats_do_not_walk_through_the_codes_of_a_day(home: House) -> None:
    seen = [await asked(home, number, NETWORK, acts.LookUpDossier(code_of(number))) for number in range(12)]
    assert [type(each) for each in seen] == [outcomes.DossierShown] * 6 + [outcomes.DossierPaused] * 6
    own = await asked(home, 0, NETWORK, acts.LookUpDossier(code_of(0)))
    assert isinstance(own, outcomes.DossierShown), "one's own dossier goes on"
    for ip in (ELSEWHERE, None):
        other = await asked(home, 50, ip, acts.LookUpDossier(code_of(9)))
        assert isinstance(other, outcomes.DossierShown)
    home.clock.pass_(hours=2)
    later = await asked(home, 60, NETWORK, acts.LookUpDossier(code_of(9)))
    assert isinstance(later, outcomes.DossierShown)


async def test_new_chats_do_not_lock_codes_one_after_another(home: House) -> None:
    """Five wrong guesses lock a code for everybody: one network has few of them."""
    for number in range(4):
        act = acts.LookUpDossier(code_of(number), factor="000000")
        assert isinstance(await asked(home, number, NETWORK, act), outcomes.DossierHidden)
    right = acts.LookUpDossier(code_of(5), factor=guess(5))
    assert isinstance(await asked(home, 30, NETWORK, right), outcomes.DossierHidden)
    assert isinstance(await asked(home, 31, ELSEWHERE, right), outcomes.DossierDetailShown)


def test_what_is_one_network() -> None:
    assert surroundings("8.8.8.200") == surroundings("8.8.8.7") == "8.8.8.0/24"
    assert surroundings("2001:4860:4860::8888") == "2001:4860:4860::/64"
    assert [surroundings(each) for each in (None, "", "10.0.0.4", "127.0.0.1", "testclient")] == [None] * 5
