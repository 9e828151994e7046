"""Pictures as files: what is taken in, how it is stored, and the address it is shown under."""

import hashlib
import os
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.i18n import _
from modules.catalog.errors import BadPicture

BIGGEST_FILE = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
SIZES = {"s": 240, "l": 1200}
"""The longest side of each size in pixels."""
OURS = "goods/"
"""A picture that is one of Verso's own static files (the demo's garments), not an upload."""


@dataclass(frozen=True, kw_only=True)
class StoredPhoto:
    """A picture that lies in the folder of photos, in all sizes."""

    file: str
    width: int
    height: int


def photo_address(file: str | None, size: str = "s") -> str | None:
    """Return the address of a picture in one size; None where there is no file."""
    if file is None:
        return None
    if file.startswith(OURS):
        return f"/static/{file}"
    return f"/catalog/photos/{file}-{size}.webp"


def store_photo(source: IO[bytes], folder: Path) -> StoredPhoto:
    """
    Re-encode a picture that somebody sent, in all sizes and without its metadata.

    Call it outside a unit of work: it takes up to a second.

    :raises BadPicture: it is no JPEG, PNG or WebP, or it is too big; nothing is stored
    """
    content = source.read(BIGGEST_FILE + 1)
    if len(content) > BIGGEST_FILE:
        raise BadPicture(_("This picture is larger than 12 MB; send a smaller one."))
    picture = _decoded(content)
    encoded = {size: _encoded(picture, side) for size, side in SIZES.items()}
    name = hashlib.sha256(encoded["l"]).hexdigest()[:40]
    folder.mkdir(parents=True, exist_ok=True)
    for size, data in encoded.items():
        write_once(folder / f"{name}-{size}.webp", data)
    width, height = _shown_size(picture, SIZES["l"])
    return StoredPhoto(file=name, width=width, height=height)


def _decoded(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Pillow warns of a bomb and decodes it all the same; the header is asked first here.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadPicture(
                        _("This picture has more than 40 million pixels; send a smaller one.")
                    )
                opened.draft("RGB", (SIZES["l"], SIZES["l"]))  # JPEG decodes smaller at once
                upright = ImageOps.exif_transpose(opened)
                see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
                return upright.convert("RGBA" if see_through else "RGB")
    except BadPicture:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
    ):
        # SyntaxError is what Pillow says of a broken PNG.
        raise BadPicture(
            _("This file is not a picture that can be read; send a JPEG, PNG or WebP.")
        ) from None


def _encoded(picture: Image.Image, side: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    target = BytesIO()
    smaller.save(target, "WEBP", quality=82, method=4)
    return target.getvalue()


def _shown_size(picture: Image.Image, side: int) -> tuple[int, int]:
    longest = max(picture.size)
    if longest <= side:
        return picture.size
    return (
        max(1, round(picture.width * side / longest)),
        max(1, round(picture.height * side / longest)),
    )


def write_once(path: Path, data: bytes) -> None:
    """Write a file named by its content: whole or not at all, and once."""
    if path.exists():
        return
    with NamedTemporaryFile(dir=path.parent, delete=False) as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    Path(target.name).replace(path)
