"""What a message says is not meant, and what is: "không làm khai sinh, làm khai tử"."""

import re
import unicodedata
from typing import NamedTuple

LEAST = 2  # words of what is meant
MOST = 18  # words of a message; in a longer tale "không phải" is said of much
_NOT = r"(?:khong|hong|hok|hem|hông|ko|chang|đau)"
_WHO = r"(?:(?:da|a|ua|uh|y|la|toi|tui|em|minh|con|chau|bac|co|chu|anh|chi|oi|nha)\W+)*"
_DO = r"(?:lam|xin|hoi|can|muon|dang ky|đang ky|doi|đoi|khai|sang ten|tach|mo|cap)"
_EITHER = re.compile(
    rf"^{_WHO}{_NOT} phai (?:la |lam |hoi |xin |di |đi )*(?P<one>.+?)"
    r"(?:\s*[,;.]\s*(?:ma (?:la )?)?|\s+ma (?:la )?)(?P<other>.+)$"
)
_TO_DO = re.compile(
    rf"^{_WHO}{_NOT} (?:can |muon |dinh |đinh )?(?P<one>{_DO} .+?)"
    rf"(?:\s*[,;.]\s*(?:ma )?|\s+ma )(?P<other>{_WHO}{_DO} .+)$"
)
_AFTER = re.compile(
    rf"^(?P<other>.+?)(?:\s*[,;]\s*(?:chu )?|\s+chu )"
    rf"{_NOT} (?:phai |can |muon |hoi |lam |xin |noi )(?:la |lam |hoi |xin )*(?P<one>.+)$"
)


class Refused(NamedTuple):
    one: str  # is not wanted
    other: str  # is


def refused(text: str) -> Refused | None:
    """The two needs as they were typed; whether they are needs at all is for the matcher to say."""
    written = " ".join(unicodedata.normalize("NFC", text).split())
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in written.lower())
    if len(bare) != len(written) or len(bare.split()) > MOST:
        return None
    for pattern in (_EITHER, _TO_DO, _AFTER):
        if found := pattern.match(bare):
            one, other = (
                written[slice(*found.span(name))].strip(" .!?,;").removesuffix(" mà")
                for name in ("one", "other")
            )
            if one and len(other.split()) >= LEAST:
                return Refused(one, other)
    return None
