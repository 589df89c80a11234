"""How the two sides of the limited process talk: a head of JSON, then blobs. Pure."""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

PREFIX = struct.Struct(">II")  # bytes of the head, bytes of the rest
LARGEST = 200_000_000  # bytes: thirty pages at their largest


def pack(head: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    text = json.dumps({**head, "blobs": [len(blob) for blob in blobs]}).encode()
    rest = b"".join(blobs)
    return PREFIX.pack(len(text), len(rest)) + text + rest


def unpack(text: bytes, rest: bytes) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Raises ValueError for what is no frame."""
    head = json.loads(text)
    lengths = [int(length) for length in head.pop("blobs")]
    if any(length < 0 for length in lengths) or sum(lengths) != len(rest):
        raise ValueError("blobs and lengths disagree")
    blobs, start = [], 0
    for length in lengths:
        blobs.append(rest[start : start + length])
        start += length
    return head, tuple(blobs)
