"""
What all garments are made of: necks, sleeves, hems; and what a shape is.

A shape is a list of (kind, path) in a box of 160 x 192: `body` is filled with the colour, `deep`
with its shade, `lite` with its light, `inner` is the inside of a neck, `trim` a metal or leather
part, `sole` is a sole, `line` a seam, `thick` and `thin` straps, `dots` are buttons. Paths are
SVG's, absolute, with two signs of ours before them: `~` is the left half of a closed shape, from
the axis to the axis, and `|` is drawn once more on the other side.
"""

# ruff: noqa: E501 - a path is one line, however long

Layer = tuple[str, str]
Shape = list[Layer]

NECKS = {
    # name: (half width at the shoulder, its height, the path down to the axis)
    "crew": (18, 32, "M80 38C71 38 65 36 62 32"),
    "boat": (26, 33, "M80 37C70 37 60 36 54 33"),
    "scoop": (21, 31, "M80 54C68 53 61 43 59 31"),
    "v": (17, 31, "M80 64L63 31"),
    "square": (22, 31, "M80 52H60L58 31"),
    "deep": (18, 30, "M80 74L62 30"),
}
SLEEVES = {
    "long": "L47 37C37 41 31 49 28 62L14 150L33 154L47 84",
    "half": "L47 37C37 41 31 49 28 62L21 106L41 110L47 84",
    "short": "L46 39C35 43 28 53 18 76L39 87L46 76",
    "cap": "L46 37C38 39 32 46 28 58L45 70L47 78",
    "none": "L53 33C54 50 51 64 46 80",
    "puff": "L47 36C30 38 18 52 20 78C22 88 40 92 45 84L47 78",
    "wide": "L47 37C37 41 30 50 26 62L6 136L32 148L47 92",
    "strap": "L52 30C53 48 51 62 46 74",
}
CUFFS = {
    "long": "|M33 154L14 150L15.8 139L35.3 143Z",
    "half": "|M41 110L21 106L22 99L42.3 103Z",
    "short": "|M39 87L18 76L21 69.500L41.5 80Z",
    "wide": "|M32 148L6 136L9 126L34.5 137Z",
    "puff": "|M45 84C40 92 22 88 20 78L20.2 72C24 82 40 86 46.5 78Z",
}
ARMHOLES = {
    "long": "|M47 37C50 54 49 70 47 84",
    "half": "|M47 37C50 54 49 70 47 84",
    "short": "|M46 39C49 52 48 64 46 76",
    "wide": "|M47 37C51 56 50 76 47 92",
    "puff": "|M47 36C51 52 50 66 47 78M30 44C33 52 33 62 31 72M38 40C41 50 41 62 40 74",
}


def torso(neck: str, sleeve: str, hem: float, half: float, *, curve: float = 4) -> str:
    """Return the left half of something worn above the waist; `half` is its width at the hem."""
    _width, _height, down = NECKS[neck]
    left = 80 - half
    return f"~{down}{SLEEVES[sleeve]}C48 104 {left + 2} {hem - 26} {left} {hem}C{left + 14} {hem + curve} 70 {hem + curve} 80 {hem + curve}"


def opening(neck: str) -> Shape:
    width, height, down = NECKS[neck]
    back = (
        f"L{80 - width} {height - 2}C{80 - width / 2} {height - 6} 76 {height - 6} 80 {height - 6}"
    )
    return [("inner", f"~{down}{back}")]


def rim(neck: str, lift: float = 5) -> Layer:
    """Return the seam that runs beside the neck."""
    _width, _height, down = NECKS[neck]
    lowered = {
        "crew": f"|M80 {38 + lift}C69 {38 + lift} 61 41 57.5 34",
        "boat": f"|M80 {37 + lift}C68 {37 + lift} 57 40 50 35",
        "scoop": f"|M80 {54 + lift}C65 58 57 46 55 33",
        "v": f"|M80 {64 + lift}L59 33",
        "square": f"|M80 {52 + lift}H55.5L54 33",
        "deep": f"|M80 {74 + lift}L58 32",
    }
    return ("line", lowered[neck])


def hem_band(hem: float, half: float, height: float, *, curve: float = 4) -> str:
    left = 80 - half
    return f"~M80 {hem + curve}C70 {hem + curve} {left + 14} {hem + curve} {left} {hem}L{left + 1} {hem - height}C{left + 15} {hem - height + curve} 70 {hem - height + curve} 80 {hem - height + curve}"


def ribs(hem: float, half: float) -> str:
    steps = range(int(80 - half) + 9, 81, 9)
    return "|" + "".join(f"M{x} {hem - 8}V{hem + 3.5}" for x in steps)


def buttons_down(top: float, bottom: float, count: int, x: float = 80) -> Layer:
    step = (bottom - top) / max(1, count - 1)
    return ("dots", " ".join(f"{x},{top + step * at:.1f}" for at in range(count)))
