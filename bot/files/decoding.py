"""What is made of a file's bytes: clean pictures, or a reason. Runs only inside the limited process (`workshop`).

A photo becomes a new JPEG: decoded, turned upright by its EXIF, shrunk to what officers can use, and encoded from
its pixels alone, so that neither place nor time nor comment nor a hidden second file comes along.
"""

import io

from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from bot.files.made import Made
from bot.files.problems import Reason
from bot.files.quality import remarks

MOST_PIXELS = 64_000_000  # phones of today take up to 50 million; a bomb declares billions
LONG_SIDE = 2560  # pixels kept: A4 at 215 dots an inch
QUALITY = 85
PREVIEW_DETAIL = 96  # pixels of a preview's long side that carry information; see `preview_of`
PREVIEW_SIDE = 320

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class RefusedError(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def make(content: bytes, media_type: str) -> Made:
    """Raises `RefusedError`."""
    if media_type == "application/pdf":
        from bot.files.pdf import read_pdf

        return read_pdf(content)
    return _photo(content, media_type)


def _photo(content: bytes, media_type: str) -> Made:
    if media_type == "image/heic":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    try:
        picture = _upright(content)
    except Image.DecompressionBombError as error:
        raise RefusedError(Reason.TOO_MANY_PIXELS) from error
    except MemoryError as error:
        raise RefusedError(Reason.TOO_HARD) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError) as error:
        raise RefusedError(Reason.BROKEN) from error
    return Made(
        "image/jpeg",
        encoded(picture),
        preview=preview_of(picture),
        remarks=tuple(remark.value for remark in remarks(picture)),
    )


def _upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded at half size where that is enough
        opened.load()
        # Shrunk before it is turned: turning copies the whole picture.
        opened.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        turned = ImageOps.exif_transpose(opened)
        return _flat(turned)


def _flat(image: Image.Image) -> Image.Image:
    """On white where it was transparent: a scan with a clear background would turn black."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(white, over).convert("RGB")
    return image.convert("RGB")


def encoded(image: Image.Image) -> bytes:
    """From the pixels alone: `info` (EXIF, comments, profiles) stays behind."""
    clean = Image.frombytes("RGB", image.size, image.tobytes())
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def preview_of(image: Image.Image) -> bytes:
    """Small and unreadable on purpose: it shows which paper this is, not what stands on it.

    Its long side carries 96 pixels of information. On a card that fills the photo a digit of the ID number is then
    under 4 pixels high, and cannot be told from another (measured in `tests/bot/test_previews.py`). A close-up of
    the number alone would stay readable: that much cannot be promised.
    """
    small = image.copy()
    small.thumbnail((PREVIEW_DETAIL, PREVIEW_DETAIL), Image.Resampling.BOX)
    scale = PREVIEW_SIDE / max(small.size)
    size = (max(1, round(small.width * scale)), max(1, round(small.height * scale)))
    return encoded(small.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2)))
