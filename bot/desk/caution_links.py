"""Links in an officer's answer, as people write them and as swindlers hide them; which lead off the list. Pure."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

STATE = "gov.vn"

# Endings that tell an address from two words with a forgotten space between them ("giấy tờ.Anh chị").
_ENDINGS = (
    "com|net|org|vn|info|biz|xyz|top|site|online|store|shop|website|space|tech|live|life|pro|mobi|app|dev|page|web"
    "|link|click|club|vip|win|bid|loan|work|fun|icu|cyou|buzz|asia|cloud|host|press|news|blog|bio|id|io|me|cc|ly|gl"
    "|gd|gg|co|to|tk|ml|ga|cf|gq|pw|ws|ru|cn|hk|tw|jp|kr|sg|my|th|kh|uk|us|eu|de|fr|in|is|su|tv|im|st|sh|re|one|xxx"
    r"|edu|gov|zip|mov|xn--[a-z0-9-]+"
)
_LINK = re.compile(
    r"\b[a-z][a-z0-9+-]{1,10}:[\\/]+[^\s<>\"']+"  # any scheme, with as many slashes as a browser forgives
    r"|www\.[^\s<>\"']+"
    rf"|(?<![\w@.-])(?:[\w-]+\.)+(?:{_ENDINGS})(?![\w-])(?:\.[\w-]+)*(?:[:/?#][^\s<>\"']*)?"
    r"|(?<![\w.,])\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\S*)",
    re.IGNORECASE,
)
_HIDDEN = (  # "evil" and "com" with the word for a dot between, "evil [.] com", "evil . com"
    (re.compile(r"\s*[\[({<]\s*(?:\.|dot|ch\wm)\s*[\])}>]\s*", re.IGNORECASE), "."),
    (
        re.compile(rf"(?<=\w)\s+(?:dot|ch\wm)\s+(?=(?:[\w-]+\s*\.\s*)*(?:{_ENDINGS})\b)", re.IGNORECASE),
        ".",
    ),
    (re.compile(rf"(?<=\w)(?:\s+\.\s*|\.\s+)(?=(?:{_ENDINGS})(?![\w]))"), "."),
)
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": ".", "․": ".", "\u2044": "/", "\u2215": "/"})
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_TRAILING = ".,;:!?)]}”'\""


def hosts(*addresses: str | None) -> tuple[str, ...]:
    """Where links may lead beside the State's own sites: this service, the province's portal."""
    return tuple(host for each in addresses if each and (host := urlsplit(each).hostname))


def links_off(text: str, allowed: Collection[str]) -> tuple[str, ...]:
    """The links that lead elsewhere than to the State's sites and `allowed` hosts."""
    plain = text.translate(_DOTS)
    for pattern, dot in _HIDDEN:
        plain = pattern.sub(dot, plain)
    found = (each[0].rstrip(_TRAILING) for each in _LINK.finditer(plain))
    return tuple(each for each in found if not _is_listed(each, allowed))


def _is_listed(link: str, allowed: Collection[str]) -> bool:
    address = link if re.match(r"[a-z][a-z0-9+-]*:", link, re.IGNORECASE) else f"https://{link}"
    try:
        parts = urlsplit(address)
        host, user = (parts.hostname or "").rstrip("."), parts.username
    except ValueError:
        return False
    # A browser takes a backslash for a slash, and letters of other scripts for a host of their own.
    if parts.scheme != "https" or user is not None or "\\" in link or not _HOST.fullmatch(host):
        return False
    return any(host == each or host.endswith(f".{each}") for each in (STATE, *allowed))
