"""Line charts as SVG 1.1, without any library: two panels of lines over one axis."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, TOP = 420, 240, 70, 40
COLOURS = ("#1b6ca8", "#c0392b", "#7f8c8d")
Points = Sequence[tuple[float, float]]


def chart(panels: Sequence[tuple[str, str, Mapping[str, Points]]], *, across: str) -> str:
    """Draw panels of (title, unit, lines by name) side by side; every axis begins at 0."""
    width = len(panels) * (WIDTH + LEFT + 30)
    drawn = "".join(
        _panel(title, unit, lines, across, left=LEFT + number * (WIDTH + LEFT + 30))
        for number, (title, unit, lines) in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{TOP + HEIGHT + 60}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>{drawn}</svg>\n'
    )


def _panel(title: str, unit: str, lines: Mapping[str, Points], across: str, *, left: int) -> str:
    most_x = max(x for points in lines.values() for x, _ in points)
    most_y = _round_up(max(y for points in lines.values() for _, y in points))
    parts = [f'<text x="{left}" y="{TOP - 20}" font-weight="bold">{escape(title)} ({escape(unit)})</text>']
    for number in range(5):
        y = TOP + HEIGHT - HEIGHT * number / 4
        parts.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(_text(left - 6, y + 4, f"{most_y * number / 4:,.0f}", anchor="end"))
        parts.append(_text(left + WIDTH * number / 4, TOP + HEIGHT + 16, f"{most_x * number / 4:,.0f}"))
    parts.append(_text(left + WIDTH / 2, TOP + HEIGHT + 34, across))
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(
            f"{left + WIDTH * x / most_x:.1f},{TOP + HEIGHT - HEIGHT * y / most_y:.1f}" for x, y in points
        )
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = left + 8 + number * 140, TOP + HEIGHT + 52
        parts.append(f'<text x="{x}" y="{y}" fill="{colour}">{escape(name)}</text>')
    return "".join(parts)


def _text(x: float, y: float, said: str, *, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _round_up(value: float) -> float:
    step: float = 10 ** max(len(str(int(value))) - 1, 0)
    return step * (int(value / step) + 1)
