"""
Draw the garments as pictures, with Pillow alone.

Each layer of a shape becomes a mask, drawn three times too large and reduced, so that edges are
soft; a colour then only fills the masks. So the shape is drawn once for all its colours.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from modules.catalog.demo.garments import Shape

SIZE = (400, 480)
_SCALE = 2.5  # pixels of a unit of the box: 160 x 192 units
_FINER = 3
_GRID = _SCALE * _FINER

Point = tuple[float, float]
Box = tuple[int, int, int, int]
Line = list[Point]
RGB = tuple[int, int, int]

_INK: RGB = (26, 20, 32)
_PAPER: RGB = (255, 255, 255)


# --- paths ------------------------------------------------------------------------------------


def outline(path: str) -> list[tuple[Line, bool]]:
    """Return the lines of a path as points, and for each whether it closes."""
    sign, plain = (path[0], path[1:]) if path[0] in "~|" else ("", path)
    lines = list(_lines(plain))
    if sign == "~":
        left = lines[0][0]
        return [(left + [(160 - x, y) for x, y in reversed(left)], True)]
    if sign == "|":
        lines += [([(160 - x, y) for x, y in line], closed) for line, closed in lines]
    return lines


def _lines(path: str) -> Iterator[tuple[Line, bool]]:
    line: Line = []
    control: Point = (0, 0)
    for command, numbers in _commands(path):
        if command == "M":
            if line:
                yield line, False
            line = [(numbers[0], numbers[1])]
        elif command == "Z":
            yield line, True
            line = []
        elif command == "H":
            line += [(x, line[-1][1]) for x in numbers]
        elif command == "V":
            line += [(line[-1][0], y) for y in numbers]
        elif command == "L":
            line += list(zip(numbers[::2], numbers[1::2], strict=True))
        else:
            step = 6 if command == "C" else 4
            for at in range(0, len(numbers), step):
                some = numbers[at : at + step]
                start = line[-1]
                if command == "S":
                    first = (2 * start[0] - control[0], 2 * start[1] - control[1])
                else:
                    first = (some[0], some[1])
                control, end = (some[-4], some[-3]), (some[-2], some[-1])
                line += _bend(start, first, control, end)
    if line:
        yield line, False


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    command, text = "", ""
    for sign in path + "M":
        if sign.isalpha():
            if command:
                yield command, [float(number) for number in text.replace(",", " ").split()]
            command, text = sign, ""
        else:
            text += sign


def _bend(start: Point, first: Point, second: Point, end: Point, steps: int = 12) -> Line:
    points = []
    for at in range(1, steps + 1):
        t = at / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append(
            (
                a * start[0] + b * first[0] + c * second[0] + d * end[0],
                a * start[1] + b * first[1] + c * second[1] + d * end[1],
            )
        )
    return points


# --- masks ------------------------------------------------------------------------------------


class Mask:
    """Where a layer covers the picture: a part of it, so that small things stay small."""

    def __init__(
        self, lines: Sequence[tuple[Line, bool]], *, width: float = 0, share: float = 1
    ) -> None:
        points = [point for line, _closed in lines for point in line]
        edge = width + 1
        # Even units, so that the box begins at a whole pixel.
        left = max(0, int(min(x for x, _y in points) - edge) // 2 * 2)
        upper = max(0, int(min(y for _x, y in points) - edge) // 2 * 2)
        right = min(160, int(max(x for x, _y in points) + edge) // 2 * 2 + 2)
        lower = min(192, int(max(y for _x, y in points) + edge) // 2 * 2 + 2)
        fine = Image.new("L", (int((right - left) * _GRID), int((lower - upper) * _GRID)))
        pen = ImageDraw.Draw(fine)
        for line, closed in lines:
            moved = [((x - left) * _GRID, (y - upper) * _GRID) for x, y in line]
            if width:
                _stroke(pen, [*moved, moved[0]] if closed else moved, width * _GRID)
            else:
                pen.polygon(moved, fill=255)
        self.image = _faded(fine.reduce(_FINER), share)
        across, down = int(left * _SCALE), int(upper * _SCALE)
        self.box: Box = (across, down, across + self.image.width, down + self.image.height)


def _faded(mask: Image.Image, share: float) -> Image.Image:
    return mask if share == 1 else mask.point([round(value * share) for value in range(256)])


def _stroke(pen: ImageDraw.ImageDraw, points: Line, width: float) -> None:
    pen.line(points, fill=255, width=round(width), joint="curve")
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)


def _dots(text: str) -> list[tuple[Line, bool]]:
    rounds = []
    for pair in text.split():
        x, y = (float(number) for number in pair.split(","))
        ring = _bend((x - 1.9, y), (x - 1.9, y - 2.5), (x + 1.9, y - 2.5), (x + 1.9, y))
        rounds.append((ring + [(2 * x - a, 2 * y - b) for a, b in ring], True))
    return rounds


# --- cloth ------------------------------------------------------------------------------------


@lru_cache
def _light(bright: bool) -> Image.Image:
    """Return how much light (or shade) falls on each place: from the upper left."""
    small = Image.new("L", (48, 58))
    cells = [(x / 47 + 0.35 * y / 57) / 1.35 for y in range(58) for x in range(48)]
    if bright:
        small.putdata([round(255 * 0.2 * max(0.0, 1 - cell * 2)) for cell in cells])
    else:
        small.putdata([round(255 * 0.18 * max(0.0, cell * 2 - 1)) for cell in cells])
    return small.resize(SIZE, Image.Resampling.BICUBIC)


@lru_cache
def _cloth(pattern: str) -> Image.Image:
    """Return where a pattern shows its second colour."""
    wide, high = SIZE[0] * 2, SIZE[1] * 2
    cloth = Image.new("L", (wide, high))
    pen = ImageDraw.Draw(cloth)
    if pattern == "breton":
        for y in range(0, high, 48):
            pen.rectangle((0, y, wide, y + 15), fill=255)
    elif pattern == "stripe":
        for x in range(0, wide, 30):
            pen.rectangle((x, 0, x + 5, high), fill=255)
    elif pattern == "block":
        pen.rectangle((0, int(high * 0.5), wide, int(high * 0.64)), fill=255)
    elif pattern == "gingham":
        for at in range(0, wide, 44):
            pen.rectangle((at, 0, at + 21, high), fill=120)
        across = Image.new("L", cloth.size)
        second = ImageDraw.Draw(across)
        for at in range(0, high, 44):
            second.rectangle((0, at, wide, at + 21), fill=120)
        cloth = ImageChops.add(cloth, across)
    elif pattern == "tartan":
        across = Image.new("L", cloth.size)
        second = ImageDraw.Draw(across)
        for at in range(0, high, 120):
            pen.rectangle((at, 0, at + 39, high), fill=90)
            pen.rectangle((at + 70, 0, at + 76, high), fill=130)
            second.rectangle((0, at, wide, at + 39), fill=90)
            second.rectangle((0, at + 70, wide, at + 76), fill=130)
        cloth = ImageChops.add(cloth, across)
    elif pattern == "dots":
        for row, y in enumerate(range(0, high, 42)):
            for x in range(row % 2 * 24, wide, 48):
                pen.ellipse((x, y, x + 13, y + 13), fill=255)
    elif pattern == "herringbone":
        for column, x in enumerate(range(0, wide, 22)):
            for y in range(-40, high, 14):
                rise = 22 if column % 2 else -22
                pen.line((x, y, x + 22, y + rise), fill=110, width=4)
    elif pattern == "floral":
        for row, y in enumerate(range(10, high, 74)):
            for column, x in enumerate(range(10 + row % 2 * 42, wide, 84)):
                _flower(pen, x + (row * 13 + column * 7) % 17, y + (row * 5 + column * 11) % 19)
    elif pattern == "marl":
        for row, y in enumerate(range(0, high, 5)):
            for x in range(row * 37 % 23, wide, 23):
                pen.line((x, y, x + 9, y), fill=90, width=2)
    return cloth.reduce(2)


def _flower(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    for across, down in ((-9, -3), (9, -3), (0, -11), (-6, 8), (6, 8)):
        pen.ellipse((x + across - 6, y + down - 6, x + across + 6, y + down + 6), fill=235)
    pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=0)
    pen.line((x + 8, y + 14, x + 22, y + 26), fill=170, width=4)
    pen.ellipse((x + 18, y + 12, x + 32, y + 22), fill=170)


# --- colours ----------------------------------------------------------------------------------


def rgb(colour: str) -> RGB:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: RGB, other: RGB, share: float) -> RGB:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _second_colour(base: RGB) -> RGB:
    """Return what a pattern is printed in: light on dark, dark on light."""
    bright = sum(base) / 3
    return mix(base, _PAPER, 0.72) if bright < 150 else mix(base, (43, 58, 92), 0.62)


# --- the picture ------------------------------------------------------------------------------


_WIDTHS = {"line": 1.2, "thin": 2, "thick": 5}
_GROUNDS = {True: rgb("#e6e2da"), False: rgb("#f1eee8")}  # under bright goods, under all others


class Garment:
    """A shape whose masks are drawn, ready to be filled with colours."""

    def __init__(self, shape: Shape, pattern: str = "") -> None:
        self._layers: list[tuple[str, Mask]] = []
        bodies: list[Mask] = []
        shadow = Image.new("L", SIZE)
        for kind, path in shape:
            lines = _dots(path) if kind == "dots" else outline(path)
            mask = Mask(lines, width=_WIDTHS.get(kind, 0), share=0.75 if kind == "line" else 1)
            self._layers.append((kind, mask))
            if kind == "body":
                bodies.append(mask)
                self._layers.append(("edge", Mask(lines, width=1.2, share=0.55)))
            if kind in ("body", "sole", "lite"):
                shadow.paste(255, mask.box, mask.image)
        self._box = _around([mask.box for mask in bodies])
        self._light = self._on_body(bodies, _light(bright=True))
        self._shade = self._on_body(bodies, _light(bright=False))
        self._print = self._on_body(bodies, _cloth(pattern)) if pattern else None
        self._grounds = {bright: _ground(bright, shadow) for bright in (True, False)}

    def _on_body(self, bodies: Sequence[Mask], whole: Image.Image) -> Image.Image:
        covered = Image.new("L", SIZE)
        for mask in bodies:
            covered.paste(255, mask.box, mask.image)
        return ImageChops.multiply(covered, whole).crop(self._box)

    def painted(self, colour: str) -> Image.Image:
        """Return the picture of it in one colour, such as "#77293b"."""
        base = rgb(colour)
        inks = _inks(base)
        picture = self._grounds[sum(base) / 3 > 215].copy()
        shaded = False
        for kind, mask in self._layers:
            if not shaded and kind in ("deep", "lite", "line", "dots", "trim"):
                self._fall_of_light(picture, base)
                shaded = True
            picture.paste(inks[kind], mask.box, mask.image)
        if not shaded:
            self._fall_of_light(picture, base)
        return picture

    def _fall_of_light(self, picture: Image.Image, base: RGB) -> None:
        if self._print is not None:
            picture.paste(_second_colour(base), self._box, self._print)
        picture.paste(_PAPER, self._box, self._light)
        picture.paste(_INK, self._box, self._shade)


def _inks(base: RGB) -> dict[str, RGB]:
    bright = sum(base) / 3
    seam = mix(base, _INK, 0.34 if bright > 110 else 0.55)
    return {
        "body": base,
        "edge": seam,
        "deep": mix(base, _INK, 0.16),
        "lite": mix(base, _PAPER, 0.16 if bright < 200 else 0.45),
        "inner": mix(base, _INK, 0.42),
        "thick": mix(base, _INK, 0.22),
        "thin": mix(base, _INK, 0.22),
        "trim": (176, 143, 92) if bright < 150 else (122, 84, 52),
        "sole": (239, 234, 224) if bright < 190 else (196, 178, 150),
        "line": seam,
        "dots": seam,
    }


def _around(boxes: Sequence[Box]) -> Box:
    lefts, uppers, rights, lowers = zip(*boxes, strict=True)
    return min(lefts), min(uppers), max(rights), max(lowers)


def _ground(bright: bool, shadow: Image.Image) -> Image.Image:
    """Return the paper on which the goods lie, with their soft shadow."""
    small = shadow.resize((SIZE[0] // 4, SIZE[1] // 4)).filter(ImageFilter.GaussianBlur(4))
    soft = ImageChops.offset(small.resize(SIZE), 4, 8)
    picture = Image.new("RGB", SIZE, _GROUNDS[bright])
    picture.paste(_INK, (0, 0), _faded(soft, 0.16))
    return picture


def encoded(picture: Image.Image) -> bytes:
    """Return the picture as WebP."""
    target = BytesIO()
    picture.save(target, "WEBP", quality=85, method=1)
    return target.getvalue()
