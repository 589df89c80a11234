"""`motcua poster`: a poster into a file."""

from pathlib import Path
from typing import NoReturn

import typer

from bot import posters
from bot.config import Settings
from bot.texts import Texts
from intents.loader import find_head, load


def write_poster(
    settings: Settings, channel: str, out: Path, address: str | None, procedure: str | None
) -> None:
    """Ends with status 2 and says what is needed when it cannot be drawn."""
    kind = posters.kind_of(out)
    if channel not in posters.NAMES:
        _fail(f"Không có kênh {channel}. Chọn một trong: {', '.join(posters.NAMES)}.")
    if kind is None:
        _fail(f"{out}: tên tệp phải kết thúc bằng .svg, .png hoặc .pdf.")
    catalog = load(find_head(settings.catalog))
    if procedure and procedure not in catalog.by_code:
        _fail(f"Danh mục không có thủ tục {procedure}.")
    leads_to = address or posters.address_of(settings, channel, procedure)
    if leads_to is None:
        _fail("Chưa biết địa chỉ của kênh này: thêm --address https://..., hoặc đặt trong docs/settings.md.")
    province = catalog.province
    name = catalog.by_code[procedure].title if procedure else ""
    opens = bool(procedure) and not address and leads_to != posters.address_of(settings, channel)
    poster = posters.Poster(province.centre, channel, leads_to, province.hotline, name, opens)
    out.write_bytes(posters.drawn(poster, kind, Texts.load()))
    typer.echo(f"{out}: {leads_to}")


def _fail(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)
