"""A reply as the calls a channel can make. Pure: what a channel cannot show degrades by rule, none is lost.

A choice that cannot be a button is said in the text: with a number where it has a token (or in the words it
brings, so that the others stay buttons), else with its link or phone number. The numbers are those of the menu
that is remembered: choices with a token, in order.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import regex

from bot.messages import Capabilities, Choice, Reply, Request

ELLIPSIS = "…"
Length = Callable[[str], int]

_LINK = regex.compile(r"https?://\S+")
_GRAPHEME = regex.compile(r"\X")
_VISIBLE = regex.compile(
    r"[^\p{Z}\p{C}]"
)  # a message or a button of nothing else is refused by every platform
_SPACES = regex.compile(r"\s+")
_UNSENDABLE = regex.compile("[\x00\ud800-\udfff]")  # no channel carries them, and encoding them fails
# Where a long text is parted, best first: paragraph, line, sentence (not the dot of "1."), word.
_BREAKS = tuple(regex.compile(each) for each in (r"\n\s*\n", r"\n", r"(?<=\D[.?!…])\s", r"\s"))


@dataclass(frozen=True)
class Call:
    """One message as the channel sends it: buttons or a request, never both, and only under the last one."""

    text: str
    buttons: tuple[Choice, ...] = ()
    request: Request | None = None


def render(reply: Reply, capabilities: Capabilities) -> tuple[Call, ...]:
    """Texts within the limits, in order, with the choices as buttons or numbered lines; none for nothing."""
    length = measure(capabilities.text_unit)
    request = reply.request if _can_ask(reply.request, capabilities) else None
    shown = replace(capabilities, max_buttons=0) if request else capabilities
    said = reply.text if capabilities.files else "\n\n".join(filter(None, (reply.text, *_named(reply))))
    text = _sendable(f"{reply.speaker}:\n{said}" if reply.speaker else said)
    buttons, lines = _offered(tuple(map(_clean, reply.choices)), shown, length, text)
    whole = f"{text}\n\n{lines}" if lines else text
    parts = list(split(whole, capabilities.max_text, length)) if _VISIBLE.search(whole) else []
    if not parts and not buttons and not request:
        return ()
    last = parts[-1] if parts else ELLIPSIS  # buttons cannot hang on nothing
    return (*(Call(part) for part in parts[:-1]), Call(last, buttons, request))


def _named(reply: Reply) -> Iterator[str]:
    """What does not arrive is at least missed."""
    return (each.instead or each.label for each in reply.files)


def measure(unit: str) -> Length:
    """How a channel counts: Telegram in UTF-16 units, Zalo in code points."""
    return (lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2) if unit == "utf16" else len


def split(text: str, limit: int, length: Length) -> Iterator[str]:
    """Pieces of at most `limit`, cut between paragraphs, else lines, sentences, words, else characters.

    A character is what a reader sees as one (a grapheme); a link stays whole. Only what alone is longer than
    the limit is cut inside.
    """
    rest = _from_visible(text, 0).rstrip()
    while length(rest) > limit:
        cut = _cut(rest, _fitting(rest, limit, length))
        yield rest[:cut].rstrip()
        rest = _from_visible(rest, cut)
    if rest:
        yield rest


def _fitting(text: str, limit: int, length: Length) -> int:
    """How many code points fit, in whole graphemes; in part of one where already the first is too long."""
    used = 0
    for grapheme in _GRAPHEME.finditer(text):
        used += length(grapheme.group())
        if used > limit:
            return grapheme.start() or _points_fitting(text, limit, length)
    return len(text)


def _points_fitting(text: str, limit: int, length: Length) -> int:
    used = 0
    for place, point in enumerate(text):
        used += length(point)
        if used > limit:
            return max(place, 1)
    return len(text)


def _cut(text: str, most: int) -> int:
    """The last break of the best kind in what fits, unless that leaves more than two thirds of it empty."""
    edges = {grapheme.end() for grapheme in _GRAPHEME.finditer(text, 0, most)}
    for kind in _BREAKS:
        places: list[int] = [found.start() for found in kind.finditer(text, most // 3, most + 1)]
        usable = [place for place in places if place in edges]
        if usable:
            return usable[-1]
    return _outside_link(text, most)


def _outside_link(text: str, cut: int) -> int:
    """A link stays whole: cut before it, unless it stands first and is longer than the limit."""
    link = next((each for each in _LINK.finditer(text) if each.start() < cut < each.end()), None)
    return (link.start() or cut) if link else cut


def _from_visible(text: str, start: int) -> str:
    """The text from `start` without leading spaces. A space that carries a mark is a character, no space."""
    for grapheme in _GRAPHEME.finditer(text, start):
        if not grapheme.group().isspace():
            return text[grapheme.start() :]
    return ""


def _offered(
    choices: tuple[Choice, ...], can: Capabilities, length: Length, text: str
) -> tuple[tuple[Choice, ...], str]:
    """The buttons, and what is said of the choices. What brings words gives way where the rest can be buttons."""
    usual = _shared_out(choices, can, length, text)
    rest = tuple(each for each in choices if not each.in_words)
    if not can.max_buttons or len(rest) == len(choices) or any(each.token for each in usual[0]):
        return usual
    buttons, lines = _shared_out(rest, can, length, text)
    if sum(bool(each.token) for each in buttons) < sum(bool(each.token) for each in rest):
        return usual  # numbered all the same: then all have a number
    aside = "\n".join(each.in_words for each in choices if each.in_words)
    return buttons, "\n\n".join(each for each in (lines, aside) if each)


def _shared_out(
    choices: tuple[Choice, ...], can: Capabilities, length: Length, text: str
) -> tuple[tuple[Choice, ...], str]:
    """What becomes a button, and the lines that say the rest. Choices with a token stay together."""
    answers = [each for each in choices if each.token]
    cut = [_shortened(each, can.max_label, length) for each in answers]
    if len(answers) > can.max_buttons or _too_long(answers, can) or _confusing(answers, cut):
        return (), "\n".join(_numbered(choices))
    pressed, told = _placed(choices, can, room=can.max_buttons - len(answers))
    whole = [each.label for each in pressed if length(each.label) > can.max_label and each.label not in text]
    buttons = tuple(_shortened(each, can.max_label, length) for each in pressed)
    return buttons, "\n".join(told + whole)


def _placed(choices: tuple[Choice, ...], can: Capabilities, room: int) -> tuple[list[Choice], list[str]]:
    """In their order: the buttons, links and phone numbers only while there is room beside the answers."""
    pressed, told = [], []
    for choice in choices:
        if choice.token:
            pressed.append(choice)
        elif room > 0 and _pressable(choice, can):
            pressed.append(choice)
            room -= 1
        else:
            told.append(_told(choice))
    return pressed, told


def _too_long(answers: list[Choice], can: Capabilities) -> bool:
    return any(len((each.token or "").encode()) > can.max_token for each in answers)


def _confusing(answers: list[Choice], cut: list[Choice]) -> bool:
    """Cut short, two different labels read the same."""
    return len({each.label for each in cut}) < len({each.label for each in answers})


def _pressable(choice: Choice, can: Capabilities) -> bool:
    return (can.url_buttons and bool(choice.url)) or (can.phone_buttons and bool(choice.phone))


def _numbered(choices: tuple[Choice, ...]) -> Iterator[str]:
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


def _shortened(choice: Choice, most: int, length: Length) -> Choice:
    if length(choice.label) <= most:
        return choice
    fitting = _fitting(choice.label, most - length(ELLIPSIS), length)
    return replace(choice, label=choice.label[:fitting].rstrip() + ELLIPSIS)


def _clean(choice: Choice) -> Choice:
    """A label is one line; where there is nothing to see, at least something can be pressed."""
    words = None if choice.in_words is None else _sendable(choice.in_words)
    label = _SPACES.sub(" ", _sendable(choice.label)).strip()
    return replace(choice, label=label if _VISIBLE.search(label) else ELLIPSIS, in_words=words)


def _sendable(text: str) -> str:
    """Composed, so that a letter with its marks counts once; without what cannot be sent."""
    return unicodedata.normalize("NFC", _UNSENDABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def _can_ask(request: Request | None, can: Capabilities) -> bool:
    if request is Request.CONTACT:
        return can.request_contact
    return request is Request.LOCATION and can.request_location
