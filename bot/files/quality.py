"""Whether a photo of a paper can be read: blur, darkness, a cut edge. Measures, never a refusal.

All work on a grey picture whose long side is 1000 pixels, so that thresholds do not depend on the phone.
`docs/photo-checks.md` shows on which pictures each threshold was measured.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 1000  # pixels of the long side
SHARP = 45.0  # variance of the Laplacian in the sharpest tenth of the tiles
DARK = 70.0  # mean brightness, 0-255
TILE = 50  # pixels
STRIP = 0.012  # share of the side looked at along each edge
PAPER = 0.6  # share of a strip that must be bright to be paper
RUNS = 8  # changes between paper and ink along one edge

Grey = NDArray[np.float32]


class Remark(StrEnum):
    BLURRED = "blurred"
    DARK = "dark"
    CUT = "cut"
    SMALL = "small"  # too few pixels for small print


SMALLEST = 700  # pixels of the long side: A4 at 60 dots an inch, below which 11-point print is lost


def remarks(image: Image.Image) -> tuple[Remark, ...]:
    """What is wrong, worst first."""
    grey = _grey(image)
    found = {
        Remark.DARK: brightness(grey) < DARK,
        Remark.BLURRED: sharpness(grey) < SHARP,
        Remark.SMALL: max(image.size) < SMALLEST,
        Remark.CUT: bool(cut_edges(grey)),
    }
    return tuple(remark for remark, is_so in found.items() if is_so)


def _grey(image: Image.Image) -> Grey:
    small = image.convert("L")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32)


def brightness(grey: Grey) -> float:
    """Of the brighter half: a small card on a dark table is not a dark photo."""
    return float(np.mean(np.sort(grey, axis=None)[grey.size // 2 :]))


def sharpness(grey: Grey) -> float:
    """Variance of the Laplacian in the sharpest tenth of the tiles: an empty margin is not blur."""
    if min(grey.shape) < TILE * 2:
        return float(np.var(_laplacian(grey)))
    edges = _laplacian(grey)
    rows, columns = edges.shape[0] // TILE, edges.shape[1] // TILE
    tiles = edges[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE)
    spread = np.sort(tiles.var(axis=(1, 3)), axis=None)
    return float(np.mean(spread[-max(1, spread.size // 10) :]))


def _laplacian(grey: Grey) -> Grey:
    middle = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return np.asarray(around - 4 * middle, dtype=np.float32)


def cut_edges(grey: Grey) -> tuple[str, ...]:
    """Sides where print runs into the edge of the picture: part of the paper was left out.

    A strip along the edge counts when it is mostly paper (as bright as the brighter class of the whole picture,
    Otsu 1979) and print crosses it many times. A margin has no print; a table is not as bright as paper.
    """
    level = otsu(grey)
    depth = max(2, round(STRIP * max(grey.shape)))
    strips = {
        "top": grey[:depth],
        "bottom": grey[-depth:],
        "left": grey[:, :depth].T,
        "right": grey[:, -depth:].T,
    }
    return tuple(side for side, strip in strips.items() if _printed(strip, level))


def _printed(strip: Grey, level: float) -> bool:
    ink = strip < level
    if np.mean(~ink) < PAPER:
        return False
    lines = np.any(ink, axis=0)
    return int(np.count_nonzero(lines[1:] != lines[:-1])) >= RUNS


def otsu(grey: Grey) -> float:
    """The brightness that parts the picture best into two classes."""
    counts = np.bincount(grey.astype(np.uint8).ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    weighted = np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (weighted[-1] * below - weighted * below[-1]) ** 2 / (below * above)
    return float(np.nanargmax(np.where(np.isfinite(between), between, -1))) + 1
