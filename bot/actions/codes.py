"""Codes that people read out and type: Crockford base32 with a check character."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKED = 7  # random characters; the eighth checks them


def new_code(kind: str) -> str:
    """`PA-XXXX-XXXX`: 35 random bits and a check character, so that a slip of the finger is noticed."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(CHECKED))
    whole = body + check_character(body)
    return f"{kind}-{whole[:4]}-{whole[4:]}"


def check_character(body: str) -> str:
    """Weighted sum modulo 31 (a prime): finds any single wrong character and any swap of neighbours."""
    total = sum((place + 2) * ALPHABET.index(letter) for place, letter in enumerate(body))
    return ALPHABET[total % 31]
