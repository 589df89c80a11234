"""Previews show which paper it is, not what stands on it: measured with a reader that knows the font."""

import io
import random

import numpy as np
from PIL import Image, ImageDraw

from bot.files.decoding import preview_of

CARD = (1600, 1010)  # an identity card (85.6 x 54 mm) that fills the photo
DIGIT = 56  # pixels: 3 mm, as the number on the card is printed
AT = (560, 400)


def card(number: str) -> Image.Image:
    image = Image.new("RGB", CARD, (226, 236, 228))
    ImageDraw.Draw(image).text(AT, number, font_size=DIGIT, fill=(20, 20, 30))
    return image


def crops(image: Image.Image, count: int) -> list[np.ndarray]:
    """Where each digit stands, scaled back to the card."""
    grey = image.convert("L").resize(CARD, Image.Resampling.BICUBIC)
    width = ImageDraw.Draw(grey).textlength("0", font_size=DIGIT)
    boxes = [(AT[0] + n * width, AT[1], AT[0] + (n + 1) * width, AT[1] + DIGIT * 1.2) for n in range(count)]
    found = [np.asarray(grey.crop(tuple(map(round, box))), dtype=np.float64) for box in boxes]
    return [(each - each.mean()) / (each.std() + 1e-9) for each in found]


def read(image: Image.Image, count: int) -> str:
    """Each digit by the likeliest of ten sharp pictures of it."""
    known = {digit: crops(card(digit * count), count) for digit in "0123456789"}
    seen = crops(image, count)
    return "".join(
        max(known, key=lambda digit: float((known[digit][n] * seen[n]).sum())) for n in range(count)
    )


def test_the_number_of_a_card_is_read_from_the_photo_but_not_from_the_preview() -> None:
    chance = random.Random(7)
    numbers = ["".join(chance.choices("0123456789", k=12)) for _ in range(40)]
    right = 0
    for number in numbers:
        image = card(number)
        assert read(image, 12) == number, "the reader reads"
        seen = read(Image.open(io.BytesIO(preview_of(image))), 12)
        right += sum(a == b for a, b in zip(number, seen, strict=True))
        assert seen != number
    assert right / (12 * len(numbers)) < 0.35, "a guess is right one time in ten"
