"""`motcua catalog ...`: check, import, export, diff, stats, schema. Heavy imports are made where used."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from intents.catalog import Catalog
    from intents.checks import Overmatch
    from intents.problems import Problem
    from intents.tables_io import ImportReport

app = typer.Typer(no_args_is_help=True, help="Danh mục thủ tục: kiểm tra, nhập, xuất, so sánh.")

CatalogPath = Annotated[
    Path | None, typer.Option("--catalog", help="Tệp procedures_catalog.yaml hoặc thư mục chứa nó.")
]
AsJson = Annotated[bool, typer.Option("--json", help="In ra dạng JSON cho chương trình khác đọc.")]
SHOWN_ERRORS = 20  # of an import, on the screen; all of them are in the copy of the list


def _fail(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(2)


def _fail_with(problems: "tuple[Problem, ...]") -> NoReturn:
    for problem in problems:
        typer.echo(str(problem), err=True)
    raise typer.Exit(1)


def _load(named: Path | None) -> "Catalog":
    from intents import loader
    from intents.problems import CatalogError

    try:
        return loader.load(loader.find_head(named))
    except CatalogError as error:
        _fail_with(error.problems)


@app.command()
def check(
    catalog: CatalogPath = None,
    strict: Annotated[bool, typer.Option("--strict", help="Cảnh báo cũng tính là lỗi.")] = False,
    overmatch: Annotated[
        bool,
        typer.Option(
            "--overmatch", help="Thử từng câu hỏi mẫu xem có dẫn đến thủ tục khác không (vài giây)."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra danh mục. Mã thoát 1 khi có lỗi; với --strict thì cả khi có cảnh báo."""
    from intents import checks, loader
    from intents.problems import CatalogError, Severity

    try:
        loaded = loader.read(loader.find_head(catalog))
    except CatalogError as error:
        _fail_with(error.problems)
    problems = checks.check(loaded, _today(), _overmatches if overmatch else None)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    if as_json:
        typer.echo(json.dumps(_as_json(problems, errors, warnings), ensure_ascii=False, indent=2))
    else:
        count = len(loaded.draft.procedures) if loaded.draft else 0
        summary = f"{count} thủ tục, {len(loaded.files)} tệp: {errors} lỗi, {warnings} cảnh báo."
        typer.echo("\n".join((*map(str, problems), summary)))  # at once: an imported list has thousands
    if errors or (strict and warnings):
        raise typer.Exit(1)


def _today() -> "date":
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def _overmatches(catalog: "Catalog") -> "Iterable[Overmatch]":
    from intents.matcher import Matcher
    from intents.scoring import overmatches

    return overmatches(Matcher(catalog))


@app.command()
def collisions(catalog: CatalogPath = None, as_json: AsJson = False) -> None:
    """Thủ tục giành câu hỏi của nhau: bỏ từng câu mẫu ra thì câu đó dẫn đến thủ tục nào."""
    from dataclasses import asdict

    from intents.matcher import Matcher
    from intents.scoring import collisions as find

    content = _load(catalog)
    found = find(Matcher(content))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in sorted(found, key=lambda each: (not each.sure, each.owner, each.thief)):
        owner, thief = content.by_code[each.owner].title, content.by_code[each.thief].title
        typer.echo(f"{'chắc' if each.sure else 'ngờ '}  “{each.wording}”: {owner} → {thief}")
    sure = sum(each.sure for each in found)
    typer.echo(f"{len(found)} câu, {sure} câu chắc chắn bị giành.")


def _as_json(problems: "tuple[Problem, ...]", errors: int, warnings: int) -> dict[str, object]:
    from dataclasses import asdict

    return {"errors": errors, "warnings": warnings, "problems": [asdict(problem) for problem in problems]}


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx, .csv hoặc .jsonl.")],
    into: Annotated[Path, typer.Option("--into", help="Thư mục để ghi danh mục vào.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Thay thủ tục đang có; tệp cũ được cất lại.")
    ] = False,
    wordings: Annotated[
        bool,
        typer.Option("--wordings", help="Lấy thêm tên dân gian và câu hỏi mẫu có sẵn của thủ tục cùng mã."),
    ] = False,
) -> None:
    """Nhập danh sách thủ tục vào một thư mục danh mục."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from intents.problems import CatalogError
    from intents.tables_io import TableError, import_table

    try:
        with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as bar:
            task = bar.add_task("Đọc danh sách", total=None)
            report = import_table(
                file,
                into,
                replace=replace,
                wordings=wordings,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    except TableError as error:
        _fail(f"{error.what} {error.remedy}")
    except CatalogError as error:
        _fail_with(error.problems)
    except OSError as error:
        _fail(f"Không đọc hoặc ghi được {error.filename}: {error.strerror}. Kiểm tra quyền và chỗ trống.")
    _tell(report, into)
    _tell_known(report.known, wordings)


def _tell(report: "ImportReport", into: Path) -> None:
    typer.echo(f"Đã nhập {report.imported} trong {report.rows} dòng vào {into}.")
    if report.new_agencies or report.new_fields:
        new = f"{report.new_fields} lĩnh vực, {report.new_agencies} cơ quan"
        typer.echo(f"Thêm {new} vào catalog/head/nhap.yaml: xem lại tên và phòng ban.")
    if report.ignored_columns:
        typer.echo(f"Không dùng các cột: {', '.join(report.ignored_columns)}.")
    if report.set_aside:
        typer.echo(f"Tệp cũ cất ở {report.set_aside}.")
    for error in report.errors[:SHOWN_ERRORS]:
        typer.echo(str(error))
    if report.errors:
        more = len(report.errors) - SHOWN_ERRORS
        typer.echo(f"… và {more} lỗi nữa." if more > 0 else "")
        typer.echo(f"{len(report.errors)} lỗi ghi cạnh từng dòng trong {report.errors_file}.")
    if not report.imported:
        typer.echo("Chưa dòng nào dùng được nên chưa ghi gì vào danh mục.", err=True)
        raise typer.Exit(1)
    _check_imported(into)


def _tell_known(known: int, wordings: bool) -> None:
    if known and wordings:
        typer.echo(f"{known} thủ tục lấy thêm tên dân gian và câu hỏi mẫu có sẵn.")
    elif known:
        typer.echo(f"{known} thủ tục đã có sẵn tên dân gian và câu hỏi mẫu.")
        typer.echo("Nhập lại với --wordings --replace thì người dân hỏi lời thường cũng tìm ra.")


def _check_imported(into: Path) -> None:
    """Whether the folder can be served; what was found free of errors is kept for the first start."""
    from intents.checks import load_checked
    from intents.loader import HEAD
    from intents.problems import CatalogError

    try:
        load_checked(into / HEAD, _today())
    except CatalogError as error:
        typer.echo(
            f"Còn {len(error.problems)} lỗi nên chưa chạy được. Xem: motcua catalog check --catalog {into}"
        )
        raise typer.Exit(1) from error
    typer.echo(f"Danh mục không có lỗi, chạy được ngay: motcua demo --catalog {into}")
    typer.echo(f"Xem chỗ nên bổ sung: motcua catalog check --catalog {into}")


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", help="Tệp .xlsx, .csv hoặc .jsonl để ghi ra.")],
    catalog: CatalogPath = None,
) -> None:
    """Xuất mọi thủ tục ra một bảng; sửa xong nhập lại bằng `import`."""
    from intents.tables_io import TableError
    from intents.tables_io import export as write

    content = _load(catalog)
    try:
        count = write(content, to)
    except TableError as error:
        _fail(f"{error.what} {error.remedy}")
    except OSError as error:
        _fail(f"Không ghi được {to}: {error.strerror}. Kiểm tra thư mục, quyền, và đóng tệp nếu đang mở.")
    typer.echo(f"Đã ghi {count} thủ tục vào {to}.")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Danh mục cũ: tệp đầu hoặc thư mục.")],
    new: Annotated[Path, typer.Argument(help="Danh mục mới.")],
) -> None:
    """Nói hai danh mục khác nhau chỗ nào: mới, sửa đổi, bãi bỏ; trong mỗi loại theo lĩnh vực."""
    from itertools import groupby

    from intents.diff import diff as compare

    changes = compare(_load(old), _load(new))
    if not changes:
        typer.echo("Hai danh mục giống nhau.")
    for (field, kind), group in groupby(changes, key=lambda change: (change.field, change.kind)):
        typer.echo(f"\n{kind.upper()} · {field}")
        for change in group:
            typer.echo(str(change))


@app.command()
def stats(catalog: CatalogPath = None, as_json: AsJson = False) -> None:
    """Đếm thủ tục, câu hỏi mẫu, lĩnh vực, phần chưa xác nhận."""
    from intents.stats import stats as count

    content = _load(catalog)
    figures = count(content)
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=2))
        return
    for name, label in _FIGURES.items():
        typer.echo(f"{label}: {figures[name]}")
    typer.echo("Theo lĩnh vực:")
    for field, number in figures["by_field"].items():
        known = content.field_by_id.get(field)
        typer.echo(f"  {known.name if known else field}: {number}")


_FIGURES = {
    "version": "Phiên bản",
    "procedures": "Thủ tục",
    "wordings": "Câu hỏi mẫu",
    "min_wordings": "Ít câu hỏi mẫu nhất ở một thủ tục",
    "fields": "Lĩnh vực",
    "essential": "Thủ tục thuộc 25 dịch vụ công thiết yếu",
    "bundles": "Nhóm liên thông",
    "with_documents": "Có giấy tờ cần nộp",
    "with_ways": "Có cách nộp",
    "unconfirmed": "Có phần chưa xác nhận",
    "unconfirmed_facts": "Số phần chưa xác nhận",
    "topics": "Chủ đề",
    "offices": "Nơi tiếp nhận",
    "communes": "Xã, phường",
}


@app.command()
def schema(
    part: Annotated[bool, typer.Option("--part", help="Của tệp trong catalog/, không phải tệp đầu.")] = False,
) -> None:
    """In JSON Schema để trình soạn thảo gợi ý khi sửa danh mục."""
    from intents.schema import head_schema, part_schema

    typer.echo(json.dumps(part_schema() if part else head_schema(), ensure_ascii=False, indent=2))


@app.command("proposals")
def proposals() -> None:
    """Các cách hỏi đã nhận từ bàn làm việc, dạng YAML để chép vào tệp danh mục."""
    import asyncio

    from bot.app import assembled
    from bot.config import Settings
    from bot.snippets import wordings_yaml

    async def accepted() -> str:
        async with assembled(Settings()) as parts:
            return wordings_yaml(await parts.desk.accepted(), parts.desk.procedure_name)

    typer.echo(asyncio.run(accepted()) or "Chưa có đề xuất nào được nhận.")
