"""The photos of the demo's goods: drawn, and stored as an upload would be."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from modules.catalog.demo.colours import COLOURS
from modules.catalog.demo.drawing import SIZE, Garment, encoded
from modules.catalog.demo.garments import DRAWN
from modules.catalog.demo.range import Model
from modules.catalog.photo_files import StoredPhoto


class Picture(NamedTuple):
    """One model in one of its colours."""

    code: str
    colour: str
    photo: StoredPhoto


def draw_all(models: dict[str, Model], folder: Path) -> dict[tuple[str, str], StoredPhoto]:
    """Draw every model (by its code) in all its colours; return the files by code and colour."""
    folder.mkdir(parents=True, exist_ok=True)
    # Pillow lets go of the interpreter while it encodes, so that two cores have work.
    with ThreadPoolExecutor(max_workers=2) as crew:
        sheets = crew.map(lambda code: _draw(code, models[code], folder), models)
        return {(one.code, one.colour): one.photo for sheet in sheets for one in sheet}


def _draw(code: str, model: Model, folder: Path) -> list[Picture]:
    garment = Garment(DRAWN[model.garment](**model.drawn), model.cloth)
    pictures = []
    for colour in model.colours.split():
        picture = garment.painted(COLOURS[colour].hex)
        large = encoded(picture)
        name = hashlib.sha256(large).hexdigest()[:40]
        # Written plainly: what a crash takes away here, the next load draws again.
        (folder / f"{name}-l.webp").write_bytes(large)
        (folder / f"{name}-s.webp").write_bytes(encoded(picture.reduce(2)))
        stored = StoredPhoto(file=name, width=SIZE[0], height=SIZE[1])
        pictures.append(Picture(code, colour, stored))
    return pictures
