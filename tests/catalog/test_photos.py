"""Pictures that people send: what is taken, what is refused, and what is stored of it."""

import io
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from modules.catalog.errors import BadPicture
from modules.catalog.photo_files import photo_address, store_photo


def encoded(picture: Image.Image, kind: str, **more: object) -> io.BytesIO:
    target = io.BytesIO()
    picture.save(target, kind, **more)
    target.seek(0)
    return target


def plain(size: tuple[int, int] = (600, 720), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, 128 if mode in ("L", "P") else "#77293b")


def chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_of(width: int, height: int, *, chunks: int = 0) -> io.BytesIO:
    """Write a PNG whose header says more pixels than it has bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    text = b"".join(chunk(b"tEXt", b"Comment\0x") for _number in range(chunks))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text + data + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_stored_as_webp_in_two_sizes(tmp_path: Path, kind: str) -> None:
    stored = store_photo(encoded(plain((2400, 1200)), kind), tmp_path)
    assert (stored.width, stored.height) == (1200, 600)
    for size, pixels in (("s", (240, 120)), ("l", (1200, 600))):
        with Image.open(tmp_path / f"{stored.file}-{size}.webp") as picture:
            assert (picture.format, picture.size) == ("WEBP", pixels)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    assert store_photo(encoded(plain((50, 60)), "PNG"), tmp_path).width == 50


def test_the_same_picture_twice_is_one_file(tmp_path: Path) -> None:
    one = store_photo(encoded(plain(), "PNG"), tmp_path)
    two = store_photo(encoded(plain(), "PNG"), tmp_path)
    assert one == two
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1"])
def test_every_kind_of_colour_is_taken(tmp_path: Path, mode: str) -> None:
    picture = plain().convert(mode)
    store_photo(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"), tmp_path)


def test_where_and_when_it_was_taken_is_removed_and_its_turn_is_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Camera of Ewelina"
    exif.get_ifd(0x8825)[1] = "N"
    picture = encoded(plain((600, 300)), "JPEG", exif=exif, comment=b"secret place")
    assert b"Ewelina" in picture.getvalue()
    stored = store_photo(picture, tmp_path)
    assert (stored.width, stored.height) == (300, 600)
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"Ewelina" not in content
        assert b"secret" not in content
        with Image.open(file) as shown:
            assert not shown.getexif()


@pytest.mark.parametrize(("width", "height"), [(8000, 11000), (12000, 12000), (65535, 65535)])
def test_a_bomb_of_pixels_is_refused_by_its_header_without_being_opened(
    tmp_path: Path, width: int, height: int
) -> None:
    tracemalloc.start()
    with pytest.raises(BadPicture):
        store_photo(png_of(width, height), tmp_path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    assert list(tmp_path.iterdir()) == []


def _truncated(kind: str) -> bytes:
    whole = encoded(Image.effect_noise((400, 400), 90), kind).getvalue()
    return whole[: len(whole) // 2]


BROKEN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "gif": lambda: encoded(plain((10, 10)), "GIF").getvalue(),
    "bmp": lambda: encoded(plain((10, 10)), "BMP").getvalue(),
    "tiff": lambda: encoded(plain((10, 10)), "TIFF").getvalue(),
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "truncated jpeg": lambda: _truncated("JPEG"),
    "truncated png": lambda: _truncated("PNG"),
    "truncated webp": lambda: _truncated("WEBP"),
    "png without pixels": lambda: png_of(1000, 1000).getvalue(),
    "png of a hundred thousand chunks": lambda: png_of(1000, 1000, chunks=100_000).getvalue(),
    "signature alone": lambda: b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_picture_is_refused_and_nothing_is_stored(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadPicture):
        store_photo(io.BytesIO(BROKEN[name]()), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_is_a_page_as_well_is_stored_without_the_page(tmp_path: Path) -> None:
    polyglot = encoded(plain(), "PNG").getvalue() + b"<script>alert(1)</script>"
    store_photo(io.BytesIO(polyglot), tmp_path)
    assert all(b"script" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_file_over_12_mb_is_refused_unread(tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            assert size > 0, "an upload is never read to its end without a limit"
            self.given += size
            return b"x" * size

    source = Endless()
    with pytest.raises(BadPicture, match="12 MB"):
        store_photo(source, tmp_path)  # type: ignore[arg-type]
    assert source.given <= 12 * 1024 * 1024 + 1


def test_addresses_of_pictures(app: object) -> None:
    assert photo_address(None) is None
    assert photo_address("abc") == "/catalog/photos/abc-s.webp"
    assert photo_address("abc", "l") == "/catalog/photos/abc-l.webp"
    assert photo_address("goods/tee-sky.svg", "l") == "/static/goods/tee-sky.svg"
