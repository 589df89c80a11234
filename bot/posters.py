"""A poster for a wall or a counter: whose it is, a QR code, three steps. A4, large letters.

Laid out once, in millimetres, and drawn as SVG, PNG or PDF (a picture of 300 dots an inch, made for printing).
The letters are Roboto's, out of a package: a server has no fonts for certain, and Vietnamese needs its marks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import segno
from font_roboto import Roboto, RobotoBold
from PIL import Image, ImageDraw, ImageFont

from bot.config import Settings
from bot.texts import Texts

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 18.0  # millimetres
QR_SIDE = 104.0
NAME_SIZES, NAME_LINES = (13.0, 11.0, 9.0), 3
SPARE = 6.0  # millimetres above the line at the foot, whatever the steps say
QUIET = 4  # modules of white that a reader needs around the code
INCH = 25.4
KINDS = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
BLUE, INK, WHITE = "#0f4c75", "#1b2430", "#ffffff"
NAMES = ("web", "telegram", "zalo_oa", "zalo_bot")


@dataclass(frozen=True)
class Poster:
    """`address` is what the code leads to. `procedure`: its name on a poster of one; `opens`: the code opens it."""

    centre: str
    channel: str
    address: str
    hotline: str
    procedure: str = ""
    opens: bool = False


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Words:
    """One line; `y` is its baseline, `size` the height of its letters' square."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False
    colour: str = INK
    centred: bool = False


Element = Box | Words


def address_of(settings: Settings, channel: str, procedure: str | None = None) -> str | None:
    """Where people find us there; with a procedure's code, opened at it. None: the settings do not say."""
    start = f"p_{procedure.replace('.', '-', 1)}" if procedure else ""
    match channel:
        case "web" if settings.public_url:
            return f"{settings.public_url.rstrip('/')}/" + (f"?hoi={start}" if start else "")
        case "telegram" if settings.telegram_name:
            return f"https://t.me/{settings.telegram_name}" + (f"?start={start}" if start else "")
        case "zalo_oa" if settings.zalo_oa_id:
            return f"https://zalo.me/{settings.zalo_oa_id}"
    return None


def drawn(poster: Poster, kind: str, texts: Texts) -> bytes:
    """`kind`: svg, png or pdf."""
    writers: dict[str, Callable[[Sequence[Element]], bytes]] = {"svg": _svg, "png": _png, "pdf": _pdf}
    return writers[kind](tuple(_elements(poster, texts)))


def _elements(poster: Poster, texts: Texts) -> Iterator[Element]:
    inside, middle = WIDTH - 2 * MARGIN, WIDTH / 2
    head = wrapped(poster.centre, 10.5, inside, bold=True)
    band = 14 + 13.0 * len(head)
    yield Box(0, 0, WIDTH, band, BLUE)
    for number, line in enumerate(head):
        yield Words(middle, 17 + 13.0 * number, 10.5, line, bold=True, colour=WHITE, centred=True)
    lines = _headline(poster, texts, inside)
    y = band + (20 if len(lines) == 1 else 12)
    for number, (size, line) in enumerate(lines):
        y += 1.2 * size if number else 0
        yield Words(middle, y, size, line, bold=True, colour=BLUE, centred=True)
    y += 14
    yield Words(middle, y, 11, texts(f"poster.{poster.channel}.where"), bold=True, centred=True)
    top = y + 6
    side = QR_SIDE - max(0.0, top - band - 40 - SPARE)  # what a long name takes, the code gives
    yield from _code(poster.address, (WIDTH - side) / 2, top, side)
    yield Words(middle, top + side + 5, 5.2, _readable(poster.address), centred=True)
    y = top + side + 19
    for number, step in enumerate(_steps(poster, texts), 1):
        yield Words(MARGIN, y, 10.5, f"{number}.", bold=True, colour=BLUE)
        for line in wrapped(step, 7.8, inside - 14):
            yield Words(MARGIN + 14, y, 7.8, line)
            y += 9.6
        y += 5
    yield Box(MARGIN, HEIGHT - 24, inside, 0.5, BLUE)
    yield Words(middle, HEIGHT - 13, 6.6, texts("poster.hotline", hotline=poster.hotline), centred=True)


def _headline(poster: Poster, texts: Texts, inside: float) -> list[tuple[float, str]]:
    """Lines with their sizes. A procedure's name takes three at most, smaller as it grows, cut at last."""
    if not poster.procedure:
        return [(15, texts("poster.headline"))]
    lines, size = [poster.procedure], 0.0
    for size in NAME_SIZES:
        lines = wrapped(poster.procedure, size, inside, bold=True)
        if len(lines) <= NAME_LINES:
            break
    if len(lines) > NAME_LINES:
        lines = [*lines[: NAME_LINES - 1], lines[NAME_LINES - 1].rsplit(" ", 1)[0] + " …"]
    return [(8, texts("poster.about")), *((size, line) for line in lines)]


def _steps(poster: Poster, texts: Texts) -> tuple[str, str, str]:
    own = "poster.opened" if poster.opens else "poster.type_it"
    return (
        texts(f"poster.{poster.channel}.step1"),
        texts(f"poster.{poster.channel}.step2"),
        texts(own if poster.procedure else f"poster.{poster.channel}.step3"),
    )


def _readable(address: str) -> str:
    parts = urlsplit(address)
    return (parts.netloc + parts.path).rstrip("/")


def _code(address: str, x: float, y: float, side: float) -> Iterator[Box]:
    """Rows of dark modules as boxes. Level Q: a corner may be torn off."""
    matrix = segno.make(address, error="q", micro=False).matrix
    module = side / (len(matrix) + 2 * QUIET)
    for row, line in enumerate(matrix):
        column = 0
        while column < len(line):
            start = column
            while column < len(line) and line[column]:
                column += 1
            if column > start:
                left, top = x + (start + QUIET) * module, y + (row + QUIET) * module
                yield Box(left, top, (column - start) * module, module, INK)
            column += 1


@cache
def _font(pixels: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(RobotoBold if bold else Roboto, pixels)


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `width`."""
    font = _font(100, bold=bold)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) * size / 100 <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _picture(elements: Sequence[Element], dots: int) -> Image.Image:
    scale = dots / INCH
    picture = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), WHITE)
    draw = ImageDraw.Draw(picture)
    for each in elements:
        if isinstance(each, Box):
            right, bottom = each.x + each.width, each.y + each.height
            # Edges are rounded, not sizes: neighbours of the code leave no hair between them.
            edges = [round(edge * scale) for edge in (each.x, each.y, right, bottom)]
            draw.rectangle((edges[0], edges[1], edges[2] - 1, edges[3] - 1), fill=each.colour)
        else:
            font = _font(round(each.size * scale), bold=each.bold)
            place = (each.x * scale, each.y * scale)
            draw.text(place, each.text, each.colour, font, anchor="ms" if each.centred else "ls")
    return picture


def _png(elements: Sequence[Element]) -> bytes:
    out = BytesIO()
    _picture(elements, 200).save(out, "PNG", dpi=(200, 200), optimize=True)
    return out.getvalue()


def _pdf(elements: Sequence[Element]) -> bytes:
    out = BytesIO()
    _picture(elements, 300).save(out, "PDF", resolution=300, quality=92)
    return out.getvalue()


def _svg(elements: Sequence[Element]) -> bytes:
    attributes = {"width": f"{WIDTH}mm", "height": f"{HEIGHT}mm", "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **attributes})
    ET.SubElement(root, "rect", {"width": f"{WIDTH}", "height": f"{HEIGHT}", "fill": WHITE})
    for each in elements:
        if isinstance(each, Box):
            size = {"width": f"{each.width:.3f}", "height": f"{each.height:.3f}"}
            place = {"x": f"{each.x:.3f}", "y": f"{each.y:.3f}", "fill": each.colour}
            ET.SubElement(root, "rect", {**place, **size, "shape-rendering": "crispEdges"})
            continue
        look = {
            "font-size": f"{each.size}",
            "font-weight": "700" if each.bold else "400",
            "fill": each.colour,
        }
        family = {"font-family": "Roboto, 'Be Vietnam Pro', 'Noto Sans', Arial, sans-serif"}
        anchor = {"text-anchor": "middle"} if each.centred else {}
        element = ET.SubElement(
            root, "text", {"x": f"{each.x}", "y": f"{each.y}", **look, **family, **anchor}
        )
        element.text = each.text
    drawing: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return drawing


def kind_of(path: Path) -> str | None:
    """By the ending of the file's name; None for none of ours."""
    ending = path.suffix.lower().removeprefix(".")
    return ending if ending in KINDS else None
