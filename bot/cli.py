"""The commands. Heavy imports stand inside them, so that `--help` answers in under a second."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from bot import catalog_commands
from intents.collecting import no_collecting

if TYPE_CHECKING:
    from bot.config import Settings

app = typer.Typer(
    name="motcua",
    help="Một Cửa: trợ lý thủ tục hành chính của tỉnh, trên Zalo, Telegram và web.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The database.", no_args_is_help=True)
dossiers = typer.Typer(help="Dossiers mirrored from the one-stop system.", no_args_is_help=True)
inbox = typer.Typer(help="Updates that came in.", no_args_is_help=True)
officers = typer.Typer(help="Officers' accounts.", no_args_is_help=True)
config = typer.Typer(help="Settings.", no_args_is_help=True)
audit = typer.Typer(help="The audit trail.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(dossiers, name="dossiers")
app.add_typer(inbox, name="inbox")
app.add_typer(officers, name="officers")
app.add_typer(config, name="config")
app.add_typer(audit, name="audit")
app.add_typer(catalog_commands.app, name="catalog")

CatalogOption = Annotated[
    Path | None, typer.Option("--catalog", help="Head file of a catalog, or its folder.")
]
DataOption = Annotated[Path | None, typer.Option("--data", help="Data folder (default: ./data).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def main() -> None:
    """The entry point: every error somebody can cause ends in one line that says what to do."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        message = _explained(error)
        if message is None:
            raise
        typer.echo(message, err=True)
        raise SystemExit(1) from None


def _explained(error: Exception) -> str | None:
    from bot.config import SettingError
    from bot.officer_accounts import AccountError
    from intents.problems import CatalogError
    from intents.tables.errors import TableError
    from storage.errors import SchemaError, ServerRunningError, UnavailableError

    if isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        return _explained(error.exceptions[0])
    if isinstance(error, CatalogError):
        lines = "\n".join(f"  {problem}" for problem in error.problems)
        return f"Danh mục có {len(error.problems)} lỗi, chưa chạy được:\n{lines}"
    if isinstance(error, SchemaError):
        return f"{error}\n→ motcua db upgrade"
    if isinstance(error, ServerRunningError):
        return (
            f"Một máy chủ khác đang dùng cơ sở dữ liệu này. Dừng nó trước, hoặc chọn --data khác.\n({error})"
        )
    if isinstance(error, UnavailableError):
        return f"Không dùng được cơ sở dữ liệu: {error}\n→ Kiểm tra MOTCUA_DATABASE_URL, quyền ghi và dung lượng đĩa."
    if isinstance(error, TableError):
        return f"{error.what}\n→ {error.remedy}"
    if isinstance(error, SettingError):
        return f"Cài đặt chưa đúng: {error}\n→ docs/settings.md"
    if isinstance(error, AccountError):
        return str(error)
    if isinstance(error, OSError):
        return f"Không mở được: {error}"
    return None


def settings_from(catalog: Path | None = None, data: Path | None = None, **changes: Any) -> "Settings":
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from bot.config import Settings

    named = {"catalog": catalog, "data_dir": data, **changes}
    try:
        return Settings(**{key: value for key, value in named.items() if value is not None})
    except ValidationError as error:
        lines = "\n".join(f"  MOTCUA_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors())
        typer.echo(f"Cài đặt chưa đúng:\n{lines}\n→ docs/settings.md", err=True)
        raise typer.Exit(2) from None
    except SettingsError as error:  # a file named by MOTCUA_..._FILE that cannot be read
        typer.echo(f"Cài đặt chưa đúng:\n  {error.__cause__ or error}\n→ docs/settings.md", err=True)
        raise typer.Exit(2) from None


@app.command()
def demo(
    catalog: CatalogOption = None,
    data: DataOption = None,
    port: Annotated[int, typer.Option(help="First port to try.")] = 8080,
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine's own.")] = "127.0.0.1",
    reset: Annotated[bool, typer.Option("--reset", help="Throw the demo's data away first.")] = False,
) -> None:
    """Everything on one machine: no token, no setting, made-up dossiers and officers."""
    with no_collecting():  # a sixth of the time that importing takes
        from bot.demo import run_demo

    asyncio.run(run_demo(settings_from(catalog, data, host=host, port=port), reset=reset))


@app.command()
def serve(catalog: CatalogOption = None, data: DataOption = None) -> None:
    """Run the server with the settings of the environment (docs/settings.md)."""
    with no_collecting():
        from bot import logs
        from bot.app import serve as run_server

    settings = settings_from(catalog, data)
    logs.configure(settings.log_format, settings.log_level)
    asyncio.run(run_server(settings))


@app.command()
def chat(catalog: CatalogOption = None, data: DataOption = None) -> None:
    """Talk with the assistant in this terminal."""
    from bot.terminal import run_chat

    asyncio.run(run_chat(settings_from(catalog, data)))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="A question as a citizen would type it.")],
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """What would be matched, and why."""
    from bot.asking import asked, told

    answer = asked(text, settings_from(catalog).catalog)
    typer.echo(json.dumps(answer.as_json(), ensure_ascii=False) if as_json else told(answer))


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled questions, one JSON object a line.")],
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure understanding on labelled questions."""
    from bot.asking import evaluated

    report = evaluated(file, settings_from(catalog).catalog)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        for key, value in report.items():
            typer.echo(f"{key:22} {value:.4g}" if isinstance(value, float) else f"{key:22} {value}")


@db.command("upgrade")
def db_upgrade(data: DataOption = None) -> None:
    """Bring the database to the program's schema."""
    from bot.app import prepare

    settings = settings_from(data=data)
    asyncio.run(prepare(settings))
    typer.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")


@dossiers.command("import")
def dossiers_import(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, JSON or JSONL.")], data: DataOption = None
) -> None:
    """Take dossiers over from the one-stop system: what is there is brought up to date."""
    from rich.console import Console
    from rich.progress import Progress

    from bot.dossier_import import import_dossiers

    with Progress(console=Console(stderr=True), transient=True) as progress:
        size = file.stat().st_size

        def watched(opened: BinaryIO) -> BinaryIO:
            return progress.wrap_file(opened, size, description=file.name)

        report = asyncio.run(import_dossiers(settings_from(data=data), file, watched=watched))
    for error in report.errors:
        typer.echo(error, err=True)
    if report.faulty > len(report.errors):
        typer.echo(f"… và {report.faulty - len(report.errors)} dòng lỗi nữa.", err=True)
    typer.echo(f"Đã nhận {report.taken} hồ sơ, {report.faulty} dòng lỗi.")
    raise typer.Exit(1 if report.faulty else 0)


@inbox.command("dead")
def inbox_dead(data: DataOption = None) -> None:
    """Updates that could not be handled, the newest first."""
    from bot.dead_letters import listed

    for line in asyncio.run(listed(settings_from(data=data))):
        typer.echo(line)


@inbox.command("revive")
def inbox_revive(row: int, data: DataOption = None) -> None:
    """Handle one of them again, once what hindered it is mended."""
    from bot.dead_letters import revive

    typer.echo(asyncio.run(revive(settings_from(data=data), row)))


@officers.command("add")
def officers_add(
    username: str,
    name: Annotated[str, typer.Option(help="Full name, as citizens will read it.")],
    role: Annotated[
        str, typer.Option(help="front_officer, specialist, supervisor or admin.")
    ] = "front_officer",
    department: Annotated[
        list[str] | None, typer.Option(help="Department id of the catalog; may repeat.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Spoken beside Vietnamese: km (Khmer), en; may repeat.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Make an account; prints a one-time link with which the officer sets a password."""
    from bot.officer_accounts import add

    languages = tuple(language or ())
    made = add(settings_from(data=data), username, name, role, tuple(department or ()), languages)
    typer.echo(asyncio.run(made))


@officers.command("list")
def officers_list(data: DataOption = None) -> None:
    """All accounts."""
    from bot.officer_accounts import listed

    for line in asyncio.run(listed(settings_from(data=data))):
        typer.echo(line)


@officers.command("disable")
def officers_disable(username: str, data: DataOption = None) -> None:
    """End an account at once, with its open sessions."""
    from bot.officer_accounts import disable

    typer.echo(asyncio.run(disable(settings_from(data=data), username)))


@officers.command("invite")
def officers_invite(username: str, data: DataOption = None) -> None:
    """A new one-time link, for a forgotten password."""
    from bot.officer_accounts import invite

    typer.echo(asyncio.run(invite(settings_from(data=data), username)))


@officers.command("reset-factor")
def officers_reset_factor(username: str, data: DataOption = None) -> None:
    """The phone and the recovery codes are lost: set up a new one at the next login."""
    from bot.desk_commands import factor_reset

    typer.echo(asyncio.run(factor_reset(settings_from(data=data), username)))


@audit.command("verify")
def audit_verify(data: DataOption = None) -> None:
    """Whether the audit trail is whole; names the first bad row (exit 1)."""
    from bot.desk_commands import verified

    whole, said = asyncio.run(verified(settings_from(data=data)))
    typer.echo(said, err=not whole)
    raise typer.Exit(0 if whole else 1)


@app.command()
def report(
    into: Annotated[Path, typer.Option(help="File to write: .xlsx, .docx or .csv.")] = Path("bao-cao.xlsx"),
    week: Annotated[bool, typer.Option("--week", help="A whole week, from Monday on; the usual.")] = True,
    day: Annotated[
        str | None, typer.Option(help="Any day of the week wanted, as 2026-11-23; today when not said.")
    ] = None,
    data: DataOption = None,
    catalog: CatalogOption = None,
) -> None:
    """The week in figures, as the supervisor's page shows it."""
    from datetime import date

    from bot.desk_commands import reported

    del week  # there is no other span yet; named so that there can be
    try:
        chosen = date.fromisoformat(day) if day else None
        typer.echo(asyncio.run(reported(settings_from(catalog, data), chosen, into)))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command()
def poster(
    channel: Annotated[str, typer.Option(help="web, telegram, zalo_oa or zalo_bot.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A file ending in .svg, .png or .pdf.")],
    address: Annotated[str | None, typer.Option(help="Where the code leads, if settings do not say.")] = None,
    procedure: Annotated[str | None, typer.Option(help="Code of a procedure the link opens.")] = None,
    catalog: CatalogOption = None,
) -> None:
    """A QR poster for a wall or a counter, A4."""
    from bot.poster_command import write_poster

    write_poster(settings_from(catalog), channel, out, address, procedure)


@config.command("show")
def config_show() -> None:
    """The settings in force, secrets masked."""
    for name, value in settings_from().shown().items():
        typer.echo(f"MOTCUA_{name.upper()}={value}")


@app.command()
def doctor(data: DataOption = None, catalog: CatalogOption = None) -> None:
    """Check catalog, database, clock and settings, and say what to do."""
    from bot.doctor import examined

    healthy, lines = asyncio.run(examined(settings_from(catalog, data)))
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if healthy else 1)


if __name__ == "__main__":
    main()
