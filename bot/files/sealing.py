"""Encryption at rest: AES-256-GCM under a key that is derived from the installation's secret (HKDF-SHA256).

A sealed blob is `MCF1`, a 96-bit random nonce, the ciphertext with its 128-bit tag. The blob's name is bound in as
additional data: a blob put under another name does not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARK = b"MCF1"
_NONCE = 12  # bytes
_PURPOSE = b"motcua files v1"


class SealBrokenError(Exception):
    """Not ours, altered, or sealed under another key."""


class Seal:
    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
        self._cipher = AESGCM(key)

    def close(self, name: str, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _MARK + nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, name: str, sealed: bytes) -> bytes:
        """Raises `SealBrokenError`."""
        start = len(_MARK) + _NONCE
        if not sealed.startswith(_MARK) or len(sealed) < start:
            raise SealBrokenError(name)
        try:
            return self._cipher.decrypt(sealed[len(_MARK) : start], sealed[start:], name.encode())
        except InvalidTag as error:
            raise SealBrokenError(name) from error
