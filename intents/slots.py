"""What tells similar procedures apart: operation, foreign element, age, object, holder (`data/slots.yaml`).

A slot's values are bits of one number, because a name may carry several ("cấp đổi, cấp lại").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeAlias

import yaml

from intents.patterns import PatternSet
from intents.spoken import Spoken
from intents.words import light_words, words_of

_CASES = frozenset(("foreign", "overseas", "age", "mobile", "guardian"))  # who is not meant unless it is said
_SUBJECTS = frozenset(
    ("object", "trade", "central", "online", "body")
)  # rather another need than a case of the same
_OPERATION = "operation"  # what is to be done: the question names just those that are meant
_Value: TypeAlias = tuple[int, int]  # of which slot, and the bit there


@dataclass(frozen=True)
class Slot:
    """`values` and `labels` in the order of the bits; `ask` is the question that settles it."""

    name: str
    ask: str
    values: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class SlotOption:
    value: str
    label: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class SlotQuestion:
    """One question that splits the candidates; `ask` and `label` are what the citizen reads."""

    slot: str
    ask: str
    options: tuple[SlotOption, ...]


@cache
def _content() -> tuple[tuple[Slot, ...], PatternSet[_Value], frozenset[_Value]]:
    """The slots, what they are known by, and the values that hide others."""
    tree = yaml.safe_load(resources.files("intents").joinpath("data", "slots.yaml").read_text("utf-8"))
    slots, patterns, hiding = [], [], set()
    for number, (name, content) in enumerate(tree.items()):
        values = content["values"]
        slots.append(
            Slot(name, content["ask"], tuple(values), tuple(each["label"] for each in values.values()))
        )
        for bit, value in enumerate(values.values()):
            if value.get("hides"):
                hiding.add((number, 1 << bit))
            patterns += [(pattern, (number, 1 << bit)) for pattern in value["patterns"]]
    return tuple(slots), PatternSet(patterns).compiled(), frozenset(hiding)


def slots() -> tuple[Slot, ...]:
    return _content()[0]


def slot_values(said: Spoken) -> list[int]:
    """For each slot the bits of the values that the words name; 0 where they name none."""
    known, patterns, hiding = _content()
    bits = [0] * len(known)
    hits = patterns.find(said)
    above = [hit for hit in hits if hit.payload in hiding]
    for hit in hits:
        number, bit = hit.payload
        if hit.payload in hiding or not any(other.covers(hit.start) for other in above):
            bits[number] |= bit
    return bits


def qualifies(text: str, name: str | None = None) -> bool:
    """Whether a message says of which case it is ("bị mất", "với người Đài Loan"); with `name`: and that is for it."""
    told = zip(slots(), slot_values(Spoken.of(words_of(text))), strict=True)
    said = [0 if slot.name in _SUBJECTS else bits for slot, bits in told]
    if name is None:
        return any(said)
    named = slot_values(Spoken.of(words_of(name)))
    return any(said) and all(bits & own for bits, own in zip(said, named, strict=True) if bits)


def beside_the_case(text: str) -> list[str]:
    """The words of a message, without marks, that say of no case and are not light."""
    return [plain for word, plain, of_case in _by_case(text) if not of_case and word not in light_words()]


def without_the_case(text: str) -> str | None:
    """ "Con nít thì cần giấy gì" -> "thì cần giấy gì"; None where it says of no case."""
    words = _by_case(text)
    return (
        " ".join(word for word, _, of_case in words if not of_case)
        if any(each[2] for each in words)
        else None
    )


def _by_case(text: str) -> list[tuple[str, str, bool]]:
    """Each word, without marks, too, and whether it says of which case a message is."""
    said = Spoken.of(words_of(text))
    _, patterns, _ = _content()
    hits = [hit for hit in patterns.find(said) if slots()[hit.payload[0]].name not in _SUBJECTS]
    found, position = [], 0
    for word, plain in zip(said.words, said.plain, strict=True):
        found.append((word, plain, any(hit.covers(position) for hit in hits)))
        position += len(word) + 1
    return found


def contradicts(text: str, name: str) -> bool:
    """Whether a message speaks of another case than `name` is for: "hết hạn" of "cấp lại bằng bị mất"."""
    told, named = (slot_values(Spoken.of(words_of(each))) for each in (text, name))
    return any(said and own and not said & own for said, own in zip(told, named, strict=True))


def assumes(name: str, usual: str, text: str) -> bool:
    """Whether `name` is for a case that neither the `usual` name nor the text speaks of."""
    own, known, said = (slot_values(Spoken.of(words_of(each))) for each in (name, usual, text))
    bits = zip(slots(), own, known, said, strict=True)
    return any(slot.name in _CASES and one & ~other & ~told for slot, one, other, told in bits)


def question(codes: Sequence[str], values: Sequence[Sequence[int]]) -> SlotQuestion | None:
    """The first slot on which all candidates differ, as a question; `values[i]` are the slots of `codes[i]`."""
    for number, slot in enumerate(slots()):
        options: dict[int, list[str]] = {}
        for code, bits in zip(codes, values, strict=True):
            options.setdefault(bits[number], []).append(code)
        if len(options) < 2 or len(options) != len(codes) or (0 in options and len(options) > 2):
            continue
        if any(bits & (bits - 1) for bits in options):  # an entry of several values is no one answer
            continue
        choices = tuple(_option(slot, bits, found) for bits, found in options.items())
        named = slot.name == _OPERATION and 0 not in options
        return SlotQuestion(slot.name, _which(_in_short(choices)) if named else slot.ask, choices)
    return None


def _in_short(options: Sequence[SlotOption]) -> list[str]:
    """ "Cấp lại (mất, hư)" -> "cấp lại"."""
    return [each.label.partition(" (")[0].partition(",")[0].lower() for each in options]


def which_errand(labels: Sequence[tuple[str, str]]) -> SlotQuestion:
    """ "Giấy tờ đất" -> "sang tên đất, làm sổ lần đầu hay tách thửa?"; a code and what people call it each."""
    return SlotQuestion(
        "errand",
        _which([label for _, label in labels]),
        tuple(SlotOption(code, label[:1].upper() + label[1:], (code,)) for code, label in labels),
    )


def _which(labels: Sequence[str]) -> str:
    *others, last = labels
    return f"Dạ, anh/chị cần {', '.join(others)} hay {last} ạ?"


def _option(slot: Slot, bits: int, codes: Sequence[str]) -> SlotOption:
    """`bits`: none, or one."""
    if not bits:
        return SlotOption("none", "Không phải trường hợp đó", tuple(codes))
    chosen = bits.bit_length() - 1
    return SlotOption(slot.values[chosen], slot.labels[chosen], tuple(codes))
