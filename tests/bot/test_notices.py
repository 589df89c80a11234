"""What people hear of their dossiers unasked: each thing once, in its time, never the wrong letter."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.actions import mirror
from bot.app import Parts
from bot.conversation.dossier_news import News
from bot.conversation.state import State
from bot.conversation.wording import Wording, news
from bot.desk.filing import BadCodeError, View
from bot.texts import Texts
from intents.procedure import Letter
from storage.errors import NotFoundError, StaleStateError
from storage.records import Dossier, Officer, Role
from tests.bot.filing_samples import mirrored
from tests.bot.test_filing_desk import CODE, filed, said
from tests.house import LATE, MONDAY, ON_TIME, Citizen, House, dossier, house, shipped

NIGHT = timedelta(hours=14)  # from 9 o'clock on: 23 o'clock


async def follows(home: House, code: str = ON_TIME, name: str = "an") -> Citizen:
    citizen = home.citizen(name)
    await citizen.say(code)
    await citizen.press("Xem chi tiết")
    await citizen.press("Đồng ý")
    await citizen.say("123456")
    replies = await citizen.press("Theo dõi")
    assert f"hồ sơ {code} có bước mới" in replies[-1].text
    return citizen


async def follows_too(citizen: Citizen, code: str) -> None:
    """Another dossier, in a chat that has agreed to give the digits before."""
    await citizen.say(code)
    await citizen.press("Xem chi tiết")
    await citizen.say("123456")
    replies = await citizen.press("Theo dõi")
    assert f"hồ sơ {code} có bước mới" in replies[-1].text


async def told(parts: Parts, *changed: Dossier) -> None:
    """As an import or the registry does."""
    async with parts.database.unit_of_work() as uow:
        await mirror.keep(uow, changed, parts.clock.now())
        await uow.commit()


async def heard(home: House, citizen: Citizen) -> str:
    await home.timers()
    return said(citizen)


async def now_is(home: House, code: str = ON_TIME, **facts: Any) -> None:
    async with home.parts.database.reading() as uow:
        known = await uow.dossiers.get(code)
    await told(home.parts, replace(known or dossier(code, home.parts), **facts))


async def test_each_thing_is_told_once(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        stories: tuple[tuple[dict[str, Any], str], ...] = (
            ({"stage": 5, "missing": "Giấy chứng sinh"}, "Cần bổ sung: Giấy chứng sinh"),
            ({"stage": 4, "missing": None, "due_at": MONDAY + timedelta(days=7)}, "ngày hẹn trả đã tính lại"),
            ({"stage": 6}, "nộp phí, lệ phí hoặc thuế"),
            ({"stage": 4}, ""),
            ({"due_at": MONDAY + timedelta(days=9)}, "xin lỗi"),
            ({"stage": 9, "result_place": "Quầy 3"}, "Nơi nhận kết quả: Quầy 3"),
            ({"stage": 10}, "đã trả kết quả"),
        )
        for facts, words in stories:
            await now_is(home, **facts)
            first = await heard(home, citizen)
            assert words in first, facts
            assert bool(first) == bool(words), first
            await now_is(home, **facts)
            assert await heard(home, citizen) == "", f"told twice: {facts}"


async def test_a_source_that_flaps_repeats_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        for stage in (9, 4, 9, 4, 9):
            await now_is(home, stage=stage)
            await home.timers()
        assert said(citizen).count("đã có kết quả") == 1


async def test_late_since_this_afternoon_is_not_late_by_nought_days(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        await now_is(home, due_at=MONDAY + timedelta(hours=8))
        assert await heard(home, citizen) == ""
        home.clock.at = MONDAY + timedelta(hours=8, minutes=5)
        words = await heard(home, citizen)
        assert "đã quá hẹn trả (17 giờ thứ Hai, 23/11) mà chưa xong" in words
        assert "xin lỗi" in words
        home.clock.pass_(days=1)
        assert await heard(home, citizen) == "", "one apology"


async def test_who_follows_nothing_hears_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await citizen.say(ON_TIME)
        await now_is(home, stage=9)
        assert await heard(home, citizen) == ""


async def test_following_needs_the_digits(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        stranger = home.citizen("la")
        replies = await stranger.send(kind="button", button=f"fl:y:{ON_TIME}")
        assert "đồng ý không" in replies[-1].text
        await now_is(home, stage=9)
        assert await heard(home, stranger) == ""


async def test_following_by_word_below_the_details(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = home.citizen()
        await citizen.say(ON_TIME)
        await citizen.press("Xem chi tiết")
        await citizen.press("Đồng ý")
        await citizen.say("123456")
        assert "có bước mới" in (await citizen.say("theo dõi"))[-1].text
        await citizen.press("Thôi theo dõi")
        await now_is(home, stage=9)
        assert await heard(home, citizen) == ""


async def test_one_word_ends_it_and_one_begins_it_again(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        assert "đã tắt tin nhắc" in (await citizen.say("tắt nhắc"))[-1].text
        await now_is(home, stage=5, missing="Ảnh")
        assert await heard(home, citizen) == ""
        assert "đang theo dõi 1 hồ sơ" in (await citizen.say("bật nhắc"))[-1].text
        assert await heard(home, citizen) == "", "what was switched off is not told afterwards"
        await now_is(home, stage=9)
        assert "đã có kết quả" in await heard(home, citizen)


async def test_the_word_works_in_the_middle_of_anything(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        await citizen.say("tôi muốn phản ánh")
        assert "đã tắt tin nhắc" in (await citizen.say("tat nhac"))[-1].text


async def test_nobody_is_woken_and_the_morning_tells_what_is_still_true(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        home.clock.at += NIGHT
        await now_is(home, stage=5, missing="Ảnh")
        assert await heard(home, citizen) == ""
        await now_is(home, stage=9)
        assert await heard(home, citizen) == ""
        home.clock.pass_(hours=8, minutes=1)  # 7:01
        morning = await heard(home, citizen)
        assert "đã có kết quả" in morning
        assert "bổ sung" not in morning


async def test_late_is_said_when_the_hour_passes_and_again_with_the_new_day(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        home.clock.at = MONDAY + timedelta(days=4)  # due on Thursday, 17 o'clock; it is Friday 9 o'clock
        late = await heard(home, citizen)
        assert "quá hẹn trả 1 ngày làm việc" in late
        assert "xin lỗi" in late
        home.clock.pass_(hours=1)
        assert await heard(home, citizen) == ""
        await now_is(home, due_at=MONDAY + timedelta(days=9, hours=8))
        again = await heard(home, citizen)
        assert "Hẹn trả mới: 17 giờ thứ Tư, 02/12" in again
        assert "xin lỗi" in again
        home.clock.at = MONDAY + timedelta(days=10)
        assert "quá hẹn" in await heard(home, citizen), "the new day was not kept either"


async def test_while_papers_are_waited_for_nothing_is_late(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        await now_is(home, stage=5, missing="Ảnh")
        await heard(home, citizen)
        home.clock.at = MONDAY + timedelta(days=4)
        assert await heard(home, citizen) == ""


async def rate(home: House, citizen: Citizen) -> None:
    await now_is(home, stage=10)
    asked = await heard(home, citizen)
    assert "hài lòng với Ủy ban nhân dân xã Đất Mũi" in asked
    assert "Lê Thị Hạnh" in (await citizen.press("Hài lòng"))[-1].text
    assert "góp ý thêm" in (await citizen.press("Rất hài lòng"))[-1].text
    await citizen.say("cô Hạnh chỉ dẫn rất tận tình")


async def test_a_birth_ends_with_a_letter_and_a_rating_of_both(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        await now_is(home, stage=9)
        letter = await heard(home, citizen)
        assert letter.count("THƯ CHÚC MỪNG") == 1
        assert "Kính gửi Ông/Bà" in letter
        await rate(home, citizen)
        async with home.parts.database.reading() as uow:
            contact = await uow.citizens.find(citizen.key)
            assert contact
            given = await uow.dossier_ratings.of(contact.address_id, ON_TIME)
        assert [(each.name, each.score, each.words) for each in given.values()] == [
            ("Ủy ban nhân dân xã Đất Mũi", 4, None),
            ("Lê Thị Hạnh", 5, "cô Hạnh chỉ dẫn rất tận tình"),
        ]


@pytest.mark.parametrize(
    ("procedure", "letter"),
    [
        ("1.001193", "khai sinh"),
        ("1.000894", "kết hôn"),
        ("1.000656", "CHIA BUỒN"),
        ("1.005461", ""),  # a death registered long ago
        ("1.010832", ""),  # a martyr's grave
        ("9.999999", ""),  # nobody knows what it is
        ("", ""),
    ],
)
async def test_the_letter_is_the_right_one_or_none(
    sqlite_url: str, tmp_path: Path, procedure: str, letter: str
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        await now_is(home, procedure_code=procedure, stage=9)
        words = await heard(home, citizen)
        for each in ("khai sinh của gia đình", "kết hôn của Ông/Bà", "CHIA BUỒN"):
            assert (each in words) == bool(letter and letter in each), words
        await now_is(home, stage=10)
        after = await heard(home, citizen)
        assert "THƯ" not in after
        assert ("hài lòng" in after) == (letter in ("khai sinh", "kết hôn")), after


def test_no_entry_of_the_catalog_has_a_letter_of_another_kind() -> None:
    """What its name says, and nothing that only looks like it: again, abroad, an extract, a divorce."""
    catalog = shipped().snapshot.catalog
    named = {Letter.BIRTH: "khai sinh", Letter.MARRIAGE: "kết hôn", Letter.DEATH: "khai tử"}
    told = {Letter.BIRTH: "THƯ CHÚC MỪNG", Letter.MARRIAGE: "THƯ CHÚC MỪNG", Letter.DEATH: "THƯ CHIA BUỒN"}
    wording = Wording(Texts.load(), catalog, State(), MONDAY, "")
    for entry in catalog.procedures:
        name = entry.name.lower()
        first = next((kind for kind, word in named.items() if f"đăng ký {word}" in name), None)
        if entry.letter is None:
            continue
        assert (entry.letter, entry.letter.tone) == (first, entry.tone), entry.name
        assert not any(word in name for word in ("lại", "ly hôn", "trích lục", "xác nhận")), entry.name
        words = news.told(News.LETTER, mirrored(), entry, 0, wording).text
        assert words.startswith(told[entry.letter]), entry.name
    assert {each.letter for each in catalog.procedures} == {None, *Letter}


async def test_a_family_in_mourning_gets_one_letter_and_is_never_asked(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home, ON_TIME)
        await follows_too(citizen, LATE)
        for code, procedure in ((ON_TIME, "1.000656"), (LATE, "2.002913")):
            await now_is(home, code, procedure_code=procedure, stage=10)
        words = await heard(home, citizen)
        assert words.count("THƯ CHIA BUỒN") == 1
        assert "hài lòng" not in words
        replies = await citizen.send(kind="button", button=f"rd:5:a:{ON_TIME}")
        assert "không nhận đánh giá" in replies[-1].text


async def test_who_lost_the_child_is_not_congratulated(sqlite_url: str, tmp_path: Path) -> None:
    """A child that was born and died is registered twice: once as born, once as dead."""
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home, ON_TIME)
        await now_is(home, LATE, procedure_code="1.000656")
        await follows_too(citizen, LATE)
        await now_is(home, ON_TIME, procedure_code="1.001193", stage=9)
        assert "THƯ" not in await heard(home, citizen)
        await now_is(home, ON_TIME, stage=10)
        after = await heard(home, citizen)
        assert "đã trả kết quả" in after
        assert "hài lòng" not in after


async def test_one_birth_with_two_dossiers_is_one_letter(sqlite_url: str, tmp_path: Path) -> None:
    """Registered, and once more in the joint procedure with residence and the insurance card."""
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home, ON_TIME)
        await follows_too(citizen, LATE)
        for code in (ON_TIME, LATE):
            await now_is(home, code, procedure_code="1.001193", stage=9)
        assert (await heard(home, citizen)).count("THƯ CHÚC MỪNG") == 1


async def test_a_letter_does_not_come_again_in_another_chat(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        first, second = await follows(home), await follows(home, name="an2")
        async with home.parts.database.unit_of_work() as uow:
            one, other = await uow.citizens.find(first.key), await uow.citizens.find(second.key)
            assert one
            assert other
            await uow.citizens.join(one.citizen_id, other.citizen_id, home.clock.now())
            await uow.commit()
        await now_is(home, stage=9)
        assert "THƯ CHÚC MỪNG" in await heard(home, first)
        await first.send(kind="button", button=f"fl:n:{ON_TIME}")
        second.news()
        for stage in (10, 9, 10):
            await now_is(home, stage=stage)
            await home.timers()
        words = said(second)
        assert "THƯ" not in words
        assert words.count("hài lòng với") == 1


async def test_what_was_taken_back_in_the_night_is_told_once_it_is_true(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        home.clock.at += NIGHT
        await now_is(home, stage=9)
        await now_is(home, stage=4)
        home.clock.pass_(hours=9)
        assert await heard(home, citizen) == ""
        await now_is(home, stage=9)
        words = await heard(home, citizen)
        assert words.count("đã có kết quả") == 1
        assert words.count("THƯ CHÚC MỪNG") == 1


@pytest.mark.parametrize("stage", [3, 8])
async def test_papers_given_back_after_a_refusal_are_no_result(
    sqlite_url: str, tmp_path: Path, stage: int
) -> None:
    """Refused and given back in one night: the way to object is shown all the same, and nothing is congratulated."""
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        home.clock.at += NIGHT
        await now_is(home, stage=stage, late_reason="Không thuộc địa bàn")
        await now_is(home, stage=10)
        home.clock.pass_(hours=9)
        words = await heard(home, citizen)
        assert "Luật Khiếu nại" in words
        assert "THƯ" not in words
        assert "hài lòng" not in words


async def test_a_refusal_is_rated_only_after_the_way_to_object_was_shown(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        home.clock.at += NIGHT
        await now_is(home, stage=3, late_reason="Không thuộc địa bàn")
        await home.timers()
        replies = await citizen.send(kind="button", button=f"rd:1:a:{ON_TIME}")
        assert "không nhận đánh giá" in replies[-1].text
        home.clock.pass_(hours=9)
        refused = await heard(home, citizen)
        assert "Luật Khiếu nại" in refused
        assert "Không thuộc địa bàn" in refused
        assert "hài lòng" not in refused
        replies = await citizen.send(kind="button", button=f"rd:1:a:{ON_TIME}")
        assert "Lê Thị Hạnh" in replies[-1].text


async def test_the_whole_way_by_an_officers_hand(sqlite_url: str, tmp_path: Path) -> None:
    """No one-stop system is connected: what officers press is what followers hear."""
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        citizen = await filed(home)
        with pytest.raises(BadCodeError):
            await desk.accept(mai, 1, "000.00.01.H12-261110-0012 H12.25-261113-0001")
        await desk.accept(mai, 1, CODE)
        assert (await heard(home, citizen)).count("đã được tiếp nhận") == 1
        assert await heard(home, citizen) == "", "the officer's own words told it"
        detail = await citizen.send(kind="button", button=f"d:{CODE}")
        assert "Thủ tục: Đăng ký khai sinh" in detail[-1].text, "the chat that filed needs no digits"
        await desk.postpone(mai, 1, (MONDAY + timedelta(days=14)).date(), "Chờ xác minh")
        postponed = await heard(home, citizen)
        assert "xin lỗi" in postponed
        assert "Hẹn trả mới: 17 giờ thứ Hai, 07/12" in postponed
        await desk.finish(mai, 1, "Bộ phận một cửa phường")
        await desk.finish(mai, 1, "")
        done = await heard(home, citizen)
        assert "Bộ phận một cửa phường" in done
        assert done.count("THƯ CHÚC MỪNG") == 1
        await desk.hand_over(mai, 1)
        assert "hài lòng với" in await heard(home, citizen)


async def test_a_code_of_somebody_elses_dossier_cannot_be_entered(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        await filed(home)
        await now_is(home, ON_TIME, procedure_code="1.000894")
        with pytest.raises(BadCodeError):
            await desk.accept(mai, 1, ON_TIME)


async def test_a_file_that_is_imported_tells_it_too(sqlite_url: str, tmp_path: Path) -> None:
    from bot.dossier_import import import_dossiers

    async with house(sqlite_url, tmp_path) as home:
        citizen = await follows(home)
        row = {
            "MaHoSo": ON_TIME,
            "MaTTHC": "1.001193",
            "TenTTHC": "Đăng ký khai sinh",
            "TrangThaiHoSo": 9,
            "CoQuan": "Ủy ban nhân dân xã Đất Mũi",
            "ChuHoSo": "Nguyễn Văn Út",
        }
        file = tmp_path / "ho-so.jsonl"
        file.write_text(json.dumps(row), "utf-8")
        await import_dossiers(home.parts.settings, file)
        assert "đã có kết quả" in await heard(home, citizen)


async def test_whoever_lost_the_code_finds_it_where_it_was_filed(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await filed(home)
        replies = await citizen.say("/hoso")
        receipt = next(each.label for each in replies[-1].choices if each.label.startswith("HS-"))
        assert "đang chờ cán bộ xem" in (await citizen.press(receipt))[-1].text
        await home.parts.filing.accept(await home.officer(), 1, CODE)
        await citizen.say("/hoso")
        assert "Thủ tục: Đăng ký khai sinh" in (await citizen.press(CODE))[-1].text
        stranger = await home.citizen("la").say("/hoso")
        assert [each.label for each in stranger[-1].choices] == ["Gặp cán bộ", "Hủy"]


async def test_own_photos_come_back_where_they_were_sent_and_nowhere_else(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        citizen = await filed(home)
        await citizen.press("Xem hồ sơ đã gửi")
        replies = await citizen.press("Xem lại giấy tờ")
        assert [reply.text for reply in replies] == ["Tờ khai đăng ký khai sinh:"]
        assert len(replies[0].files) == 2
        stranger = await home.citizen("la").send(kind="button", button="f:photos:1:")
        assert not any(reply.files for reply in stranger)


async def elsewhere(home: House, name: str = "may-khac") -> Citizen:
    """Another chat that knows the dossier's code and its digits."""
    citizen = home.citizen(name)
    await citizen.say(CODE)
    await citizen.press("Xem chi tiết")
    await citizen.press("Đồng ý")
    await citizen.say("123456")
    return citizen


async def asked_for(home: House, mai: Officer) -> int:
    page = await home.parts.filing.queue(mai, View.PHOTOS)
    assert len(page.rows) == page.counts[View.PHOTOS]
    return len(page.rows)


async def test_another_chat_sees_the_photos_with_the_digits_and_an_officers_word(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        first = await filed(home)
        await desk.accept(mai, 1, CODE)
        await now_is(home, CODE, factors=dossier(CODE, home.parts).factors)
        await home.settle()
        first.news()
        assert len((await first.send(kind="button", button=f"ph:{CODE}"))[0].files) == 2, "where it was filed"
        stranger = home.citizen("la")
        replies = await stranger.send(kind="button", button=f"ph:{CODE}")
        assert "đồng ý không" in replies[-1].text, "without the digits nobody is even asked"
        assert await asked_for(home, mai) == 0

        second = await elsewhere(home)
        assert "cán bộ cần xác nhận" in (await second.press("Xem lại giấy tờ"))[-1].text
        assert "chưa xác nhận xong" in (await second.send(kind="button", button=f"ph:{CODE}"))[-1].text
        assert await asked_for(home, mai) == 1
        ((contact, _),) = (await desk.open(mai, 1)).asking
        kha = await home.officer("kha", Role.SPECIALIST, ("so_xay_dung",))
        with pytest.raises(NotFoundError):
            await desk.release(kha, 1, contact.address_id, agreed=True)
        await desk.release(mai, 1, contact.address_id, agreed=True)
        with pytest.raises(StaleStateError):
            await desk.release(mai, 1, contact.address_id, agreed=False)
        assert await asked_for(home, mai) == 0
        await home.settle()
        assert "Cán bộ đã xác nhận" in said(second)
        assert [len(reply.files) for reply in await second.press("Xem lại giấy tờ")] == [2]
        kinds = [each.kind for each in (await desk.open(mai, 1)).events]
        assert kinds[-3:] == ["photos_asked", "photos_released", "seen_elsewhere"]
        home.clock.pass_(hours=24)
        replies = await second.send(kind="button", button=f"d:{CODE}")
        assert not any(reply.files for reply in replies)
        await second.say("123456")
        replies = await second.send(kind="button", button=f"ph:{CODE}")
        assert "cán bộ cần xác nhận" in replies[-1].text, "a day later it is asked anew"


async def test_an_officer_may_say_no_and_is_not_asked_again_the_same_day(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.filing, await home.officer()
        await filed(home)
        await desk.accept(mai, 1, CODE)
        await now_is(home, CODE, factors=dossier(CODE, home.parts).factors)
        second = await elsewhere(home)
        await second.press("Xem lại giấy tờ")
        ((contact, _),) = (await desk.open(mai, 1)).asking
        await desk.release(mai, 1, contact.address_id, agreed=False)
        await home.settle()
        assert "chưa cho xem" in said(second)
        replies = await second.send(kind="button", button=f"ph:{CODE}")
        assert not any(reply.files for reply in replies)
        assert await asked_for(home, mai) == 0
