"""What tells similar procedures apart: operation, foreign element, age, object, holder (`data/slots.yaml`).

A slot's values are bits of one number, because a name may carry several ("cấp đổi, cấp lại").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from intents.patterns import PatternSet
from intents.spoken import Spoken


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
def _content() -> tuple[tuple[Slot, ...], PatternSet[tuple[int, int]]]:
    tree = yaml.safe_load(resources.files("intents").joinpath("data", "slots.yaml").read_text("utf-8"))
    slots, patterns = [], []
    for number, (name, content) in enumerate(tree.items()):
        values = content["values"]
        slots.append(
            Slot(name, content["ask"], tuple(values), tuple(each["label"] for each in values.values()))
        )
        for bit, value in enumerate(values.values()):
            patterns += [(pattern, (number, 1 << bit)) for pattern in value["patterns"]]
    return tuple(slots), PatternSet(patterns).compiled()


def slots() -> tuple[Slot, ...]:
    return _content()[0]


def slot_values(said: Spoken) -> list[int]:
    """For each slot the bits of the values that the words name; 0 where they name none."""
    bits = [0] * len(slots())
    for hit in _content()[1].find(said):
        number, bit = hit.payload
        bits[number] |= bit
    return bits


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
        return SlotQuestion(
            slot.name, slot.ask, tuple(_option(slot, bits, found) for bits, found in options.items())
        )
    return None


def _option(slot: Slot, bits: int, codes: Sequence[str]) -> SlotOption:
    """`bits`: none, or one."""
    if not bits:
        return SlotOption("none", "Không phải trường hợp đó", tuple(codes))
    chosen = bits.bit_length() - 1
    return SlotOption(slot.values[chosen], slot.labels[chosen], tuple(codes))
