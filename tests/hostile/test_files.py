"""Files that mean no good: each is refused in time, or becomes a picture of ours and no more."""

import ast
import io
import random
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from modules.catalog.errors import BadPicture, UnreadableFile
from modules.catalog.importing import source
from modules.catalog.importing.formats import FORMATS
from modules.catalog.photo_files import store_photo
from tests.machine import allowed
from tests.test_architecture import places

pytestmark = [pytest.mark.once, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
KINDS = ("PNG", "JPEG", "WEBP")
PAGE = b"<!doctype html><script>alert(1)</script>"


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def _png(width: int, height: int, *, more: bytes = b"", depth: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    data = _chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
    begin = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
    return begin + more + data + _chunk(b"IEND", b"")


def _jpeg_said_to_be(width: int, height: int) -> bytes:
    whole = bytearray(_whole("JPEG"))
    place = whole.index(b"\xff\xc0") + 5
    whole[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(whole)


def _webp_said_to_be(side: int) -> bytes:
    whole = bytearray(_whole("WEBP"))
    place = whole.index(b"\x9d\x01\x2a") + 3
    whole[place : place + 4] = struct.pack("<HH", side, side)
    return bytes(whole)


def _whole(kind: str) -> bytes:
    target = io.BytesIO()
    Image.effect_noise((120, 90), 80).convert("RGB").save(target, kind)
    return target.getvalue()


def variants() -> Iterator[tuple[str, bytes]]:
    """Yield two hundred files, by what is wrong with them."""
    luck = random.Random(2026)
    for megapixels, width, height in (
        (88, 8_000, 11_000),
        (144, 12_000, 12_000),
        (400, 20_000, 20_000),
    ):
        yield f"png of {megapixels} million pixels", _png(width, height)
        yield f"jpeg of {megapixels} million pixels", _jpeg_said_to_be(width, height)
    yield "webp of 268 million pixels", _webp_said_to_be(16_383)
    yield "png of a hundred thousand chunks", _png(9, 9, more=_chunk(b"tEXt", b"a\0b") * 100_000)
    yield (
        "png of a text that unpacks to a gigabyte",
        _png(9, 9, more=_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 100_000_000))),
    )
    yield "png of no pixels", _png(0, 0)
    yield "png of one endless line", _png(2**31 - 1, 1)
    yield from (
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("page", PAGE),
        ("pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\n"),
        ("zip", b"PK\x03\x04" + b"\0" * 60),
        ("script", b"#!/bin/sh\nid\n"),
        ("gif that is a script", b"GIF89a/*\x00\x00*/=1;alert(1)//"),
        ("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(id) run\n"),
    )
    for kind in KINDS:
        whole = _whole(kind)
        yield f"{kind} that is a page too", whole + PAGE
        yield f"page that is {kind} too", PAGE + whole
        yield f"{kind} twice", whole + whole
        for _number in range(20):
            yield f"{kind} cut off", whole[: luck.randrange(1, len(whole))]
        for _number in range(35):
            torn = bytearray(whole)
            for _byte in range(luck.choice((1, 3, 30))):
                torn[luck.randrange(len(torn))] = luck.randrange(256)
            yield f"{kind} with other bytes", bytes(torn)


def test_two_hundred_files_become_pictures_of_ours_or_are_refused(tmp_path: Path) -> None:
    seen = 0
    for name, content in variants():
        seen += 1
        began = time.perf_counter()
        try:
            stored = store_photo(io.BytesIO(content), tmp_path)
        except BadPicture:
            pass
        else:
            for size in "sl":
                file = tmp_path / f"{stored.file}-{size}.webp"
                assert b"script" not in file.read_bytes(), name
                with Image.open(file) as picture:
                    assert picture.format == "WEBP"
                    assert max(picture.size) <= 1_200
        assert time.perf_counter() - began < allowed(2), name
    assert seen >= 185


_IN_LITTLE_ROOM = """
import re
from pathlib import Path
from tempfile import mkdtemp
from io import BytesIO
from modules.catalog.errors import BadPicture
from modules.catalog.photo_files import store_photo
from tests.hostile.test_files import variants
refused = 0
for name, content in variants():
    if "million" in name or "gigabyte" in name or "chunks" in name:
        try:
            store_photo(BytesIO(content), Path(mkdtemp()))
        except BadPicture:
            refused += 1
# Not the figure of getrusage: that one begins with what the parent had.
print(refused, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
def test_bombs_take_no_more_room_than_a_photo_of_the_shop() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IN_LITTLE_ROOM], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    refused, kilobytes = (int(one) for one in done.stdout.split())
    assert refused >= 7
    assert kilobytes < 400_000


@pytest.mark.parametrize(
    "file", ["x.svg", "x.html", "x.png", "x.php", "../../x.png", "x.png\x00.exe"]
)
def test_what_a_file_is_called_decides_nothing(admin: FlaskClient, file: str) -> None:
    for content, status in ((PAGE, 422), (_whole("PNG"), 303)):
        form = {"photo": (io.BytesIO(content), file, "image/png"), "colour": "White"}
        answer = admin.post("/catalog/products/TE-BAZ/photos", data=form)
        assert answer.status_code == status, (file, answer.status)


# -- tables that people bring ------------------------------------------------------------------


def _kept(tmp_path: Path, content: bytes) -> Path:
    return source.kept_path(tmp_path, source.keep_file(io.BytesIO(content), tmp_path))


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../etc/passwd", b"x")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return target.getvalue()


HEAD = b"Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
TABLES: dict[str, Callable[[], bytes]] = {
    "a packed table": _bomb,
    "a million rows": lambda: HEAD + b"a,b,c,d,e,1\n" * 1_000_000,
    "a million columns": lambda: b"," * 1_000_000 + b"\n",
    "a field without end": lambda: HEAD + b'"' + b"x" * 20_000_000,
    "NUL": lambda: HEAD + b"a\x00,b,c,d,e,1\n",
    "another alphabet": lambda: "Handle,ż\n".encode("utf-16"),
    "XML": lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_that_is_too_much_or_none_is_refused(
    app: object, tmp_path: Path, kind: str
) -> None:
    path = _kept(tmp_path, TABLES[kind]())
    shopify = next(one for one in FORMATS.values() if "Handle" in one.needed)
    began = time.perf_counter()
    with pytest.raises(UnreadableFile):
        source.read_table(path, shopify)
    assert time.perf_counter() - began < allowed(4)
    assert list(tmp_path.iterdir()) == [path]


def test_no_part_of_the_product_reads_xml_or_unpacks_what_it_was_given() -> None:
    """Whoever begins to: defusedxml for XML, a cap on the sum of sizes for anything packed."""
    loose = {"xml.etree.ElementTree", "xml.dom", "xml.dom.minidom", "xml.sax", "lxml", "pickle"}
    loose |= {"lxml.etree", "lxml.html", "marshal", "shelve", "tarfile", "yaml"}

    def reads(node: ast.AST) -> bool:
        if isinstance(node, ast.Import):
            return any(one.name in loose for one in node.names)
        if isinstance(node, ast.ImportFrom):
            return node.module in loose or node.module in ("xml", "xml.etree")
        return False

    assert list(places(reads)) == []
