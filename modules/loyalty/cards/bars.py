"""An EAN-13 as a picture that a page can hold, drawn here; other numbers have no bars."""

import base64

from modules.loyalty.operations import check_digit

_LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011",
         "0110111", "0001011")  # fmt: skip
_PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG",
           "LGLGGL", "LGGLGL")  # fmt: skip
_QUIET = 11
_FLIPPED = str.maketrans("01", "10")


def is_ean(number: str) -> bool:
    plain = len(number) == 13 and number.isascii() and number.isdigit()
    return plain and number[-1] == check_digit(number[:12])


def modules_of(number: str) -> str:
    """Return the 95 modules of an EAN-13, dark ones as 1 (GS1: guards, six left, six right)."""
    left = "".join(
        _LEFT[int(digit)] if parity == "L" else _LEFT[int(digit)].translate(_FLIPPED)[::-1]
        for digit, parity in zip(number[1:7], _PARITY[int(number[0])], strict=True)
    )
    right = "".join(_LEFT[int(digit)].translate(_FLIPPED) for digit in number[7:])
    return f"101{left}01010{right}101"


def bars_picture(number: str) -> str:
    """Return an address of the picture (`data:`), black on white in any theme."""
    bars = modules_of(number)
    width = len(bars) + 2 * _QUIET
    dark = "".join(f"M{at + _QUIET} 2h1v36h-1z" for at, module in enumerate(bars) if module == "1")
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 40" '
        f'preserveAspectRatio="none" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v40H0z"/><path d="{dark}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()
