"""Draw the icons under which Verso stands on a phone or a desk: `python frontend/draw_icons.py`."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parents[1] / "app" / "static" / "icons"
INK, PAPER, ACCENT = "#1c1b19", "#f4f2ee", "#a5b2ff"
_FINE = 8  # drawn so much larger, then made small: that smooths the edges


def draw(size: int, *, corner: float, scale: float) -> Image.Image:
    """Return the mark on its ground; `corner` and `scale` are shares of the side."""
    side = size * _FINE
    image = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=int(side * corner), fill=INK)

    def at(x: float, y: float) -> tuple[float, float]:
        # The mark lies in a field of 32 units, as in mark.svg.
        return tuple(side * (0.5 + (value - 16) / 32 * scale) for value in (x, y))  # type: ignore[return-value]

    unit = side / 32 * scale
    pen.line([at(16, 23.5), at(16, 12)], fill=ACCENT, width=round(2 * unit))
    pen.line(
        [at(7.5, 9), at(16, 23.5), at(24.5, 9)], fill=PAPER, width=round(3.6 * unit), joint="curve"
    )
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for size in (192, 512):
        draw(size, corner=0.25, scale=1).save(FOLDER / f"icon-{size}.png", optimize=True)
    # A system cuts its own shape out of this one: the mark keeps to the middle.
    draw(512, corner=0, scale=0.72).save(FOLDER / "maskable-512.png", optimize=True)
    draw(180, corner=0, scale=0.85).save(FOLDER / "touch-180.png", optimize=True)


if __name__ == "__main__":
    main()
