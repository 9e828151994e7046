"""The colours of the demo's goods: the name on the swatch, the letters in the SKU, the hex."""

from typing import NamedTuple


class Colour(NamedTuple):
    """A colour as the shop speaks of it."""

    name: str
    letters: str
    hex: str


COLOURS = {
    "natural": Colour("Natural", "NAT", "#d6c7a9"),
    "ecru": Colour("Ecru", "ECR", "#ece2cf"),
    "white": Colour("White", "WHI", "#f7f6f2"),
    "cream": Colour("Cream", "CRE", "#f3e9d2"),
    "black": Colour("Black", "BLA", "#33323a"),
    "graphite": Colour("Graphite", "GRA", "#666b74"),
    "silver": Colour("Silver grey", "SIL", "#b9bcc2"),
    "navy": Colour("Navy", "NAV", "#2b3a5c"),
    "cobalt": Colour("Cobalt", "COB", "#2f4fa3"),
    "sky": Colour("Sky blue", "SKY", "#a3bfd9"),
    "denim": Colour("Mid denim", "DEN", "#4c6a92"),
    "indigo": Colour("Dark denim", "IND", "#2d3f5e"),
    "bleached": Colour("Light denim", "LIG", "#9db7d3"),
    "teal": Colour("Teal", "TEA", "#2f6b74"),
    "bottle": Colour("Bottle green", "BOT", "#2c5144"),
    "olive": Colour("Olive", "OLI", "#6f7148"),
    "sage": Colour("Sage", "SAG", "#a3b096"),
    "mint": Colour("Mint", "MIN", "#b9d8c8"),
    "mustard": Colour("Mustard", "MUS", "#d2a53a"),
    "lemon": Colour("Lemon", "LEM", "#ecd98a"),
    "rust": Colour("Rust", "RUS", "#b5603a"),
    "coral": Colour("Coral", "COR", "#dd7e6a"),
    "red": Colour("Red", "RED", "#b1303a"),
    "burgundy": Colour("Burgundy", "BUR", "#77293b"),
    "plum": Colour("Plum", "PLU", "#5b3350"),
    "lilac": Colour("Lilac", "LIL", "#b9a4cc"),
    "rose": Colour("Dusty rose", "ROS", "#d9a6a0"),
    "powder": Colour("Powder pink", "POW", "#ecccc7"),
    "camel": Colour("Camel", "CAM", "#b88a5a"),
    "tobacco": Colour("Tobacco", "TOB", "#8a5a35"),
    "chocolate": Colour("Chocolate", "CHO", "#4e3428"),
}
