"""Other ways to type a sentence: Southern speech by the language's own table turned round, and slips of the fingers.

Slips are what people's keyboards make of Vietnamese: Telex keys that were not taken up, letters dropped, doubled or
swapped, a neighbouring key, chat shorthand. Seeded by the sentence, so that every run sees the same.
"""

import random
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from intents.procedure import Procedure
from intents.text import fold
from intents.words import light_words, table, words_of

# Of the forms that shorthand.tsv reads, those that people say in the South; and those that they type in a hurry.
SPOKEN = (
    "hông",
    "tui",
    "mần",
    "sanh",
    "bữa nay",
    "bữa hổm",
    "má",
    "tía",
    "ổng",
    "bả",
    "vô",
    "dìa",
    "nầy",
    "zậy",
)
HASTY = (
    "ko",
    "j",
    "ntn",
    "nhiu",
    "dc",
    "v",
    "r",
    "mik",
    "lm",
    "ns",
    "ng",
    "nc",
    "hs",
    "gt",
    "đk",
    "hk",
    "cccd",
)
OPENINGS = ("dạ cho tui hỏi", "em ơi", "cô ơi", "dạ", "chú cho tui hỏi chút", "bà con ơi")
ENDINGS = ("dzậy em", "hông ta", "vậy hen", "nghen", "dạ", "hả em")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_SHAPES = {"â": "aa", "ă": "aw", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}


@cache
def _turned(forms: tuple[str, ...]) -> dict[str, str]:
    """What shorthand.tsv says each of the forms stands for, and the form."""
    rows = {form: means for said, means in table("shorthand.tsv") for form in said.split(" | ")}
    missing = [form for form in forms if form not in rows]
    assert missing == []
    return {rows[form]: form for form in forms}


def _put(text: str, forms: tuple[str, ...]) -> str:
    turned = _turned(forms)
    longest = sorted(turned, key=len, reverse=True)
    return re.sub(rf"\b({'|'.join(map(re.escape, longest))})\b", lambda found: turned[found[0]], text)


def southern(text: str) -> str:
    """As somebody from Cà Mau says it."""
    chance = random.Random(text)
    said = _put(text.lower(), SPOKEN)
    return f"{chance.choice(OPENINGS)} {said} {chance.choice(ENDINGS)}"


def _telex(word: str, _chance: random.Random) -> str:
    """The keys as they were struck, where the input method was off."""
    keys, tone = "", ""
    for letter in unicodedata.normalize("NFD", word):
        keys, tone = (keys, _TONES[letter]) if letter in _TONES else (keys + letter, tone)
    shaped = unicodedata.normalize("NFC", keys)
    return "".join(_SHAPES.get(letter, letter) for letter in shaped) + tone


def _dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] + word[at:]


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _neighbour(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    row = next((keys for keys in _KEYS if word[at] in keys), "")
    if not row:
        return _dropped(word, chance)
    place = row.index(word[at])
    return word[:at] + row[place - 1 if place else 1] + word[at + 1 :]


_SLIPS: tuple[Callable[[str, random.Random], str], ...] = (_telex, _dropped, _doubled, _swapped, _neighbour)
_LONG = 4  # letters of a word that is long enough to slip in and still be read


def mistyped(text: str) -> str:
    """In chat shorthand, and with a slip in a long word, two from ten words on, three from twenty."""
    chance = random.Random(text)
    words = _put(text.lower(), HASTY).split()
    long = [place for place, word in enumerate(words) if len(word) >= _LONG and word.isalpha()]
    for place in chance.sample(long, min(len(long), 1 + len(words) // 10)):
        words[place] = chance.choice(_SLIPS)(words[place], chance)
    return " ".join(words)


NAMELESS = 0.5  # of the words of a name that a need may share with it


def need(procedure: Procedure) -> str:
    """The wording with marks that shares least with the official name; empty if all share too much."""
    name = _naming(procedure.name)
    shares = {
        text: len(_naming(text) & name) / len(name) for text in procedure.wordings if not text.isascii()
    }
    least = min(shares, key=lambda text: shares[text], default="")
    return least if least and shares[least] <= NAMELESS else ""


def _naming(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words_of(text) if word not in light_words())
