"""Trousers, jeans and shorts."""

# ruff: noqa: E501 - a path is one line, however long

from modules.catalog.demo.garments.parts import Shape


def trousers(
    leg: str = "straight",
    length: float = 178,
    denim: bool = False,
    pleat: bool = True,
    cuff: bool = False,
) -> Shape:
    foot_out, foot_in, knee = {
        "straight": (43, 71, 41),
        "wide": (28, 76, 36),
        "slim": (52, 70, 45),
        "barrel": (50, 69, 34),
    }[leg]
    middle = 100
    shape: Shape = [
        (
            "body",
            f"~M80 20H50C47 42 42 70 {knee} {middle}C{knee - 1} {length - 48} {foot_out - 2} {length - 22} {foot_out} {length}L{foot_in} {length + 2}"
            f"C{foot_in + 1} {length - 34} 75 {min(110, length - 20)} 80 78",
        ),
        ("deep", "M50 20H110L111.500 30H48.500Z"),
        ("line", "M80 30V78M80 60C86 58 88 50 88 30"),
        ("line", "|M50 32C50 44 54 50 62 52"),
        ("line", "M62 20V31M98 20V31"),
        ("dots", "80,25"),
    ]
    if denim:
        shape += [
            (
                "line",
                f"|M49 40C46 60 {knee + 4} 80 {knee + 4} {middle}C{knee + 3} {length - 48} {foot_out + 3} {length - 22} {foot_out + 4} {length - 2}",
            ),
            ("line", f"|M{foot_out + 0.5} {length - 6}L{foot_in - 0.5} {length - 4}"),
            ("dots", "53,40 107,40"),
        ]
    elif pleat:
        shape.append(
            (
                "line",
                f"|M61 52C58 {middle} {(foot_out + foot_in) / 2 - 1} {length - 40} {(foot_out + foot_in) / 2} {length - 1}",
            )
        )
    if cuff:
        shape.append(
            (
                "deep",
                f"|M{foot_out} {length}L{foot_in} {length + 2}V{length - 8}L{foot_out - 1} {length - 10}Z",
            )
        )
    return shape


def shorts(denim: bool = False) -> Shape:
    shape: Shape = [
        ("body", "~M80 40H50C46 62 38 96 32 132L76 138C78 118 79 104 80 92"),
        ("deep", "M50 40H110L111.5 51H48.5Z"),
        ("line", "M80 51V92M80 76C86 74 88 68 88 51M62 40V51M98 40V51"),
        ("line", "|M49 54C49 66 54 72 62 73M33 125L76 131"),
        ("dots", "80,45"),
    ]
    if not denim:
        shape.append(("line", "|M62 73C60 92 56 112 54 133"))
    return shape


def joggers() -> Shape:
    shape = trousers("slim", 172, pleat=False, cuff=True)
    return [
        *shape,
        ("thick", "|M77 30C75 42 74 50 73 58"),
        ("line", "|M44 110C46 116 50 118 56 118"),
    ]
