"""Years of a desk in a database, made in SQL: about two minutes for 100,000 tickets and 1,000,000 messages.

The same rows on both databases: nothing in them is random, so that two runs measure the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import psycopg
from sqlalchemy import make_url

from storage.engines import driver_url
from storage.schema import sqlite_path

OFFICERS = 200  # 51 at the one-stop desk, the second of them its supervisor, the others one department each
DEPARTMENTS = 22
_ASKED = (
    (
        "Tui muốn hỏi làm giấy khai sinh cho con cần giấy tờ gì",
        "tui muon hoi lam giay khai sinh cho con can giay to gi",
    ),
    (
        "Sổ đỏ của ông nội để lại chưa sang tên thì làm sao",
        "so do cua ong noi de lai chua sang ten thi lam sao",
    ),
    ("Đổi bằng lái xe máy hết hạn ở đâu", "doi bang lai xe may het han o dau"),
    ("Hồ sơ của tui nộp hai tuần rồi chưa thấy trả lời", "ho so cua tui nop hai tuan roi chua thay tra loi"),
    (
        "Xin giấy phép xây nhà cấp bốn thì nộp ở xã hay ở tỉnh",
        "xin giay phep xay nha cap bon thi nop o xa hay o tinh",
    ),
    ("Đăng ký hộ kinh doanh bán tạp hóa", "dang ky ho kinh doanh ban tap hoa"),
    ("Trợ cấp cho người già trên 80 tuổi", "tro cap cho nguoi gia tren 80 tuoi"),
    (
        "Con tui mất giấy khai sinh, xin bản sao được không",
        "con tui mat giay khai sinh, xin ban sao duoc khong",
    ),
)


@dataclass(frozen=True)
class Volume:
    tickets: int = 100_000
    messages: int = 1_000_000
    open: int = 4_000  # of the tickets, the newest: a bad week after Tết

    @property
    def each(self) -> int:
        """Messages of one ticket."""
        return max(1, self.messages // self.tickets)


@dataclass(frozen=True)
class _Dialect:
    """What the two databases say differently."""

    numbers: str  # a table n(i) of 1..{count}
    at: str  # a moment, {seconds} after {base}


_SQLITE = _Dialect(
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)",
    "strftime('%Y-%m-%d %H:%M:%f', '{base}', ({seconds}) || ' seconds') || '000'",
)
_POSTGRES = _Dialect(
    "generate_series(1, {count}) AS n(i)",
    "(timestamptz '{base}+00' + make_interval(secs => {seconds}))",
)


def fill(url: str, volume: Volume, now: datetime) -> None:
    """Into an empty, migrated database. Times end at `now`."""
    if path := sqlite_path(url):
        import sqlite3

        with sqlite3.connect(path, isolation_level=None) as lite:
            lite.execute("PRAGMA synchronous=OFF")
            for statement in _statements(volume, now, _SQLITE):
                lite.execute(statement)
            lite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        lite.close()
        return
    plain = make_url(driver_url(url).set(drivername="postgresql")).render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in _statements(volume, now, _POSTGRES):
            connection.execute(statement.encode())


def _statements(volume: Volume, now: datetime, dialect: _Dialect) -> Iterator[str]:
    base = f"{now:%Y-%m-%d %H:%M:%S}"
    tickets, opened_s = volume.tickets, 600  # one ticket in ten minutes, day and night: two years of them

    def at(seconds: str) -> str:
        return dialect.at.format(base=base, seconds=seconds)

    def rows(count: int) -> str:
        return dialect.numbers.format(count=count)

    began = f"(i - {tickets}) * {opened_s}"
    is_open = f"i > {tickets - volume.open}"
    unclaimed = f"({is_open} AND i % 4 = 0)"
    waits = f"({is_open} AND i % 4 = 1)"  # answered, the citizen has the word
    place = f"CASE WHEN i % 3 = 0 THEN 'd' || (i % {DEPARTMENTS}) ELSE 'trung_tam' END"
    worker = f"(i % {OFFICERS}) + 1"
    phrase = f"(i % {len(_ASKED)})"
    yield "CREATE TEMPORARY TABLE phrases (id integer, said text, folded text)"
    for number, (said, folded) in enumerate(_ASKED):
        yield f"INSERT INTO phrases VALUES ({number}, '{said}', '{folded}')"
    yield (
        f"INSERT INTO departments (id, name) SELECT 'd' || (i % {DEPARTMENTS}), 'Sở số ' || i FROM {rows(DEPARTMENTS)}"
    )
    yield "INSERT INTO departments (id, name) SELECT 'trung_tam', 'Trung tâm'"
    yield (
        "INSERT INTO officers (username, name, role, languages, active, created_at)"
        " SELECT 'can-bo-' || i, 'Cán bộ ' || i,"
        " CASE WHEN i = 2 THEN 'supervisor' WHEN i <= 51 THEN 'front_officer' ELSE 'specialist' END,"
        f" '[\"vi\"]', TRUE, {at('-70000000')} FROM {rows(OFFICERS)}"
    )
    yield (
        f"INSERT INTO officer_departments (officer_id, department) SELECT i, 'd' || (i % {DEPARTMENTS})"
        f" FROM {rows(OFFICERS)} WHERE i > 51"
    )
    people = tickets // 4 or 1
    yield f"INSERT INTO citizens (language, created_at) SELECT 'vi', {at('-70000000')} FROM {rows(people)}"
    yield (
        "INSERT INTO addresses (channel, account, user_id, citizen_id, created_at)"
        " SELECT CASE i % 3 WHEN 0 THEN 'zalo_oa' WHEN 1 THEN 'web' ELSE 'telegram' END, 'main', 'u' || i, i,"
        f" {at('-70000000')} FROM {rows(people)}"
    )
    yield f"INSERT INTO conversations (address_id) SELECT i FROM {rows(people)}"
    yield (
        "INSERT INTO tickets (conversation_id, citizen_id, address_id, reason, status, department, question,"
        " search_text, officer_id, answered_by, opened_at, due_at, claimed_at, first_answer_at, closed_at,"
        " closing, last_message_id)"
        f" SELECT i % {people} + 1, i % {people} + 1, i % {people} + 1,"
        " CASE WHEN i % 5 = 0 THEN 'asked_for_person' ELSE 'nothing_found' END,"
        f" CASE WHEN NOT {is_open} THEN 'closed' WHEN {unclaimed} THEN 'new' WHEN {waits} THEN 'answered'"
        f" ELSE 'assigned' END, {place}, said || ' ' || i, folded || ' ' || i,"
        f" CASE WHEN {unclaimed} THEN NULL ELSE {worker} END,"
        f" CASE WHEN NOT {is_open} OR {waits} THEN {worker} END,"
        f" {at(began)}, {at(f'{began} + 14400 + i % 7 * 3600')},"
        f" CASE WHEN {unclaimed} THEN NULL ELSE {at(f'{began} + 600')} END,"
        f" CASE WHEN NOT {is_open} OR {waits} THEN {at(f'{began} + 3600')} END,"
        f" CASE WHEN NOT {is_open} THEN {at(f'{began} + 86400')} END,"
        f" CASE WHEN NOT {is_open} THEN 'answered' END, i * {volume.each}"
        f" FROM {rows(tickets)} JOIN phrases ON phrases.id = {phrase}"
    )
    for kind, share in (("opened", "TRUE"), ("claimed", f"NOT {unclaimed}"), ("answered", f"NOT {is_open}")):
        yield (
            "INSERT INTO ticket_events (ticket_id, at, kind, officer_id)"
            f" SELECT i, {at(began)}, '{kind}', {worker} FROM {rows(tickets)} WHERE {share}"
        )
    yield (
        "INSERT INTO promises (ticket_id, told_at, due_at, state, settled_at)"
        f" SELECT i, {at(began)}, {at(f'{began} + 14400')},"
        f" CASE WHEN {is_open} THEN 'open' WHEN i % 9 = 0 THEN 'broken' ELSE 'kept' END,"
        f" CASE WHEN NOT {is_open} THEN {at(f'{began} + 3600')} END FROM {rows(tickets)}"
    )
    yield (
        "INSERT INTO ratings (address_id, ticket_id, subject, officer_id, score, sequence, words_sequence, at)"
        f" SELECT i % {people} + 1, i, i, {worker}, i % 5 + 1, i, -1, {at(f'{began} + 86400')}"
        f" FROM {rows(tickets)} WHERE i % 3 = 0 AND NOT {is_open}"
    )
    ticket = f"((i - 1) / {volume.each} + 1)"
    yield (
        "INSERT INTO messages (conversation_id, author, text, body, note, search_text, ticket_id, at)"
        f" SELECT {ticket} % {people} + 1, CASE i % 2 WHEN 1 THEN 'citizen' ELSE 'bot' END,"
        " said || ' ' || i, '{}', '{}', CASE i % 2 WHEN 1 THEN folded || ' ' || i ELSE '' END,"
        f" {ticket}, {at(f'({ticket} - {tickets}) * {opened_s} + i % {volume.each} * 30')}"
        f" FROM {rows(volume.tickets * volume.each)} JOIN phrases ON phrases.id = {phrase}"
    )
    yield (
        "INSERT INTO outbox (address_id, message_id, channel, payload, status, due_at, created_at, finished_at)"
        f" SELECT {ticket} % {people} + 1, i, 'telegram', '{{}}', 'sent', {at('0')}, {at('0')}, {at('0')}"
        f" FROM {rows(volume.tickets * volume.each)} WHERE i % 10 = 2"
    )
    yield "ANALYZE"
