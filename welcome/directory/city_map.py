"""A map without a map maker: each area is the ground that is nearer to its middle than to any other's.

Nothing is fetched from anywhere, so nobody learns who looks at which part of the city.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from welcome.directory.models import Area

WIDTH = 100.0
#: Of a circle around each middle, before the neighbours cut off their part: so far the city reaches on its edge.
CORNERS = 28
EDGE = 1.05

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One area as it is drawn: in units of which the map is 100 wide, y downwards."""

    area: Area
    number: int  #: of entries
    points: str
    x: float
    y: float
    width: float
    shade: int  #: 0 to 4: the fuller the stronger


@dataclass(frozen=True, slots=True)
class CityMap:
    """The areas of which somebody has said where they lie."""

    shapes: list[Shape]
    height: float


def draw(areas: Sequence[Area], numbers: Mapping[int, int]) -> CityMap:
    """Lay the areas out. An area without a place on the map is in the list beside it only."""
    placed = [area for area in areas if area.x is not None and area.y is not None]
    middles = [(float(area.x or 0), -float(area.y or 0)) for area in placed]
    if len(placed) < 3:
        return CityMap([], 0.0)
    radius = EDGE * max(_nearest(middle, middles) for middle in middles) if len(set(middles)) > 1 else 1.0
    cells = [_cell(middle, middles, radius) for middle in middles]
    left, top, scale = _frame(cells)
    most = max(numbers.values(), default=0) or 1
    shapes = [
        Shape(
            area,
            numbers.get(area.id, 0),
            " ".join(f"{(x - left) * scale:.1f},{(y - top) * scale:.1f}" for x, y in cell),
            round(sum((x - left) * scale for x, _ in cell) / len(cell), 1),
            round(sum((y - top) * scale for _, y in cell) / len(cell), 1),
            round((max(x for x, _ in cell) - min(x for x, _ in cell)) * scale, 1),
            math.ceil(4 * numbers.get(area.id, 0) / most),
        )
        for area, cell in zip(placed, cells, strict=True)
        if cell
    ]
    return CityMap(shapes, round(max((y for cell in cells for _, y in cell), default=top) * scale - top * scale, 1))


def _nearest(middle: Point, others: Sequence[Point]) -> float:
    return min(math.dist(middle, other) for other in others if other != middle)


def _frame(cells: Sequence[Sequence[Point]]) -> tuple[float, float, float]:
    every = [point for cell in cells for point in cell]
    left, right = min(x for x, _ in every), max(x for x, _ in every)
    return left, min(y for _, y in every), WIDTH / ((right - left) or 1.0)


def _cell(middle: Point, others: Sequence[Point], radius: float) -> list[Point]:
    """Cut a circle by the line half-way to each other middle."""
    turns = (2 * math.pi * corner / CORNERS for corner in range(CORNERS))
    cell = [(middle[0] + radius * math.cos(turn), middle[1] + radius * math.sin(turn)) for turn in turns]
    for other in others:
        if other != middle and math.dist(middle, other) < 2 * radius:
            cell = _cut(cell, middle, other)
    return cell


def _cut(cell: Sequence[Point], middle: Point, other: Point) -> list[Point]:
    """Keep what is nearer to the one middle than to the other."""
    kept: list[Point] = []
    for here, there in zip(cell, [*cell[1:], *cell[:1]], strict=True):
        one, two = _side(here, middle, other), _side(there, middle, other)
        if one <= 0:
            kept.append(here)
        if one * two < 0:
            share = one / (one - two)
            kept.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
    return kept


def _side(point: Point, middle: Point, other: Point) -> float:
    """Return below 0 on the side of ``middle``."""
    half = ((middle[0] + other[0]) / 2, (middle[1] + other[1]) / 2)
    return (point[0] - half[0]) * (other[0] - middle[0]) + (point[1] - half[1]) * (other[1] - middle[1])
