"""Photos of papers for tests, drawn: what people send, and what they should not."""

import io
import random
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw, ImageFilter

TABLE = (105, 82, 60)
PAPER = (238, 236, 230)
INK = (35, 35, 45)


def paper(
    text: str = "GIẤY CHỨNG SINH",
    *,
    size: tuple[int, int] = (1500, 2000),
    margin: float = 0.08,
    shift: float = 0.0,
    seed: int = 1,
) -> Image.Image:
    """A printed page on a table. `margin` is the table's share around it, `shift` moves it out of the picture."""
    chance = random.Random(seed)
    width, height = size
    image = Image.new("RGB", size, TABLE)
    draw = ImageDraw.Draw(image)
    left, top = round(width * (margin - shift)), round(height * margin)
    right, bottom = round(width * (1 - margin - shift)), round(height * (1 - margin))
    draw.rectangle((left, top, right, bottom), fill=PAPER)
    inside = (right - left) // 12
    line = max(12, (bottom - top) // 45)
    for row in range(34):
        words = (
            text
            if row == 0
            else " ".join(chance.choices(("họ", "tên", "sinh", "ngày", "nơi", "cư", "trú"), k=14))
        )
        draw.text((left + inside, top + inside + row * line * 5 // 4), words, font_size=line, fill=INK)
    return image


def jpeg(image: Image.Image, **options: Any) -> bytes:
    return encoded(image, "JPEG", **{"quality": 88, **options})


def heic(image: Image.Image) -> bytes:
    pillow_heif.register_heif_opener()
    return encoded(image, "HEIF")


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def blurred(image: Image.Image, radius: float = 6) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def darkened(image: Image.Image, share: float = 0.2) -> Image.Image:
    return image.point(lambda value: round(value * share))


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def picture(name: str) -> bytes:
    """`blurred2`: the second sheet, blurred. Small, so that tests are quick; small print is not their matter."""
    kind, number = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :] or "1"
    sheet = paper(size=(800, 1060), seed=int(number), shift=0.16 if kind == "cut" else 0)
    match kind:
        case "good" | "cut":
            return jpeg(sheet)
        case "blurred":
            return jpeg(blurred(sheet))
        case "dark":
            return jpeg(darkened(sheet))
        case "pdf":
            return encoded(sheet, "PDF")
        case "broken":
            return jpeg(sheet)[:9_000]
    raise ValueError(name)
