"""A report as a file: CSV and Excel. No cell is ever a formula, whatever citizens have typed into it."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

from bot.reports import Counted, Group, Report
from bot.texts import Texts, moment
from intents.extract import redact
from storage.records import RatedName, RatingFact, TicketFact

_MINUTE = timedelta(minutes=1)
_FORMULA = tuple("=+-@\t\0\r＝＋－＠")
Cell = str | int | float | None
Table = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]  # title, head, rows


def tables(report: Report, texts: Texts) -> tuple[Table, ...]:
    """One sheet each."""
    head = [texts(f"console.report.column.{name}") for name in COLUMNS]
    counted = [texts("console.report.column.name"), texts("console.report.column.count")]
    rated_head = [texts(f"console.report.column.{name}") for name in RATED]
    whole = Group(**{**vars(report.whole), "name": texts("console.report.whole")})
    return (
        (texts("console.report.whole"), head, [_row(whole)]),
        *(
            (texts(f"console.report.{name}"), head, [_row(each) for each in groups])
            for name, groups in (
                ("by_department", report.by_department),
                ("by_channel", report.by_channel),
                ("by_officer", report.by_officer),
                ("by_week", report.by_week),
            )
        ),
        *(
            (texts(f"console.report.{name}"), counted, [_counted(each) for each in found])
            for name, found in (
                ("by_day", report.by_day),
                ("most_asked", report.most_asked),
                ("most_failed", report.most_failed),
                ("reasons", worded(report.reasons, texts)),
            )
        ),
        (
            texts("console.report.today"),
            [texts(f"console.report.{name}") for name in TODAY],
            [
                _listed(each, texts(f"console.report.{name}"), texts)
                for name, found in (
                    ("overdue", report.overdue),
                    ("at_risk", report.at_risk),
                    ("in_time", report.in_time),
                    ("broken", report.broken_promises),
                )
                for each in found
            ],
        ),
        (
            texts("console.report.replied"),
            [texts(f"console.report.{name}") for name in REPLIED],
            [_replied(each, texts) for each in report.replied],
        ),
        *(
            (texts(f"console.report.{name}"), rated_head, [_rated(each) for each in found])
            for name, found in (
                ("rated_agencies", report.rated_agencies),
                ("rated_handlers", report.rated_handlers),
            )
        ),
        (
            texts("console.report.dossier_words"),
            [texts(f"console.report.{name}") for name in WORDED],
            [
                (each.agency, texts(f"rating.level.l{each.score}"), each.words)
                for each in report.dossier_words
            ],
        ),
    )


TODAY = ("state", "ticket", "question", "holder", "department", "promised")
RATED = ("name", "agency", "ratings", "rating")
WORDED = ("column.agency", "replied_level", "replied_words")
REPLIED = ("replied_by", "replied_level", "replied_words", "replied_said")


def worded(reasons: Sequence[Counted], texts: Texts) -> tuple[Counted, ...]:
    """As the citizen read them on the buttons."""
    return tuple(Counted(texts(f"rating.reason.{each.name}"), each.count) for each in reasons)


def _listed(each: TicketFact, state: str, texts: Texts) -> tuple[Cell, ...]:
    question = " ".join(redact(each.question).split())
    who = each.holder or each.answered_by or texts("console.status.new")
    return state, f"#{each.id}", question, who, each.department, moment(each.due_at, texts)


def _replied(each: RatingFact, texts: Texts) -> tuple[Cell, ...]:
    return each.officer, texts(f"rating.level.l{each.score}"), each.words, each.reply


def _rated(each: RatedName) -> tuple[Cell, ...]:
    return each.name, each.agency, each.count, each.mean


COLUMNS = (
    "name",
    "tickets",
    "answered",
    "unanswered",
    "promised",
    "in_time",
    "first_answer",
    "solved",
    "offered",
    "ratings",
    "responded",
    "rating",
)


def _row(each: Group) -> tuple[Cell, ...]:
    return (
        each.name,
        each.tickets,
        each.answered.part,
        each.unanswered.percent,
        each.in_time.whole,
        each.in_time.percent,
        _minutes(each.first_answer),
        _minutes(each.solved),
        each.offered,
        each.ratings,
        each.responded.percent,
        each.rating,
    )


def _minutes(span: timedelta | None) -> int | None:
    return None if span is None else round(span / _MINUTE)


def _counted(each: Counted) -> tuple[Cell, ...]:
    return each.name, each.count


def as_csv(report: Report, texts: Texts) -> bytes:
    """One table below the other, for Excel in Vietnam: UTF-8 with a mark at the beginning."""
    out = io.StringIO()
    writer = csv.writer(out)
    for title, head, rows in tables(report, texts):
        writer.writerow([harmless(title)])
        writer.writerow([harmless(each) for each in head])
        writer.writerows([["" if cell is None else harmless(cell) for cell in row] for row in rows])
        writer.writerow([])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """Text that a spreadsheet would run is quoted."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def as_excel(report: Report, texts: Texts) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for number, (title, head, rows) in enumerate(tables(report, texts), 1):
            sheet = book.add_worksheet(_sheet_name(number, title))
            sheet.set_column(0, 0, 50)
            for column, name in enumerate(head):
                sheet.write_string(0, column, name, bold)
            for line, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    _write(sheet, line, column, cell)
    return out.getvalue()


def as_word(report: Report, texts: Texts) -> bytes:
    """For a letter or a meeting. Raises ImportError without `motcua[word]`."""
    import docx
    from docx.enum.section import WD_ORIENT

    document = docx.Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE  # eleven columns
    page.page_width, page.page_height = page.page_height, page.page_width
    last = report.end.date() - timedelta(days=1)
    document.add_heading(
        texts("console.report.week", first=f"{report.start:%d/%m}", last=f"{last:%d/%m/%Y}"), 0
    )
    document.add_paragraph(texts("console.report.now", waiting=report.waiting, broken=report.broken))
    for title, head, rows in tables(report, texts):
        document.add_heading(title, 1)
        if not rows:
            document.add_paragraph(texts("console.report.none"))
            continue
        table = document.add_table(1, len(head), style="Light Grid Accent 1")
        for line in ((head), *rows):
            cells = table.rows[0].cells if line is head else table.add_row().cells
            for cell, value in zip(cells, line, strict=True):
                cell.text = texts("console.report.nothing_to_measure") if value is None else str(value)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write(sheet: object, line: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, column, cell)  # type: ignore[attr-defined]
    elif cell is not None:
        sheet.write_number(line, column, cell)  # type: ignore[attr-defined]


def _sheet_name(number: int, title: str) -> str:
    """Excel's rules: 31 characters, none of []:*?/\\."""
    plain = "".join(" " if character in "[]:*?/\\" else character for character in title)
    return f"{number}. {plain}"[:31].strip()
