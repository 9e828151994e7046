"""
The photos of the demo's goods: drawn, and stored as an upload would be.

Drawing takes longer than all that stands in the database, so that it goes on beside, as a process
of its own: `python -m modules.catalog.demo FOLDER`.
"""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from modules.catalog.demo.colours import COLOURS
from modules.catalog.demo.drawing import SIZE, Garment, encoded
from modules.catalog.demo.garments import DRAWN
from modules.catalog.demo.goods import models_by_code
from modules.catalog.demo.range import Model
from modules.catalog.photo_files import StoredPhoto

ROOT = Path(__file__).parents[3]
_PATIENCE = 300  # seconds
_STYLE = 1
"""Count it up when the same model is to look different."""


def photos_of(models: Mapping[str, Model]) -> dict[tuple[str, str], StoredPhoto]:
    """Return the file of every model in each of its colours, by code and colour."""
    return {
        (code, colour): StoredPhoto(file=name, width=SIZE[0], height=SIZE[1])
        for code, model in models.items()
        for colour, name in _names(model)
    }


def draw_beside(folder: Path) -> Callable[[], None]:
    """Begin to draw all pictures into a folder; return what waits until they are there."""
    command = [sys.executable, "-m", __package__, str(folder.absolute())]
    drawing = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own interpreter and module

    def wait() -> None:
        if code := drawing.wait(_PATIENCE):
            raise RuntimeError(f"the pictures of the demo were not drawn (exit code {code})")

    return wait


def draw_all(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # Pillow lets go of the interpreter while it encodes, so that two cores have work.
    with ThreadPoolExecutor(max_workers=2) as crew:
        for _done in crew.map(lambda model: _draw(model, folder), models_by_code().values()):
            pass


def _names(model: Model) -> Iterator[tuple[str, str]]:
    """Yield the colours of a model, each with the name of its file: the same recipe, the same."""
    for colour in model.colours.split():
        recipe = (_STYLE, model.garment, sorted(model.drawn.items()), model.cloth)
        text = repr((*recipe, COLOURS[colour].hex))
        yield colour, hashlib.sha256(text.encode()).hexdigest()[:40]


def _draw(model: Model, folder: Path) -> None:
    garment = Garment(DRAWN[model.garment](**model.drawn), model.cloth)
    for colour, name in _names(model):
        picture = garment.painted(COLOURS[colour].hex)
        # Written plainly: what a crash takes away here, the next load draws again.
        (folder / f"{name}-l.webp").write_bytes(encoded(picture))
        (folder / f"{name}-s.webp").write_bytes(encoded(picture.reduce(2)))
