"""Jumpers, cardigans and sweatshirts."""

# ruff: noqa: E501 - a path is one line, however long

from modules.catalog.demo.garments.parts import (
    ARMHOLES,
    CUFFS,
    Shape,
    buttons_down,
    hem_band,
    opening,
    ribs,
    rim,
    torso,
)


def jumper(
    neck: str = "crew",
    stitch: str = "cable",
    hem: float = 162,
    half: float = 35,
    sleeve: str = "long",
) -> Shape:
    shape: Shape = [
        *opening("crew" if neck == "roll" else neck),
        ("body", torso("crew" if neck == "roll" else neck, sleeve, hem, half)),
        ("deep", CUFFS[sleeve]),
        ("deep", hem_band(hem, half, 11)),
        ("line", ARMHOLES[sleeve]),
        ("line", ribs(hem, half)),
    ]
    if neck == "roll":
        shape += [
            ("lite", "~M80 45C68 45 60 40 58 34L61 17C66 21 74 22 80 22Z"),
            ("inner", "M62 18C68 14 92 14 98 18C92 23 68 23 62 18Z"),
            ("line", "|M58 34C60 40 68 45 80 45M65 22V38M72 24V42M80 24V43"),
        ]
    elif neck == "crew":
        shape += [
            ("lite", "M57 33C63 47 97 47 103 33L98 31C92 40 68 40 62 31Z"),
            ("line", "|M57 33C60 40 68 44 80 44"),
        ]
    else:
        shape.append(rim(neck))
    return [*shape, *_stitch(stitch)]


def _stitch(stitch: str) -> Shape:
    waves = {
        "cable": [60, 80, 100],
        "cables": [56, 68, 80, 92, 104],
    }
    if stitch in waves:
        return [
            (
                "line",
                "".join(
                    f"M{x} 64C{x + 4} 70 {x + 4} 78 {x} 84S{x - 4} 98 {x} 104S{x + 4} 118 {x} 124S{x - 4} 138 {x} 144"
                    for x in waves[stitch]
                ),
            )
        ]
    if stitch == "rib":
        return [("line", "|" + "".join(f"M{x} 58V148" for x in range(53, 81, 6)))]
    if stitch == "basket":
        return [
            (
                "line",
                "|"
                + "".join(
                    f"M{50 + (y // 9 % 2) * 7} {y}H{57 + (y // 9 % 2) * 7}M{64 + (y // 9 % 2) * 7} {y}H{71 + (y // 9 % 2) * 7}"
                    for y in range(62, 150, 9)
                ),
            )
        ]
    return []


def cardigan(
    hem: float = 162, half: float = 35, buttons: int = 5, neck: str = "deep", stitch: str = ""
) -> Shape:
    band = f"~M80 74L62 30L57 33L75 80V{hem + 4}H80Z"
    return [
        *opening(neck),
        ("body", torso(neck, "long", hem, half)),
        ("deep", CUFFS["long"]),
        ("deep", hem_band(hem, half, 11)),
        ("lite", band),
        ("line", ARMHOLES["long"]),
        ("line", ribs(hem, half)),
        ("line", f"|M57 33L75 80V{hem + 3}M80 74V{hem + 4}"),
        ("line", f"|M50 {hem - 44}H68V{hem - 18}"),
        *_stitch(stitch),
        *([buttons_down(84, hem - 6, buttons)] if buttons else []),
    ]


def knit_vest(stitch: str = "cable", neck: str = "v") -> Shape:
    return [
        *opening(neck),
        ("body", torso(neck, "none", 152, 33)),
        ("deep", hem_band(152, 33, 10)),
        ("lite", "|M53 33C54 50 51 64 46 80L50 82C56 66 59 50 57.5 32Z"),
        ("line", "|M57.5 32C59 50 56 66 50 82"),
        ("line", ribs(152, 33)),
        rim(neck),
        *_stitch(stitch),
    ]


def sweatshirt(hood: bool = True, zipped: bool = False, pocket: bool = True) -> Shape:
    shape: Shape = [
        ("body", torso("crew", "long", 162, 35)),
        ("deep", hem_band(162, 35, 11)),
        ("deep", CUFFS["long"]),
        ("line", ARMHOLES["long"]),
    ]
    if hood:
        shape += [
            (
                "lite",
                "M52 40C50 24 62 14 80 14C98 14 110 24 108 40C102 54 92 60 80 60C68 60 58 54 52 40Z",
            ),
            (
                "inner",
                "M62 38C60 28 68 22 80 22C92 22 100 28 98 38C94 48 88 52 80 54C72 52 66 48 62 38Z",
            ),
            ("line", "M73 53V78M87 53V84"),
        ]
    else:
        shape += [
            *opening("crew"),
            ("lite", "M57 33C63 46 97 46 103 33L98 31C92 40 68 40 62 31Z"),
            ("line", "M74 44L80 54L86 44"),
        ]
    if pocket:
        shape += [("lite", "M58 112H102L110 142H50Z"), ("line", "M58 112H102L110 142H50Z")]
    if zipped:
        shape.append(("line", "M80 58V165M78 58V165"))
    return shape
