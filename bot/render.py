"""A reply as the calls a channel can make. Pure: what a channel cannot show degrades by rule, nothing is lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from bot.messages import Capabilities, Choice, Reply, Request

_LINK = regex.compile(r"https?://\S+")
_GRAPHEME = regex.compile(r"\X")
ELLIPSIS = "…"


@dataclass(frozen=True)
class Call:
    """One message as the channel sends it; buttons only stand under the last one."""

    text: str
    buttons: tuple[Choice, ...] = ()
    request: Request | None = None


def render(reply: Reply, capabilities: Capabilities) -> tuple[Call, ...]:
    """Texts within the limit, in order, with the choices as buttons or as a numbered list."""
    text = f"{reply.speaker}:\n{reply.text}" if reply.speaker else reply.text
    pressed, listed = _shared_out(reply.choices, capabilities)
    if listed:
        text = f"{text}\n\n{listed}" if text else listed
    parts = list(split(text, capabilities.max_text, measure(capabilities.text_unit))) or [""]
    request = reply.request if _can_ask(reply.request, capabilities) else None
    calls = [Call(part) for part in parts[:-1]]
    return (*calls, Call(parts[-1], tuple(_cut(each, capabilities.max_label) for each in pressed), request))


def measure(unit: str) -> Callable[[str], int]:
    """How a channel counts: Telegram in UTF-16 units, Zalo in code points."""
    return (lambda text: len(text.encode("utf-16-le")) // 2) if unit == "utf16" else len


def split(text: str, limit: int, length: Callable[[str], int]) -> Iterator[str]:
    """Pieces of at most `limit`, cut at a paragraph, else a line, a sentence, a word; never inside a link that fits."""
    rest = text.strip()
    while length(rest) > limit:
        cut = _cut_at(rest, _fitting(rest, limit, length))
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _fitting(text: str, limit: int, length: Callable[[str], int]) -> int:
    """The number of characters, in whole graphemes, that fit."""
    used = end = 0
    for grapheme in _GRAPHEME.finditer(text):
        used += length(grapheme.group())
        if used > limit:
            return end or 1
        end = grapheme.end()
    return end


def _cut_at(text: str, most: int) -> int:
    for mark in ("\n\n", "\n", ". ", "? ", "! ", " "):
        found = text.rfind(mark, 0, most)
        if found > most // 3:
            return _outside_link(text, found + len(mark.rstrip()) or found + 1)
    return _outside_link(text, most)


def _outside_link(text: str, cut: int) -> int:
    """A link stays whole: cut before it, unless it alone is longer than the limit."""
    for link in _LINK.finditer(text):
        if link.start() < cut < link.end():
            return link.start() or cut
    return cut


def _shared_out(choices: tuple[Choice, ...], can: Capabilities) -> tuple[tuple[Choice, ...], str]:
    """What becomes a button, and what is said in the text: a number, a link or a phone number."""
    if not choices:
        return (), ""
    tokens = [each for each in choices if each.token]
    if len(tokens) > can.max_buttons or any(len((each.token or "").encode()) > can.max_token for each in tokens):
        return (), "\n".join(_listed(choices))
    unpressable = [each for each in choices if not _pressable(each, can)]
    pressable = [each for each in choices if _pressable(each, can)]
    long = [each for each in pressable if _graphemes(each.label) > can.max_label]
    told = [_told(each) for each in unpressable] + [each.label for each in long]
    return tuple(pressable), "\n".join(told)


def _pressable(choice: Choice, can: Capabilities) -> bool:
    if choice.url:
        return can.url_buttons
    return can.phone_buttons if choice.phone else True


def _listed(choices: tuple[Choice, ...]) -> Iterator[str]:
    """Numbers are those of the menu: only choices with a token count."""
    number = 0
    for choice in choices:
        if choice.token:
            number += 1
            yield f"{number}. {choice.label}"
        else:
            yield _told(choice)


def _told(choice: Choice) -> str:
    where = choice.url or choice.phone
    return f"{choice.label}: {where}" if where else choice.label


def _cut(choice: Choice, most: int) -> Choice:
    graphemes = _GRAPHEME.findall(choice.label)
    if len(graphemes) <= most:
        return choice
    label = "".join(graphemes[: most - 1]) + ELLIPSIS
    return Choice(label, token=choice.token, url=choice.url, phone=choice.phone)


def _graphemes(text: str) -> int:
    return len(_GRAPHEME.findall(text))


def _can_ask(request: Request | None, can: Capabilities) -> bool:
    if request is Request.CONTACT:
        return can.request_contact
    return request is Request.LOCATION and can.request_location
