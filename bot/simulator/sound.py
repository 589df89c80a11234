"""A voice message for the phones: two low notes, since nobody speaks on a page."""

import functools
import io
import math
import struct
import wave

VOICE = "audio/wav"
SECONDS = 2
_RATE = 8000  # samples a second
_NOTES = (220.0, 262.0)  # hertz


@functools.cache
def voice() -> bytes:
    """WAV, mono, 16 bits."""
    samples = (
        round(9000 * math.sin(2 * math.pi * _NOTES[place * len(_NOTES) // (_RATE * SECONDS)] * place / _RATE))
        for place in range(_RATE * SECONDS)
    )
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return written.getvalue()
