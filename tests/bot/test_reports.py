"""What a supervisor reads, and only a supervisor: figures that can be checked by hand."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from python_calamine import CalamineWorkbook

from bot.desk_commands import reported
from bot.policy import ForbiddenError
from bot.reports.export import as_csv, as_excel, as_word, harmless
from bot.texts import Texts
from storage.records import AddressKey, Closing, DossierRating, RatedName, RatingTarget, Role
from tests.bot.test_desk import GRIEF, asked, news, reply
from tests.bot.test_desk_rated import rated
from tests.house import House, house
from tests.websites import Website, website

WEEK = date(2026, 11, 23)


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, tmp_path) as built:
        yield built


async def test_a_week_is_counted_in_office_hours(home: House) -> None:
    mai = await home.officer()
    an, first = await asked(home, "an")
    _, second = await asked(home, "binh")
    home.clock.pass_(hours=1)
    await home.parts.desk.claim(mai, first.id)
    await reply(home, mai, first, "Dạ mời bác.")
    an.news()
    await an.send(kind="button", button=f"r:5:{first.number}")
    home.clock.pass_(hours=5)
    await home.timers()
    report = await home.parts.reports.week(WEEK)
    whole = report.whole
    assert (whole.tickets, whole.answered.part, whole.first_answer) == (2, 1, timedelta(hours=1))
    assert (whole.in_time.part, whole.in_time.whole, report.broken) == (1, 2, 1)
    assert (whole.ratings, whole.rating) == (1, 5.0)
    assert [each.name for each in report.by_officer] == ["Nguyễn Thị Mai"]
    assert report.by_officer[0].rating is None, "a name and a mean only from five ratings on"
    assert report.by_officer[0].ratings == 1
    assert [each.count for each in report.by_day] == [2, 0, 0, 0, 0, 0, 0]
    assert (report.waiting, len(report.overdue)) == (1, 0), "the apology gave a new time"
    (late,) = report.broken_promises
    department = home.parts.live.snapshot.catalog.department_by_id[second.department].name
    assert (late.id, late.due_at, late.department) == (second.id, second.due_at, department)
    rows = list(csv.reader(io.StringIO(as_csv(report, Texts.load()).decode("utf-8-sig"))))
    assert [row[:2] for row in rows if row[:1] == ["Trễ hẹn trong tuần, đã xin lỗi"]] == [
        ["Trễ hẹn trong tuần, đã xin lỗi", "#2"]
    ]


async def test_a_promise_at_risk_is_listed_with_the_name_of_who_holds_it(home: House) -> None:
    mai = await home.officer()
    _, ticket = await asked(home)
    await home.parts.desk.claim(mai, ticket.id)
    home.clock.at = ticket.due_at - timedelta(minutes=30)
    report = await home.parts.reports.week(WEEK)
    assert [each.holder for each in report.at_risk] == ["Nguyễn Thị Mai"]
    home.clock.at = ticket.due_at + timedelta(minutes=1)
    report = await home.parts.reports.week(WEEK)
    assert ([each.holder for each in report.overdue], report.at_risk) == (["Nguyễn Thị Mai"], ())


async def test_nothing_is_not_the_same_as_nobody_asked(home: House) -> None:
    empty = (await home.parts.reports.week(WEEK)).whole
    assert (empty.answered.percent, empty.in_time.percent, empty.rating, empty.first_answer) == (None,) * 4
    await asked(home)
    some = (await home.parts.reports.week(WEEK)).whole
    assert (some.answered.percent, some.rating) == (0, None)


def vietnam(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


async def test_lunch_night_and_tet_are_nobodys_delay_on_the_page_and_in_the_files(home: House) -> None:
    """Worked out by hand, then read again from the files by programs that are not ours."""
    mai, desk = await home.officer(), home.parts.desk
    home.clock.at = vietnam("2027-02-02T11:00")  # half an hour before lunch
    _, first = await asked(home, "an")
    home.clock.at = vietnam("2027-02-02T13:45")
    await desk.claim(mai, first.id)
    await reply(home, mai, first, "Dạ mời bác.")  # 30 + 15 minutes
    home.clock.at = vietnam("2027-02-03T16:30")  # half an hour before Tết
    _, second = await asked(home, "binh")
    home.clock.at = vietnam("2027-02-11T07:30")  # the first morning after it
    await desk.claim(mai, second.id)
    await reply(home, mai, second, "Dạ mời bác.", key="k2")  # 30 + 30 minutes
    await desk.close(mai, second.id, Closing.ANSWERED)
    report = await home.parts.reports.week(date(2027, 2, 1))
    whole = report.whole
    assert (whole.first_answer, whole.solved) == (timedelta(minutes=52, seconds=30), timedelta(hours=1))
    assert (whole.in_time.part, whole.in_time.whole) == (2, 2)
    figures = [2, 2, 0, 2, 100, 52, 60, 2, 0, 0]
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_excel(report, Texts.load())))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    (excel,) = [row for row in rows if row[:1] == ["Cả tuần"] and len(row) > 5][:1]
    assert [int(each) for each in excel[1:11]] == figures
    document = docx.Document(io.BytesIO(as_word(report, Texts.load())))
    word = [[cell.text for cell in row.cells] for row in document.tables[0].rows][1]
    assert [int(each) for each in word[1:11]] == figures
    (of_mai,) = report.by_officer
    assert (of_mai.name, of_mai.tickets, of_mai.first_answer) == (mai.name, 2, whole.first_answer)


async def test_whom_nobody_asked_to_rate_counts_as_not_asked_and_not_as_silent(home: House) -> None:
    """Mourning is never asked, and at the counter there is no button to press."""
    mai = await home.officer()
    _, grief = await asked(home, "an", "cho tui gặp cán bộ hỏi đăng ký khai tử cho ba tui")
    async with home.parts.database.unit_of_work() as uow:
        await uow.tickets.meant(grief.id, GRIEF)
        await uow.commit()
    await home.parts.desk.claim(mai, grief.id)
    await reply(home, mai, grief, "Dạ, chia buồn cùng gia đình.")
    await home.parts.desk.enter(mai, "quay", "Đổi bằng lái ở đâu", answer="Dạ, quầy 3.", key="k1")
    report = await home.parts.reports.week(WEEK)
    assert (report.whole.answered.part, report.whole.offered) == (2, 0)
    assert report.whole.responded.percent is None, "nobody was asked: that is not nobody out of two"
    an, ticket = await asked(home, "binh")
    await home.parts.desk.claim(mai, ticket.id)
    await reply(home, mai, ticket, "Dạ, ra xã.", key="k2")
    whole = (await home.parts.reports.week(WEEK)).whole
    assert (whole.offered, whole.responded.percent) == (1, 0)
    await news(home, an)
    await an.press("Hài lòng")
    whole = (await home.parts.reports.week(WEEK)).whole
    assert (whole.ratings, whole.responded.percent) == (1, 100)


async def test_what_citizens_take_back_is_owed_no_answer(home: House) -> None:
    mai = await home.officer()
    _, first = await asked(home, "an")
    await home.parts.desk.claim(mai, first.id)
    await reply(home, mai, first, "Dạ mời bác.")
    binh, _ = await asked(home, "binh")
    await binh.say("huỷ yêu cầu gặp cán bộ")
    await binh.say("1")
    whole = (await home.parts.reports.week(WEEK)).whole
    assert (whole.tickets, whole.answered.part, whole.answered.whole) == (2, 1, 1), (
        "it came, and waits for nobody"
    )
    assert (whole.unanswered.percent, whole.in_time.whole, whole.solved) == (0, 1, None)


async def test_who_is_told_why_not_or_whose_it_is_was_answered(home: House) -> None:
    mai = await home.officer()
    for name, closing in (
        ("an", Closing.REFUSED),
        ("binh", Closing.NOT_OURS),
        ("chi", Closing.ABUSE),
        ("dung", Closing.CITIZEN_GONE),
    ):
        _, ticket = await asked(home, name)
        await home.parts.desk.claim(mai, ticket.id)
        await home.parts.desk.close(mai, ticket.id, closing, "Chi cục Thuế khu vực")
    whole = (await home.parts.reports.week(WEEK)).whole
    assert (whole.answered.part, whole.answered.whole) == (2, 3), (
        "abuse is owed nothing; who left waited in vain"
    )
    assert (whole.offered, whole.responded.percent, whole.first_answer) == (0, None, None)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
async def test_reports_are_the_supervisors(home: House, role: Role) -> None:
    with pytest.raises(ForbiddenError):
        await home.parts.reports.seen_by(await home.officer("ai-do", role, ("so_tu_phap",)))


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "\x00=1"])
async def test_no_cell_is_a_formula(home: House, evil: str) -> None:
    await home.parts.intake.receive([])
    an = home.citizen()
    await an.say(f"{evil} cho tui gặp cán bộ hỏi chuyện đất của ông nội để lại")
    report = await home.parts.reports.week(WEEK)
    assert str(harmless(evil)).startswith("'")
    for row in csv.reader(io.StringIO(as_csv(report, Texts.load()).decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for cell in row), row
    with ZipFile(io.BytesIO(as_excel(report, Texts.load()))) as book:
        sheets = [
            book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")
        ]
    assert len(sheets) == 14
    assert not any("<f>" in sheet for sheet in sheets)


async def test_what_became_of_dossiers_is_rated_by_agency_and_officer(home: House) -> None:
    agency = "Ủy ban nhân dân xã Đất Mũi"
    async with home.parts.database.unit_of_work() as uow:
        for number, score in enumerate((5, 4, 5, 4, 4)):
            contact = await uow.citizens.resolve(AddressKey("phone", "phone", str(number)), home.clock.now())
            for target, name in ((RatingTarget.AGENCY, agency), (RatingTarget.HANDLER, "Lê Thị Hạnh")):
                words = "cô Hạnh gọi 0912345678 nhắc tui" if number == 0 else None
                given = DossierRating(target, name, agency, score, words, home.clock.now())
                if number < 4 or target is RatingTarget.HANDLER:
                    await uow.dossier_ratings.rate(contact.address_id, "X", given, 1)
            if number == 4:
                other = DossierRating(
                    RatingTarget.HANDLER, "Lê Thị Hạnh", "Xã khác", 1, None, home.clock.now()
                )
                await uow.dossier_ratings.rate(contact.address_id, "Y", other, 1)
        await uow.commit()
    report = await home.parts.reports.week(WEEK)
    assert report.rated_agencies == (RatedName(agency, agency, 4, 4.5),)
    assert report.rated_handlers == (
        RatedName("Lê Thị Hạnh", agency, 5, 4.4),
        RatedName("Lê Thị Hạnh", "Xã khác", 1, None),
    ), "the mean of a name only from five ratings on, and of one office"
    assert all("0912345678" not in (each.words or "") for each in report.dossier_words)
    assert len(report.dossier_words) == 2
    assert "cô Hạnh gọi" in as_csv(report, Texts.load()).decode("utf-8-sig")
    assert not (await home.parts.reports.week(WEEK + timedelta(days=7))).rated_handlers


async def test_the_weeks_before_stand_beside_this_one(home: House) -> None:
    await asked(home, "an")
    home.clock.pass_(days=7)
    _, second = await asked(home, "binh")
    report = await home.parts.reports.week(WEEK + timedelta(days=7))
    assert [(each.name, each.tickets) for each in report.by_week][-2:] == [
        ("2026-11-23", 1),
        ("2026-11-30", 1),
    ]
    assert len(report.by_week) == 8
    assert report.by_week[0].unanswered.percent is None, "a week without tickets has no share"
    assert (report.whole.tickets, report.whole.unanswered.percent) == (1, 100)
    assert second.id


async def test_a_word_file_says_the_same(home: House, tmp_path: Path) -> None:
    await asked(home, "an")
    report = await home.parts.reports.week(WEEK)
    document = docx.Document(io.BytesIO(as_word(report, Texts.load())))
    assert document.paragraphs[0].text == "Tuần 23/11 – 29/11/2026"
    whole = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert whole[1][:4] == ["Cả tuần", "1", "0", "100"]
    assert whole[1][-1] == "chưa có số liệu", "no mean of nothing"
    with pytest.raises(ValueError, match=r"xlsx, \.docx"):
        await reported(home.parts.settings, WEEK, tmp_path / "bao-cao.pdf")


async def test_why_people_rated_so_and_what_officers_replied_stand_in_every_form(home: House) -> None:
    mai = await home.officer()
    for number in range(5):
        citizen = await rated(home, mai, f"c{number}", "Không hài lòng")
        if number < 2:
            await citizen.press("Trả lời chậm")
    await citizen.say("gọi 0912345678 mà không ai nghe")
    first = (await home.parts.desk.my_ratings(mai))[0]
    await home.parts.desk.reply_to_rating(mai, first.id, "Em xin lỗi, hôm đó mất điện.")
    report = await home.parts.reports.week(WEEK)
    assert [(each.name, each.count) for each in report.reasons] == [("slow", 2)]
    (replied,) = report.replied
    assert (replied.officer, replied.score, replied.reply) == (mai.name, 2, "Em xin lỗi, hôm đó mất điện.")
    assert "0912345678" not in (replied.words or "")
    rows = list(csv.reader(io.StringIO(as_csv(report, Texts.load()).decode("utf-8-sig"))))
    assert ["Trả lời chậm", "2"] in rows
    assert any(row[0::3] == [mai.name, "Em xin lỗi, hôm đó mất điện."] for row in rows)
    document = docx.Document(io.BytesIO(as_word(report, Texts.load())))
    told = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"Trả lời chậm", "Em xin lỗi, hôm đó mất điện."} <= set(told)
    later = await home.parts.reports.week(WEEK + timedelta(days=7))
    assert (later.reasons, later.replied) == ((), ())


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Website]:
    async with website(sqlite_url, tmp_path, working=False) as opened:
        yield opened


async def test_the_page_and_its_files(site: Website) -> None:
    await site.officer("boss", Role.SUPERVISOR)
    await site.officer()
    await site.ticket("Số tui 0912345678, đổi bằng lái ở đâu", due=timedelta(minutes=30))
    site.clock.pass_(hours=1)
    boss, mai = await site.logged_in("boss"), await site.logged_in()
    await boss.open("/can-bo/bao-cao")
    assert "Tuần 23/11 – 29/11/2026" in boss.text
    assert "Quá hạn (1)" in boss.text
    assert "Lý do người dân chọn khi đánh giá" in boss.text
    assert "Đánh giá được cán bộ phản hồi (0)" in boss.text
    assert "chưa ai được mời đánh giá" in boss.text
    assert "0912345678" not in boss.response.text
    assert 'style="' not in boss.response.text
    for path, kind in (("/can-bo/bao-cao.csv", "text/csv"), ("/can-bo/bao-cao.xlsx", "spreadsheetml")):
        answer = await boss.client.get(path)
        assert kind in answer.headers["content-type"]
        assert "attachment" in answer.headers["content-disposition"]
        assert (await mai.open(path)).status == 404
    assert (await mai.open("/can-bo/bao-cao")).status == 404
    for odd in ("x", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert (await boss.open(f"/can-bo/bao-cao?tuan={odd}")).status == 200
