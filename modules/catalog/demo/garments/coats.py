"""Coats, jackets and blazers."""

# ruff: noqa: E501 - a path is one line, however long

from modules.catalog.demo.garments.parts import (
    ARMHOLES,
    CUFFS,
    Shape,
    buttons_down,
    hem_band,
    opening,
    ribs,
    torso,
)


def coat(
    collar: str = "notch",
    length: float = 176,
    double: bool = True,
    belt: bool = False,
    half: float = 44,
    hood: bool = False,
) -> Shape:
    left = 80 - half
    shape: Shape = [
        (
            "body",
            f"~M80 29C70 29 64 28 60 24L44 30C34 34 29 42 26 56L16 128L34 132L44 86C43 118 {left + 3} 150 {left} {length}C{left + 20} {length + 6} 66 {length + 7} 80 {length + 7}",
        ),
        ("inner", "M64 24C70 20 90 20 96 24L82 60H78Z"),
    ]
    if hood:
        shape += [
            (
                "lite",
                "M50 42C46 22 60 10 80 10C100 10 114 22 110 42C102 54 94 58 80 58C66 58 58 54 50 42Z",
            ),
            (
                "inner",
                "M62 40C58 28 66 20 80 20C94 20 102 28 98 40C94 48 88 52 80 54C72 52 66 48 62 40Z",
            ),
            ("line", "|M50 42C58 54 66 58 80 58"),
        ]
    elif collar == "notch":
        shape += [
            ("lite", "|M60 22L80 78L62 66L52 50L58 44L48 38Z"),
            ("line", "|M60 22L80 78L62 66L52 50L58 44L48 38"),
        ]
    elif collar == "shawl":
        shape += [
            ("lite", "|M60 22L80 84C66 76 54 62 48 36Z"),
            ("line", "|M60 22L80 84C66 76 54 62 48 36"),
        ]
    elif collar == "shirt":
        shape += [("lite", "|M62 24L80 44L66 56L50 36Z"), ("line", "|M62 24L80 44L66 56L50 36Z")]
    elif collar == "stand":
        shape += [
            ("lite", "~M80 46C68 45 58 42 54 34L60 18C66 22 74 24 80 24Z"),
            ("line", "|M54 34C58 42 68 45 80 46M80 24V46"),
        ]
    shape += [
        ("deep", "|M34 132L16 128L17.500 118L36 122Z"),
        ("line", f"M80 {58 if hood or collar in ('shirt', 'stand') else 78}V{length + 5}"),
        ("line", "|M44 52C47 64 46 76 44 86"),
    ]
    if length > 150:
        shape.append(("line", "|M50 126L68 122V128L50 132Z"))
    else:
        shape.append(
            ("line", f"|M50 {length - 34}L68 {length - 38}V{length - 32}L50 {length - 28}Z")
        )
    if belt:
        shape += [
            ("deep", "M43.500 92C60 97 100 97 116.500 92V101C100 106 60 106 43.500 101Z"),
            ("trim", "M73 94H87V106H73Z"),
            ("deep", "M77 97H83V103H77Z"),
        ]
    low = min(length - 30, 140)
    if double:
        step = (low - 92) / 2
        shape.append(
            ("dots", " ".join(f"{x},{92 + step * at:.1f}" for at in range(3) for x in (71, 89)))
        )
    elif not belt:
        shape.append(buttons_down(90 if not hood else 70, low, 4, 84))
    return shape


def blazer(double: bool = False, hem: float = 156) -> Shape:
    shape = coat("notch", hem, double=double, half=38)
    return [*shape, ("line", "|M62 66C58 92 57 120 58 150"), ("line", "M94 72L106 70V74L94 76Z")]


def bomber(collar: str = "rib", quilted: bool = False, pockets: bool = True) -> Shape:
    shape: Shape = [
        *opening("crew"),
        ("body", torso("crew", "long", 142, 36)),
        ("deep", hem_band(142, 36, 11)),
        ("deep", CUFFS["long"]),
        ("line", ARMHOLES["long"]),
        ("line", ribs(142, 36)),
    ]
    if collar == "rib":
        shape += [
            ("deep", "M57 33C63 46 97 46 103 33L98 29C92 38 68 38 62 29Z"),
            ("line", "M80 42V146"),
        ]
    elif collar == "stand":
        shape += [
            ("lite", "~M80 44C68 44 60 40 57 33L60 18C66 23 74 25 80 25Z"),
            ("line", "M80 25V146M81.5 25V146"),
        ]
    else:
        shape += [
            ("lite", "|M63 29L80 46L68 58L54 36Z"),
            ("line", "|M63 29L54 36L68 58L80 46"),
            ("line", "M80 46V146"),
            buttons_down(62, 132, 5, 83),
        ]
    if quilted:
        shape.append(
            (
                "line",
                "|"
                + "".join(f"M{47} {y}C58 {y + 3} 70 {y + 3} 80 {y + 3}" for y in range(56, 134, 13))
                + "".join(
                    f"M{30 - (y - 62) * 0.16:.1f} {y}L{44 - (y - 62) * 0.13:.1f} {y + 2}"
                    for y in range(70, 140, 13)
                ),
            )
        )
    elif pockets:
        shape.append(
            ("line", "|M56 102L64 124" if collar != "shirt" else "|M54 76H70V94H54ZM54 82H70")
        )
    return shape


def gilet() -> Shape:
    return [
        ("body", torso("crew", "none", 150, 36)),
        ("lite", "~M80 44C68 44 60 40 57 33L60 16C66 21 74 23 80 23Z"),
        ("line", "M80 23V153M81.5 23V153"),
        (
            "line",
            "|"
            + "".join(f"M{48} {y}C58 {y + 3} 70 {y + 3} 80 {y + 3}" for y in range(58, 148, 13)),
        ),
    ]
