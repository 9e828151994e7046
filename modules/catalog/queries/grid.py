"""The size x colour grid of a product."""

from collections.abc import Sequence
from dataclasses import dataclass

from modules.catalog.photo_files import photo_address
from modules.catalog.queries.cards import Axis, ProductCard, VariantCard

_SIZE_NAMES = {"size", "sizes", "rozmiar", "rozmiary", "größe", "grosse", "talla", "méret"}
COLOUR_NAMES = {"colour", "color", "colours", "kolor", "kolory", "farbe", "szín", "culoare"}


@dataclass(frozen=True, kw_only=True)
class GridLine:
    """One row of the grid: a cell per size, None where the variant was never made."""

    label: str
    swatch: str
    photo: str | None
    cells: list[VariantCard | None]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The size x colour grid of a product; what is not a size goes into the rows."""

    axis: str
    """The name of the axis across: "size"; "" where there is none."""
    sizes: list[str]
    rows: list[GridLine]


def grid_of(card: ProductCard) -> Grid:
    """Return the variants of a product as a grid of two directions."""
    across = _across(card.axes)
    down = [axis for axis in card.axes if axis is not across]
    sizes = across.values if across else [""]
    used = dict.fromkeys(sizes, False)
    lines: dict[str, dict[str, VariantCard]] = {}
    for variant in card.variants:
        label = " · ".join(variant.options.get(axis.name, "") for axis in down)
        size = variant.options.get(across.name, "") if across else ""
        lines.setdefault(label, {})[size] = variant
        used[size] = True
    shown = [size for size in used if used[size]]
    rows = []
    for label, cells in lines.items():
        first = next(iter(cells.values()))
        rows.append(
            GridLine(
                label=label,
                swatch=_swatch(down, first),
                photo=next((photo_address(one.file) for one in first.photos if one.file), None),
                cells=[cells.get(size) for size in shown],
            )
        )
    return Grid(axis=across.name if across else "", sizes=shown, rows=rows)


def _across(axes: Sequence[Axis]) -> Axis | None:
    for axis in axes:
        if axis.name.casefold() in _SIZE_NAMES:
            return axis
    others = [axis for axis in axes if axis.name.casefold() not in COLOUR_NAMES]
    return others[-1] if others else None


def _swatch(axes: Sequence[Axis], variant: VariantCard) -> str:
    for axis in axes:
        value = variant.options.get(axis.name, "")
        if axis.name.casefold() in COLOUR_NAMES:
            return axis.swatches.get(value, value)
    return ""
