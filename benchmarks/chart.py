"""The chart: median time of a question by size of the catalog, one line an engine, both scales logarithmic."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 920, 520
LEFT, RIGHT, TOP, BOTTOM = 70, 250, 50, 50
COLOURS = (
    "#0b57d0",
    "#c2410c",
    "#15803d",
    "#7e22ce",
    "#b91c1c",
    "#0e7490",
    "#a16207",
    "#be185d",
    "#475569",
    "#4d7c0f",
)
LABEL_HEIGHT = 17

Line = Sequence[tuple[float, float]]  # entries, ms


def svg(lines: Mapping[str, Line], title: str) -> str:
    """Lines by the name of the engine; the first one is drawn bold."""
    sizes = sorted({entries for line in lines.values() for entries, _ in line})
    times = [ms for line in lines.values() for _, ms in line]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    across = _scale(math.log10(sizes[0]), math.log10(sizes[-1]), LEFT, WIDTH - RIGHT)
    down = _scale(low, max(high, low + 1), HEIGHT - BOTTOM, TOP)
    parts = [_grid(10.0**power, down(power)) for power in range(low, high + 1)]
    parts += [_size(entries, across(math.log10(entries))) for entries in sizes]
    ends = {}
    for number, (name, line) in enumerate(lines.items()):
        points = [(across(math.log10(entries)), down(math.log10(ms))) for entries, ms in line]
        parts.append(_line(points, COLOURS[number % len(COLOURS)], bold=number == 0))
        ends[name] = points[-1]
    parts += _labels(ends, {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(lines)})
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="system-ui, sans-serif" font-size="13" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            f'<text x="{LEFT}" y="26" font-size="16" fill="#0f172a">{escape(title)}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    span = high - low or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def _grid(ms: float, y: float) -> str:
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e2e8f0"/>'
        f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#475569">{ms:g} ms</text>'
    )


def _size(entries: float, x: float) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#f1f5f9"/>'
        f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#475569">{entries:,.0f}</text>'
    )


def _line(points: Sequence[tuple[float, float]], colour: str, *, bold: bool) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    width = 3.5 if bold else 1.5
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>{dots}'


def _labels(ends: Mapping[str, tuple[float, float]], colours: Mapping[str, str]) -> list[str]:
    """Names beside the last points, moved down where they would cover one another."""
    parts, free = [], 0.0
    for name, (x, y) in sorted(ends.items(), key=lambda item: item[1][1]):
        free = max(y, free + LABEL_HEIGHT)
        parts.append(
            f'<text x="{x + 10:.1f}" y="{free + 4:.1f}" fill="{colours[name]}">{escape(name)}</text>'
        )
    return parts
