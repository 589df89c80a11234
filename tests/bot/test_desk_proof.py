"""What a citizen has proved stands on every ticket, and no officer tells more of a dossier than that."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk import Held, HeldBackError
from storage.errors import NotFoundError
from storage.records import Officer, Role, Ticket
from tests.bot.test_desk import asked, last_seen, news, reply
from tests.house import LACKING, ON_TIME, Citizen, House, house

MISSING = "Bản sao Giấy chứng sinh"


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path) as built:
        yield built


async def taken(home: House, code: str = LACKING) -> tuple[Citizen, Officer, Ticket]:
    await home.citizen().say(code)
    an, ticket = await asked(home, text="cho tui gặp cán bộ hỏi chuyện hồ sơ sao lâu quá")
    mai = await home.officer()
    ticket = await home.parts.desk.claim(mai, ticket.id)
    await news(home, an)
    return an, mai, ticket


async def prove(an: Citizen) -> None:
    await an.send(kind="button", button=f"d:{LACKING}")
    await an.press("Đồng ý")
    await an.say("123456")


async def test_without_proof_only_the_stage_can_be_put_in(home: House) -> None:
    _, mai, ticket = await taken(home)
    page = await home.parts.desk.open(mai, ticket.id)
    assert [(each.dossier.code, each.proved_at) for each in page.dossiers] == [(LACKING, None)]
    prepared = await home.parts.desk.prepared(mai, page)
    assert (prepared[0].kind, "*" in prepared[0].title) == ("dossier", True), "masked in the list"
    words = await home.parts.desk.put_in(mai, ticket.id, prepared[0].token)
    assert "bổ sung" in words.lower()
    for detail in (MISSING, "Út", "N*****", "Đăng ký khai sinh"):
        assert detail not in words
    with pytest.raises(NotFoundError):
        await home.parts.desk.put_in(mai, ticket.id, f"ho-so:{ON_TIME}")  # never named by this citizen


@pytest.mark.parametrize(
    "text", ["Hồ sơ còn thiếu ban sao giay chung sinh.", "Dạ hồ sơ của ông Nguyễn Văn Út."]
)
async def test_details_above_the_proof_are_held_back_however_they_are_typed(home: House, text: str) -> None:
    an, mai, ticket = await taken(home)
    seen = await last_seen(home, mai, ticket)
    with pytest.raises(HeldBackError) as refused:
        await home.parts.desk.answer(mai, ticket.id, text, seen_message_id=seen, key="k")
    assert refused.value.reasons == (Held.UNPROVED,)
    assert await news(home, an) == []


async def test_with_the_six_digits_the_officer_may_tell_and_after_a_day_no_longer(home: House) -> None:
    await prove(home.citizen())
    an, mai, ticket = await taken(home)
    page = await home.parts.desk.open(mai, ticket.id)
    assert page.dossiers[0].proved_at == home.clock.now()
    words = await home.parts.desk.put_in(mai, ticket.id, f"ho-so:{LACKING}")
    assert MISSING in words
    await reply(home, mai, ticket, f"Dạ còn thiếu {MISSING}.")
    assert MISSING in (await news(home, an))[-1].text
    home.clock.pass_(hours=25)
    assert (await home.parts.desk.open(mai, ticket.id)).dossiers[0].proved_at is None


async def test_past_answers_are_masked_and_can_be_put_in(home: House) -> None:
    _, first = await asked(home, "binh", "cho tui gặp cán bộ hỏi đăng ký khai sinh cho con số tui 0912345678")
    mai = await home.officer()
    await home.parts.desk.claim(mai, first.id)
    await reply(home, mai, first, "Dạ, anh mang giấy chứng sinh ra xã, em gọi lại số 0912345678.")
    _, ticket = await asked(home, "cuc", "cho tui gặp cán bộ hỏi đăng ký khai sinh cho cháu")
    await home.parts.desk.claim(mai, ticket.id)
    page = await home.parts.desk.open(mai, ticket.id)
    assert [each.ticket_id for each in page.similar] == [first.id]
    token = next(each.token for each in await home.parts.desk.prepared(mai, page) if each.kind == "similar")
    words = await home.parts.desk.put_in(mai, ticket.id, token)
    assert "giấy chứng sinh ra xã" in words
    assert "0912345678" not in words


async def test_what_another_department_answered_is_not_beside_nor_put_in(home: House) -> None:
    desk = home.parts.desk
    mai = await home.officer()
    hanh = await home.officer("hanh", Role.SPECIALIST, ("so_tu_phap",))
    long = await home.officer("long", Role.SPECIALIST, ("cong_an",))
    _, first = await asked(home, "binh", "cho tui gặp cán bộ hỏi đăng ký khai sinh cho con")
    _, second = await asked(home, "cuc", "cho tui gặp cán bộ hỏi đăng ký khai sinh cho cháu")
    for ticket, department in ((first, "so_tu_phap"), (second, "cong_an")):
        await desk.claim(mai, ticket.id)
        await desk.forward(mai, ticket.id, department, "Hộ tịch", "Trả lời")
    await reply(home, hanh, first, "Dạ, việc riêng của Sở Tư pháp.")
    front, strange = await desk.open(mai, second.id), await desk.open(long, second.id)
    (past,) = front.similar
    assert (past.ticket_id, strange.similar) == (first.id, ())
    assert not [each for each in await desk.prepared(long, strange) if each.kind == "similar"]
    with pytest.raises(NotFoundError):
        await desk.put_in(long, second.id, f"da-dap:{past.message_id}")
