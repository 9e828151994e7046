"""T-shirts, shirts and blouses."""

# ruff: noqa: E501 - a path is one line, however long

from modules.catalog.demo.garments.parts import (
    ARMHOLES,
    CUFFS,
    Shape,
    buttons_down,
    opening,
    rim,
    torso,
)


def tee(neck: str = "crew", sleeve: str = "short", hem: float = 158, half: float = 36) -> Shape:
    shape: Shape = [*opening(neck), ("body", torso(neck, sleeve, hem, half))]
    if sleeve in CUFFS:
        shape.append(("deep", CUFFS[sleeve]))
    seams = ARMHOLES.get(sleeve, "")
    left = 80 - half
    stitched = f"|M{left + 0.5} {hem - 6}C{left + 14} {hem - 2} 70 {hem - 2} 80 {hem - 2}"
    return [*shape, ("line", stitched), *([("line", seams)] if seams else []), rim(neck)]


def pocket_tee(**more: float) -> Shape:
    return [*tee(**more), ("line", "M90 78H108V96L99 101L90 96Z")]  # type: ignore[arg-type]


def polo() -> Shape:
    return [
        *tee(),
        ("lite", "|M63 30L80 42L70 55L55 37Z"),
        ("lite", "M76 46H84V78H76Z"),
        ("line", "|M63 30L55 37L70 55L80 42M76 46V78H80"),
        buttons_down(54, 72, 3),
    ]


def top(neck: str = "scoop", hem: float = 150, half: float = 34, lace: bool = False) -> Shape:
    shape = tee(neck=neck, sleeve="strap", hem=hem, half=half)
    if lace:
        scallops = "".join(
            f"M{x} {hem - 12}C{x + 2} {hem - 6} {x + 6} {hem - 6} {x + 8} {hem - 12}"
            for x in range(int(80 - half) + 3, 80, 8)
        )
        shape.append(("line", "|" + scallops))
    return shape


def shirt(
    sleeve: str = "long", hem: float = 162, collar: bool = True, pocket: bool = True
) -> Shape:
    shape: Shape = [
        ("body", torso("crew", sleeve, hem, 35)),
        ("deep", CUFFS.get(sleeve, CUFFS["long"])),
        ("lite", f"M76 44H84V{hem + 3.5}H76Z"),
    ]
    if collar:
        shape += [
            ("inner", "M66 31C72 27 88 27 94 31L80 46Z"),
            ("lite", "|M64 29L80 46L68 55L57 36Z"),
            ("line", "|M64 29L57 36L68 55L80 46"),
        ]
    else:
        shape += [
            ("inner", "M64 31C70 27 90 27 96 31C90 40 70 40 64 31Z"),
            ("lite", "~M80 46C70 45 63 41 60 31L64 29C68 37 74 40 80 40Z"),
            ("line", "|M80 46C70 45 63 41 60 31"),
        ]
    shape.append(("line", f"|M76 50V{hem + 3}" + ARMHOLES[sleeve][1:]))
    if pocket:
        shape.append(("line", "M92 76H106V92L99 96L92 92Z"))
    return [*shape, buttons_down(62, hem - 4, 6)]


def blouse(neck: str = "v", sleeve: str = "puff", bow: bool = False) -> Shape:
    shape = tee(neck=neck, sleeve=sleeve, hem=154, half=38)
    shape.append(("line", "|M62 96C60 114 57 132 54 148M72 100C71 118 70 136 69 152"))
    if bow:
        shape += [
            ("lite", "|M80 50C70 42 58 42 56 48C58 58 70 58 80 52Z"),
            ("lite", "|M78 52L66 88L75 90L80 56Z"),
            ("line", "|M80 50C70 42 58 42 56 48C58 58 70 58 80 52M78 52L66 88L75 90L80 56"),
        ]
    return shape
