"""`motcua demo`: everything on one machine, with made-up dossiers and officers, bound to this machine alone."""

import asyncio
import ipaddress
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import typer

from bot import logs
from bot.actions.dossiers import factor_digest
from bot.app import Parts, application, assembled, prepare, run
from bot.config import Settings
from bot.console.passwords import Passwords, WeakPasswordError, check
from bot.intake import stop
from bot.listening import announced, listening_socket
from bot.ports import SystemClock
from bot.simulator.simulation import FirstPage, Simulation, is_loading, reach_this_machine
from bot.simulator.stage import PLACE
from bot.texts import Texts
from bot.worktime import VIETNAM
from intents.catalog import Procedure
from storage.records import Dossier, Officer, Role
from storage.serverlock import ServerLock

OFFICERS = (
    ("mai", "Nguyễn Thị Tuyết Mai", Role.FRONT_OFFICER, ()),
    ("kha", "Trần Minh Kha", Role.FRONT_OFFICER, ()),
    ("hanh", "Lê Thị Hạnh", Role.SPECIALIST, ("so_tu_phap",)),
    ("tuan", "Phạm Anh Tuấn", Role.SPECIALIST, ("cong_an",)),
    ("loan", "Huỳnh Kim Loan", Role.SPECIALIST, ("so_nong_nghiep_moi_truong",)),
    ("giamsat", "Võ Thành Công", Role.SUPERVISOR, ()),
    ("quantri", "Nguyễn Hữu Phước", Role.ADMIN, ()),
)
SPEAKS = {"kha": ("vi", "km")}  # who writes in Khmer meets somebody who reads it
HOLDERS = (
    "Nguyễn Văn Út",
    "Trần Thị Bé Năm",
    "Lê Hoàng Phúc",
    "Phạm Thị Diễm Hương",
    "Võ Văn Lành",
    "Huỳnh Ngọc Trâm",
    "Đặng Văn Tám",
    "Lý Thị Sà Rương",
    "Ngô Quốc Việt",
)
STAGES = (4, 2, 9, 5, 4, 10, 1, 6, 8)
DOSSIERS = 36
HEAD_START = 1.0  # seconds for the first page alone
CODE_TO_TRY = 2  # the first two dossiers are printed with their digits
DIGITS = "246810"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Account:
    username: str
    password: str
    name: str
    role: Role


@dataclass(frozen=True)
class NewPassword:
    password: str
    hash: str


async def run_demo(settings: Settings, *, reset: bool) -> None:
    """Seed what is missing, say where to look, and serve until a signal."""
    logs.configure(settings.log_format, "WARNING")
    if not _is_loopback(settings.host):
        typer.echo("Bản dùng thử chỉ chạy trên máy này (127.0.0.1). Để phục vụ thật: motcua serve.", err=True)
        raise typer.Exit(2)
    if reset and settings.data_dir.exists():
        _throw_away(settings.data_dir)
    # They cost a quarter of a second of a processor, which catalog and database leave free.
    fresh = asyncio.create_task(new_passwords())
    await prepare(settings)
    sock = listening_socket(settings.host, settings.port, search=True)
    port = sock.getsockname()[1]
    if port != settings.port:
        typer.echo(f"Cổng {settings.port} đang bận, dùng cổng {port}.")
    try:
        await _serve(settings.model_copy(update={"port": port}), sock, fresh)
    finally:
        sock.close()
    typer.echo("Đã dừng. Dữ liệu vẫn còn; chạy lại để tiếp tục.")
    if is_loading():  # everything is closed: end at once instead of aborting in the middle of an import
        sys.stdout.flush()
        os._exit(0)


async def _serve(
    settings: Settings, sock: socket.socket, fresh: "asyncio.Task[dict[str, NewPassword]]"
) -> None:
    clock = SystemClock()
    reach_this_machine()
    base = f"http://{settings.host}:{settings.port}"
    simulation = Simulation(base, clock)
    async with assembled(simulation.settings(settings), clock=clock, server=True) as parts:
        await seed_dossiers(parts)
        accounts = await renew_accounts(parts, await fresh)
        app = application(parts, second_factor=False, more=simulation.routes)
        app.add_middleware(FirstPage, opened=simulation.opened)
        _say_where(parts, settings.port, accounts)
        others = asyncio.create_task(simulation.run(parts, app))
        try:
            with announced(settings.data_dir, base):
                await run(parts, app, [sock], head_start=HEAD_START)
        finally:
            await stop(others)


def _throw_away(folder: Path) -> None:
    """Only what is ours: a slip in `--data` must not empty somebody's home."""
    if (folder / "motcua.db").exists():
        ServerLock(folder / "motcua.db").release()  # raises ServerRunningError: its data are in use
    if any(folder.iterdir()) and not (folder / "secret.key").is_file():
        typer.echo(f"{folder} không phải thư mục dữ liệu của Một Cửa, nên không xóa.", err=True)
        raise typer.Exit(2)
    shutil.rmtree(folder)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def new_passwords() -> dict[str, NewPassword]:
    """By the officers' usernames."""
    hashing = Passwords()
    chosen = [new_password(username, name) for username, name, _, _ in OFFICERS]
    hashes = await asyncio.gather(*map(hashing.hash, chosen))
    names = (username for username, *_ in OFFICERS)
    return dict(zip(names, map(NewPassword, chosen, hashes), strict=True))


async def renew_accounts(parts: Parts, fresh: Mapping[str, NewPassword]) -> list[Account]:
    """Officers with new random passwords at every start: no account has a default one."""
    now = parts.clock.now()
    accounts = []
    async with parts.database.unit_of_work() as uow:
        for username, name, role, departments in OFFICERS:
            officer: Officer | None = await uow.officers.by_username(username)
            if officer is None:
                officer = await uow.officers.add(
                    username, name, role, departments, SPEAKS.get(username, ("vi",)), now
                )
            await uow.officers.set_password(officer.id, fresh[username].hash, now)
            accounts.append(Account(username, fresh[username].password, name, role))
        await uow.commit()
    return accounts


def new_password(*personal: str) -> str:
    """Sixteen letters and digits that cannot be mistaken for one another, in groups: about 79 bits.

    One in three hundred looks guessable to the officers' own rule, mostly digits by chance: then another.
    """
    while True:
        password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
        with suppress(WeakPasswordError):
            check(password, *personal)
            return password


async def seed_dossiers(parts: Parts) -> None:
    """A few dozen dossiers in every stage, one of them late; only into an empty mirror."""
    async with parts.database.unit_of_work() as uow:
        if await uow.dossiers.count():
            return
        await uow.dossiers.upsert(tuple(_dossier(number, parts) for number in range(DOSSIERS)))
        await uow.commit()


def code_to_try(number: int, province: str) -> str:
    return f"{province}.25-{260105 + number // 9:06d}-{number % 9 + 1:04d}"


def _dossier(number: int, parts: Parts) -> Dossier:
    catalog, now = parts.live.snapshot.catalog, parts.clock.now()
    procedure = catalog.procedures[(number * 7) % len(catalog.procedures)]
    code = code_to_try(number, catalog.province.code)
    stage = STAGES[number % len(STAGES)]
    received = now - timedelta(days=12 + number % 5)
    late = number == 1 or number % 11 == 5
    due = _end_of_day(now - timedelta(days=4) if late else now + timedelta(days=3 + number % 6), parts)
    finished = now - timedelta(days=1) if stage in (9, 10) else None
    return replace(
        _empty(code, procedure, now),
        stage=4 if late else stage,
        received_at=received,
        due_at=due,
        finished_at=None if late else finished,
        returned_at=finished if stage == 10 and not late else None,
        agency=catalog.agency_by_id[procedure.agency].name
        if procedure.agency in catalog.agency_by_id
        else procedure.agency,
        handler=OFFICERS[2 + number % 3][1],
        holder=HOLDERS[number % len(HOLDERS)],
        factors=(factor_digest(parts.secret, code, DIGITS),),
        missing="Bản sao giấy tờ tùy thân còn giá trị" if stage == 5 else None,
        result_place=catalog.province.centre if stage == 9 else None,
        late_reason="Cần xác minh thêm tại địa phương" if late else None,
    )


def _empty(code: str, procedure: Procedure, now: datetime) -> Dossier:
    return Dossier(
        code=code,
        procedure_code=procedure.code,
        procedure_name=procedure.name,
        stage=1,
        received_at=None,
        due_at=None,
        finished_at=None,
        returned_at=None,
        agency="",
        handler=None,
        holder="",
        factors=(),
        missing=None,
        result_place=None,
        late_reason=None,
        steps=(),
        updated_at=now,
    )


def _end_of_day(at: datetime, parts: Parts) -> datetime:
    day = at.astimezone(VIETNAM).date()
    while not parts.worktime.is_working_day(day):
        day -= timedelta(days=1)
    return parts.worktime.closing(day)


def _say_where(parts: Parts, port: int, accounts: list[Account]) -> None:
    base = f"http://{parts.settings.host}:{port}"
    province = parts.live.snapshot.catalog.province.code
    typer.echo("")
    typer.echo(f"  Người dân hỏi đáp   {base}/")
    typer.echo(f"  Bàn làm việc cán bộ {base}/can-bo")
    typer.echo(f"  Thử Zalo, Telegram  {base}{PLACE}")
    typer.echo("")
    typer.echo("  Tài khoản (mật khẩu đổi mỗi lần chạy)")
    texts = Texts.load()
    for account in accounts:
        role = texts(f"console.role.{account.role.value}")
        typer.echo(f"    {account.username:8} {account.password:20} {account.name} ({role})")
    typer.echo("")
    typer.echo("  Mã hồ sơ để tra thử, và 6 số cuối")
    for number in range(CODE_TO_TRY):
        typer.echo(
            f"    {code_to_try(number, province)}   {DIGITS}" + ("   (trễ hẹn)" if number == 1 else "")
        )
    typer.echo("")
    typer.echo("  Ctrl-C để dừng.")
