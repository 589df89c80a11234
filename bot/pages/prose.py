"""Plain text of a message to pieces a template shows: paragraphs, lists, links. No markup is built here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINK = re.compile(r"https://[^\s<>\"']+")
_AFTER = ".,;:!?)]}»”"
_BULLET = "- "


@dataclass(frozen=True)
class Span:
    text: str
    href: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph of lines, or a list of items."""

    is_list: bool
    lines: tuple[tuple[Span, ...], ...]


def blocks(text: str, *, links: bool = True) -> tuple[Block, ...]:
    """`links=False` for what a stranger typed: an officer must not be led away by a press."""
    return tuple(_blocks(text, links))


def _blocks(text: str, links: bool) -> Iterator[Block]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        yield from _runs(paragraph.split("\n"), links)


def _runs(lines: list[str], links: bool) -> Iterator[Block]:
    run: list[tuple[Span, ...]] = []
    listing = False
    for line in lines:
        bullet = line.startswith(_BULLET)
        if run and bullet != listing:
            yield Block(listing, tuple(run))
            run = []
        listing = bullet
        content = line.removeprefix(_BULLET) if bullet else line
        run.append(tuple(_spans(content)) if links else (Span(content),))
    if run:
        yield Block(listing, tuple(run))


def _spans(line: str) -> Iterator[Span]:
    at = 0
    for found in _LINK.finditer(line):
        address = found[0].rstrip(_AFTER)
        if found.start() > at:
            yield Span(line[at : found.start()])
        yield Span(address, address)
        at = found.start() + len(address)
    if at < len(line) or at == 0:
        yield Span(line[at:])
