"""Did Zalo write this? `sha256(id + body + timestamp + secret)` over the very bytes that came; no HMAC.

Sources disagree on which secret and which timestamp Zalo takes, so each accepted combination is a variant:
`oa` or `app` names the secret (the OA Secret Key, the App Secret Key), `body` or `header` the timestamp (the
event's own, or X-ZEvent-Timestamp), `-oaid` puts the OA's id in front instead of the app's.

There is no window of time: Zalo repeats an event hours later with its first timestamp, and the inbox never
takes one event twice, however old.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from secrets import compare_digest

PREFIX = b"mac="


@dataclass(frozen=True)
class Signed:
    """A request as far as its signature goes. Both timestamps may be missing: then they are empty."""

    body: bytes
    signature: bytes
    body_timestamp: str
    header_timestamp: bytes


class Signatures:
    def __init__(
        self,
        variants: Sequence[str],
        secrets: Mapping[str, Sequence[str]],
        *,
        app_id: str,
        oa_id: str,
    ) -> None:
        """`secrets` by name, "oa" and "app"; several of one name while one is being replaced."""
        self._variants = tuple(variants)
        self._secrets = secrets
        self._app_id = app_id
        self._oa_id = oa_id

    def matching(self, signed: Signed) -> str | None:
        """The first variant that explains the signature; None when none does."""
        offered = signed.signature.strip().removeprefix(PREFIX).lower()
        for variant in self._variants:
            if any(compare_digest(offered, made) for made in self._made(variant, signed)):
                return variant
        return None

    def _made(self, variant: str, signed: Signed) -> Iterator[bytes]:
        secret, clock, *first = variant.split("-")
        owner = self._oa_id if first else self._app_id
        written = signed.body_timestamp.encode("utf-8", "replace")  # JSON can hold what is no character
        timestamp = written if clock == "body" else signed.header_timestamp
        for each in self._secrets.get(secret, ()):
            if timestamp and each:
                yield mac(owner, signed.body, timestamp, each).encode()


def mac(owner: str, body: bytes, timestamp: bytes, secret: str) -> str:
    return sha256(owner.encode() + body + timestamp + secret.encode()).hexdigest()
