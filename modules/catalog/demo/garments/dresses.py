"""Dresses, skirts and jumpsuits."""

# ruff: noqa: E501 - a path is one line, however long

from modules.catalog.demo.garments.parts import NECKS, Shape, buttons_down, opening, rim


def dress(
    neck: str = "scoop",
    sleeve: str = "none",
    length: float = 170,
    flare: float = 50,
    waist: str = "band",
    tiers: int = 0,
    buttons: int = 0,
    collar: bool = False,
) -> Shape:
    """Return a dress: a bodice to the waist at 88, and a skirt that flares to its hem."""
    width, height, down = NECKS[neck]
    arm = {
        "none": "L56 26C56 40 51 48 46 54C50 66 53 76 53 88",
        "strap": "L60 24C60 42 55 50 49 56C52 68 54 78 54 88",
        "short": "L48 35C39 38 33 45 24 68L44 77L47 66C50 74 53 80 53 88",
        "long": "L48 35C38 39 32 46 29 60L18 132L34 136L47 72C50 78 53 82 53 88",
        "puff": "L48 35C32 36 22 48 23 70C26 80 42 82 46 75L48 66C50 74 53 80 53 88",
        "wide": "L48 35C38 39 31 48 27 60L12 118L36 128L47 78C50 82 53 84 53 88",
    }[sleeve]
    left = 80 - flare
    bulge = (flare - 27) * 0.35
    shape: Shape = [
        *opening(neck),
        (
            "body",
            f"~{down}{arm}C{53 - bulge} 116 {left + bulge * 0.7:.1f} 144 {left} {length}"
            f"C{left + 20} {length + 5} 66 {length + 6} 80 {length + 6}",
        ),
    ]
    folds = (
        f"|M57 104C{52 - bulge * 0.5} 128 {left + 12} 150 {left + 10} {length + 2}"
        f"M70 104C68 128 {left + 30} 150 {left + 29} {length + 4}"
    )
    shape.append(
        (
            "lite",
            f"M74 98C70 124 {left + 34} 150 {left + 32} {length + 4}C{left + 37} {length + 5} {left + 42} {length + 5.4} {left + 45} {length + 5.5}C76 150 77 122 79 98Z",
        )
    )
    if waist == "band":
        shape.append(("deep", "M53 85C70 91 90 91 107 85V92C90 97 70 97 53 92Z"))
    elif waist == "belt":
        shape += [
            ("trim", "M52.5 84C70 90 90 90 107.5 84V91C90 96 70 96 52.5 91Z"),
            ("deep", "M76 86H84V97H76Z"),
        ]
    elif waist == "tie":
        shape += [
            ("deep", "M53 85C70 91 90 91 107 85V91C90 96 70 96 53 91Z"),
            ("deep", "M98 92L112 128L105 131L94 94Z M96 93L102 134L95 134L91 95Z"),
        ]
    if waist == "wrap":
        shape.append(("line", f"M63 31L98 86M98 86C92 116 96 146 104 {length + 3}M97 31L80 58"))
        shape.append(("deep", "M53 85C70 91 90 91 107 85V90C90 95 70 95 53 90Z"))
    for at in range(tiers):
        y = 110 + at * (length - 100) / max(1, tiers)
        x = 53 - (53 - left) * (y - 88) / (length - 88)
        shape.append(
            ("line", f"|M{x:.1f} {y:.1f}C{x + 16:.1f} {y + 5:.1f} 68 {y + 6:.1f} 80 {y + 6:.1f}")
        )
        gathers = "".join(
            f"M{gx} {y + 6:.1f}L{gx - 1} {y + 13:.1f}" for gx in range(int(x) + 8, 80, 9)
        )
        shape.append(("line", "|" + gathers))
    if not tiers:
        shape.append(("line", folds))
    if sleeve in ("short", "puff", "long", "wide"):
        shape.append(("line", "|M48 35C51 46 50 56 47 67"))
    if collar:
        shape += [
            ("lite", "|M64 29L80 46L68 55L57 36Z"),
            ("line", "|M64 29L57 36L68 55L80 46"),
        ]
    else:
        shape.append(rim(neck, 4))
    if buttons:
        shape += [
            ("line", f"M80 {46 if collar else 60}V{length + 5}"),
            buttons_down(58 if collar else 66, length - 6, buttons),
        ]
    return shape


def slip_dress() -> Shape:
    return [
        ("thin", "|M63 22L61 46"),
        ("inner", "M58 46C66 60 94 60 102 46L98 42C90 50 70 50 62 42Z"),
        (
            "body",
            "~M80 56C72 56 64 52 58 44C56 58 52 70 52 84C48 112 42 144 38 172C52 178 68 178 80 178",
        ),
        ("lite", "M72 92C68 122 62 152 58 176C63 177 68 177.6 72 177.8C74 148 76 120 78 92Z"),
        ("line", "|M58 49C65 57 72 60 80 60M60 92C56 120 52 148 49 174"),
    ]


def jumpsuit(sleeve: str = "none", neck: str = "v") -> Shape:
    arm = {
        "none": "L58 24C58 36 54 42 50 48C53 58 55 66 55 76",
        "short": "L50 31C42 34 37 40 29 60L46 68L49 58C52 66 55 70 55 76",
    }[sleeve]
    return [
        *opening(neck),
        ("body", f"~{NECKS[neck][2]}{arm}C50 100 42 138 38 176L72 178C73 154 76 130 80 108"),
        ("deep", "M55 73C70 78 90 78 105 73V80C90 85 70 85 55 80Z"),
        ("line", "|M62 86C58 116 55 148 54 176M56 86C56 96 60 100 66 102"),
        ("line", "M80 82V108"),
        rim(neck, 4),
    ]


def skirt(
    length: float = 162,
    flare: float = 56,
    pleats: int = 4,
    wrap: bool = False,
    buttons: int = 0,
    tiers: int = 0,
    waist: float = 26,
) -> Shape:
    left, top_left = 80 - flare, 80 - waist
    shape: Shape = [
        (
            "body",
            f"~M80 34H{top_left}C{top_left - 6} 74 {left + (top_left - left) * 0.35:.1f} 122 {left} {length}C{left + 22} {length + 8} 66 {length + 9} 80 {length + 9}",
        ),
        ("deep", f"M{top_left} 34H{160 - top_left}L{161.5 - top_left} 44H{top_left - 1.5}Z"),
    ]
    for at in range(pleats):
        x = top_left + 6 + at * (2 * waist - 6) / pleats
        share = (x - top_left) / (2 * waist)
        foot = left + share * 2 * flare
        shape += [
            (
                "deep",
                f"M{x:.1f} 46L{foot - 4:.1f} {length + 5}L{foot + 6:.1f} {length + 6}L{x + 4:.1f} 46Z",
            ),
            ("line", f"M{x:.1f} 46L{foot - 4:.1f} {length + 5}"),
        ]
    if wrap:
        shape += [
            (
                "lite",
                f"M96 44C100 84 102 124 98 {length + 7}L110 {length + 6}C116 124 110 84 104 44Z",
            ),
            ("line", f"M96 44C100 84 102 124 98 {length + 7}"),
        ]
    for at in range(tiers):
        y = 44 + (at + 1) * (length - 44) / (tiers + 1)
        x = top_left - (top_left - left) * ((y - 34) / (length - 34)) ** 1.1 + 1
        shape.append(
            ("line", f"|M{x:.1f} {y:.1f}C{x + 16:.1f} {y + 6:.1f} 68 {y + 7:.1f} 80 {y + 7:.1f}")
        )
        shape.append(
            (
                "line",
                "|"
                + "".join(
                    f"M{gx} {y + 7:.1f}L{gx - 1} {y + 14:.1f}" for gx in range(int(x) + 8, 80, 9)
                ),
            )
        )
    if buttons:
        shape += [("line", f"M80 44V{length + 8}"), buttons_down(54, length - 8, buttons)]
    if not (pleats or wrap or tiers or buttons):
        shape.append(
            (
                "line",
                f"|M64 46L62 70M{left + 1} {length - 5}C{left + 22} {length + 3} 66 {length + 4} 80 {length + 4}",
            )
        )
    return shape
