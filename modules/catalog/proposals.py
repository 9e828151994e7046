"""Cells that a person may want: all values crossed, with a SKU proposed for each. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import product

from app.search import fold
from modules.catalog.bulk import cell_of, label_of

MOST_CELLS = 400


@dataclass(kw_only=True)
class ProposedCell:
    """A variant that may be made; `wanted` = ticked."""

    options: dict[str, str]
    label: str
    sku: str
    wanted: bool = True
    price: str = ""
    barcode: str = ""
    axes: list[str] = field(default_factory=list)


def split_values(text: str) -> list[str]:
    """Return the values of "S, M, L" in order, each once."""
    values = [" ".join(one.split()) for one in re.split(r"[,;\n]", text)]
    return [value for value in dict.fromkeys(values) if value]


def propose_cells(
    code: str,
    axes: Sequence[tuple[str, Sequence[str]]],
    *,
    present: Collection[str] = (),
    ticked: Collection[str] | None = None,
    price: str = "",
) -> list[ProposedCell]:
    """
    Return the cells of the crossed axes that are not `present` (as `cell_of` names them).

    `ticked` holds the values that are new: only cells with one of them are wanted at once.
    """
    used = [(name, values) for name, values in axes if values]
    names = [name for name, _values in used]
    # A size is never cut: XXXL and XXXS differ in their last letter.
    short = [_short_names(values, cut=name != "size") for name, values in used]
    cells = []
    for values in product(*(values for _name, values in used)):
        options = dict(zip(names, values, strict=True))
        if cell_of(options, names) in present:
            continue
        parts = [marks[value] for marks, value in zip(short, values, strict=True)]
        cells.append(
            ProposedCell(
                options=options,
                label=label_of(options, names),
                sku="-".join([code, *parts])[:64],
                wanted=ticked is None or any(value in ticked for value in values),
                price=price,
                axes=names,
            )
        )
        if len(cells) == MOST_CELLS:
            break
    return cells


def _short_names(values: Sequence[str], *, cut: bool) -> dict[str, str]:
    """Return a short mark for each value: "Burgundy" becomes BUR, longer where two are alike."""
    full = {value: re.sub(r"[^A-Z0-9]+", "", fold(value).upper()) or "X" for value in values}
    marks: dict[str, str] = {}
    for value, text in full.items():
        length = 3 if cut else len(text)
        while length < len(text) and sum(o.startswith(text[:length]) for o in full.values()) > 1:
            length += 1
        mark, number = text[:length], 1
        while mark in marks.values():
            number += 1
            mark = f"{text[:length]}{number}"
        marks[value] = mark
    return marks
