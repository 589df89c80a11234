"""Secrets of the second factor as they lie in the database: sealed with this installation's key.

Whoever has a copy of the database alone has no officer's codes.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARK = "f1:"  # the way of sealing; what has no mark was stored before there was one


class Seal:
    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"motcua second factor").derive(key)
        self._fernet = Fernet(urlsafe_b64encode(derived))

    def close(self, secret: str) -> str:
        return _MARK + self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret; empty, which fits no code, when it was sealed with another key."""
        if not is_sealed(sealed):
            return sealed
        try:
            return self._fernet.decrypt(sealed.removeprefix(_MARK).encode()).decode()
        except InvalidToken:
            return ""


def is_sealed(stored: str) -> bool:
    return stored.startswith(_MARK)
