"""Closing a ticket teaches the catalog: what was meant, in the citizen's words, without the citizen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.desk import UnknownProcedureError
from bot.policy import ForbiddenError
from bot.snippets import wordings_yaml
from storage.records import Closing, Officer, Role
from tests.bot.test_desk import asked, news, reply
from tests.house import Citizen, House, house

BIRTH = "1.001193"
ODD = "cho tui gặp cán bộ, tui là Trần Văn Sáu số 0912345678, thằng nhỏ mới lọt lòng bữa hổm giờ giấy má sao"


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path) as built:
        yield built


async def closed(home: House, meant: str) -> tuple[Citizen, Officer]:
    an, ticket = await asked(home, text=ODD)
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ ra xã.")
    await home.parts.desk.close(mai, ticket.id, Closing.ANSWERED, meant=meant)
    await news(home, an)
    return an, mai


async def test_the_words_become_a_proposal_without_the_person(home: House) -> None:
    _, mai = await closed(home, BIRTH)
    admin = await home.officer("quantri", Role.ADMIN)
    (proposal,) = await home.parts.desk.proposals(admin)
    assert proposal.procedure_code == BIRTH
    assert "mới lọt lòng" in proposal.wording
    for secret in ("Sáu", "Trần", "0912345678", "**"):
        assert secret not in proposal.wording
    page = await home.parts.desk.proposal(admin, proposal.id)
    assert page.effect
    assert page.effect.sure_after
    for other in (mai, await home.officer("giamsat", Role.SUPERVISOR)):
        with pytest.raises(ForbiddenError):
            await home.parts.desk.proposals(other)


async def test_accepted_ones_are_yaml_for_the_catalog(home: House) -> None:
    await closed(home, BIRTH)
    admin = await home.officer("quantri", Role.ADMIN)
    (proposal,) = await home.parts.desk.proposals(admin)
    assert await home.parts.desk.decide(admin, proposal.id, True, "  thằng nhỏ mới lọt lòng ")
    assert not await home.parts.desk.decide(admin, proposal.id, False, "")
    snippet = wordings_yaml(await home.parts.desk.accepted(), home.parts.desk.procedure_name)
    assert yaml.safe_load(snippet) == {"code": BIRTH, "wordings": ["thằng nhỏ mới lọt lòng"]}
    assert "khai sinh" in snippet.splitlines()[0].lower()
    async with home.parts.database.reading() as uow:
        assert (await uow.audit.entries(1))[0].action == "proposal.accepted"


async def test_what_the_catalog_knows_and_what_nobody_named_teaches_nothing(home: House) -> None:
    admin = await home.officer("quantri", Role.ADMIN)
    await closed(home, "")
    assert await home.parts.desk.proposals(admin) == ()
    _, ticket = await asked(home, "binh", "cho tui gặp cán bộ hỏi thủ tục đăng ký khai sinh")
    mai = await home.officer()
    await home.parts.desk.claim(mai, ticket.id)
    await home.parts.desk.close(
        mai, ticket.id, Closing.ANSWERED, meant=BIRTH, wording="thủ tục đăng ký khai sinh"
    )
    assert await home.parts.desk.proposals(admin) == ()


async def test_a_procedure_is_named_by_code_or_in_words(home: House) -> None:
    assert home.parts.desk.meant(BIRTH) == BIRTH
    assert home.parts.desk.meant("đăng ký khai sinh") == BIRTH
    with pytest.raises(UnknownProcedureError):
        home.parts.desk.meant("xyzzy qwrtp")
