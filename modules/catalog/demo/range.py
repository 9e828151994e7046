"""The range of the demo shop: 150 models, each with its garment, sizes, price and colours."""

from typing import Any, NamedTuple

LETTERS = ("XS", "S", "M", "L", "XL", "XXL")
NUMBERS = ("34", "36", "38", "40", "42", "44", "46")
WAISTS = ("W28", "W30", "W32", "W34", "W36")
LADIES_SHOES = ("36", "37", "38", "39", "40", "41")
MENS_SHOES = ("40", "41", "42", "43", "44", "45")
GLOVES = ("S", "M", "L")
BELTS = ("75", "85", "95")
SOCKS = ("36-38", "39-41", "42-44")
ONE_SIZE = ("One size",)


class Model(NamedTuple):
    """One model: what it is called, how it is drawn, what it costs and in what it comes."""

    name: str
    noun: str
    price: str
    colours: str
    garment: str
    drawn: dict[str, Any] = {}  # noqa: RUF012 - read, never written
    cloth: str = ""
    sizes: tuple[str, ...] = ()


class Family(NamedTuple):
    """Models that share a letter code, a category, a brand and a size run."""

    prefix: str
    category: str
    brand: str
    sizes: tuple[str, ...]
    grams: int
    season: str
    models: list[Model]


def M(  # noqa: N802 - a row of the table below
    name: str, noun: str, price: str, colours: str, garment: str, *more: Any, **drawn: Any
) -> Model:
    """Return a model; what comes by name belongs to the drawing, a text is the cloth."""
    cloth = next((one for one in more if isinstance(one, str)), "")
    sizes = next((one for one in more if isinstance(one, tuple)), ())
    return Model(name, noun, price, colours, garment, drawn, cloth, sizes)


# fmt: off
# ruff: noqa: E501 - one row is one model
RANGE = [
    Family("SW", "Knitwear", "Miedza", LETTERS, 420, "winter", [
        M("Halina", "merino jumper", "249.00", "ecru mustard burgundy graphite navy", "jumper"),
        M("Wanda", "roll-neck jumper", "269.00", "cream black bottle camel", "jumper", neck="roll", stitch="rib"),
        M("Bazyli", "cable jumper", "319.00", "ecru navy olive", "jumper", stitch="cables"),
        M("Marta", "V-neck jumper", "219.00", "rose sky graphite black", "jumper", neck="v", stitch=""),
        M("Olga", "cotton jumper", "189.00", "white sage lilac navy", "jumper", neck="boat", stitch="basket"),
        M("Igor", "striped jumper", "239.00", "ecru navy", "jumper", "breton", stitch=""),
        M("Lidia", "chunky roll-neck", "359.00", "natural rust plum", "jumper", neck="roll", stitch="cables"),
        M("Zofia", "cashmere jumper", "649.00", "camel silver black", "jumper", stitch=""),
        M("Kazimierz", "lambswool jumper", "289.00", "graphite bottle tobacco", "jumper", "marl", stitch=""),
        M("Irena", "buttoned cardigan", "259.00", "mustard rose navy black", "cardigan"),
        M("Teresa", "long cardigan", "329.00", "natural graphite olive", "cardigan", hem=174, half=38, buttons=0),
        M("Gabriela", "cropped cardigan", "199.00", "powder mint white", "cardigan", hem=140, buttons=4),
        M("Leon", "shawl cardigan", "349.00", "navy chocolate", "cardigan", stitch="rib"),
        M("Emil", "cable vest", "179.00", "ecru burgundy navy", "knit_vest"),
        M("Jagna", "knitted vest", "159.00", "sage camel", "knit_vest", "marl", stitch="", neck="crew"),
        M("Nela", "colour-block jumper", "229.00", "teal coral", "jumper", "block", stitch=""),
    ]),
    Family("TS", "T-shirts and tops", "Łan", LETTERS, 170, "summer", [
        M("Ola", "organic T-shirt", "69.90", "white black sky rust", "tee"),
        M("Ania", "V-neck T-shirt", "69.90", "white rose navy", "tee", neck="v"),
        M("Basia", "Breton top", "119.00", "ecru navy red", "tee", "breton", neck="boat", sleeve="long"),
        M("Pola", "boat-neck top", "89.90", "black cream olive", "tee", neck="boat", sleeve="half"),
        M("Staś", "pocket T-shirt", "79.90", "white graphite bottle mustard", "pocket_tee"),
        M("Bruno", "heavy T-shirt", "99.90", "black natural indigo", "tee", hem=160, half=38),
        M("Maks", "long-sleeved top", "109.00", "white navy burgundy", "tee", sleeve="long"),
        M("Antek", "pique polo", "139.00", "white navy bottle red", "polo"),
        M("Ksawery", "striped polo", "149.00", "sky graphite", "polo", "stripe"),
        M("Kaja", "ribbed tank", "49.90", "white black coral", "top"),
        M("Mila", "lace top", "99.90", "cream powder black", "top", neck="v", lace=True),
        M("Ida", "linen top", "119.00", "natural sage rust", "tee", neck="scoop", sleeve="cap", hem=148),
        M("Sara", "dotted T-shirt", "89.90", "navy powder", "tee", "dots"),
        M("Tola", "floral top", "109.00", "cream teal", "tee", "floral", neck="scoop"),
    ]),
    Family("SH", "Shirts and blouses", "Łan", NUMBERS, 230, "all", [
        M("Jan", "poplin shirt", "189.00", "white sky navy", "shirt", LETTERS),
        M("Roman", "linen shirt", "219.00", "natural white bottle sky", "shirt", LETTERS),
        M("Feliks", "checked shirt", "199.00", "red navy olive", "shirt", "tartan", LETTERS),
        M("Hugo", "striped shirt", "209.00", "white sky", "shirt", "stripe", LETTERS),
        M("Teodor", "grandad shirt", "229.00", "white natural graphite", "shirt", LETTERS, collar=False, pocket=False),
        M("Witold", "flannel shirt", "239.00", "burgundy bottle", "shirt", "gingham", LETTERS),
        M("Adam", "short-sleeved shirt", "179.00", "white sky mint", "shirt", LETTERS, sleeve="half"),
        M("Barbara", "bow blouse", "229.00", "cream black plum", "blouse", neck="crew", sleeve="long", bow=True),
        M("Celina", "puff-sleeve blouse", "199.00", "white sky rose", "blouse"),
        M("Danuta", "square-neck blouse", "189.00", "white coral", "blouse", neck="square"),
        M("Elżbieta", "viscose blouse", "179.00", "black bottle rust", "blouse", neck="v", sleeve="long"),
        M("Gertruda", "floral blouse", "209.00", "navy cream burgundy", "blouse", "floral", sleeve="long"),
        M("Grażyna", "silk blouse", "399.00", "cream black teal", "shirt", collar=False, pocket=False, sleeve="wide"),
        M("Hanna", "oversized shirt", "219.00", "white sky powder", "shirt", sleeve="wide"),
        M("Bronisława", "embroidered blouse", "249.00", "white sky", "blouse", neck="scoop", sleeve="wide"),
        M("Iwona", "dotted blouse", "189.00", "black navy red", "blouse", "dots", neck="crew", sleeve="half"),
    ]),
    Family("DR", "Dresses", "Łan Atelier", NUMBERS, 380, "summer", [
        M("Maja", "linen dress", "329.00", "natural navy bottle rust rose", "dress"),
        M("Laura", "wrap dress", "349.00", "burgundy bottle black", "dress", neck="v", sleeve="short", waist="wrap"),
        M("Klara", "tiered dress", "299.00", "rose lemon sky", "dress", sleeve="puff", tiers=2, neck="square", waist=""),
        M("Regina", "shirt dress", "369.00", "navy camel olive", "dress", sleeve="long", collar=True, neck="crew", waist="belt", buttons=8, flare=38),
        M("Oliwia", "kimono dress", "389.00", "teal rust black", "dress", sleeve="wide", waist="tie", neck="v"),
        M("Nina", "sheath dress", "319.00", "black navy red", "dress", flare=33, neck="boat", sleeve="short", length=154),
        M("Liliana", "slip dress", "279.00", "cream plum black", "slip_dress"),
        M("Róża", "floral dress", "359.00", "rose navy cream", "dress", "floral", sleeve="puff", neck="v", flare=54),
        M("Kalina", "dotted dress", "339.00", "navy red black", "dress", "dots", sleeve="short", neck="crew"),
        M("Jagoda", "checked pinafore", "289.00", "graphite tobacco", "dress", "tartan", neck="square", flare=44, length=156),
        M("Malwina", "jersey dress", "199.00", "black graphite burgundy", "dress", neck="scoop", sleeve="long", flare=40, waist=""),
        M("Sylwia", "evening dress", "599.00", "black bottle plum", "dress", neck="deep", sleeve="none", flare=58, length=178, waist="tie"),
        M("Bianka", "striped dress", "309.00", "sky white", "dress", "stripe", neck="v", sleeve="short", waist="belt"),
        M("Aurelia", "knitted dress", "379.00", "camel graphite burgundy", "dress", "marl", neck="boat", sleeve="long", flare=34, length=158, waist=""),
        M("Estera", "maxi dress", "399.00", "rust teal natural", "dress", neck="v", sleeve="strap", flare=60, length=178, tiers=1, waist="tie"),
        M("Tamara", "denim dress", "329.00", "denim indigo", "dress", sleeve="short", collar=True, neck="crew", buttons=7, flare=42, length=152, waist="belt"),
        M("Wiktoria", "gingham dress", "289.00", "red sky mint", "dress", "gingham", neck="square", sleeve="strap", flare=52, length=156),
        M("Zuzanna", "linen jumpsuit", "429.00", "natural black olive", "jumpsuit"),
        M("Ramona", "belted jumpsuit", "459.00", "navy rust", "jumpsuit", sleeve="short"),
    ]),
    Family("SK", "Skirts", "Łan Atelier", NUMBERS, 300, "all", [
        M("Justyna", "pleated skirt", "239.00", "rose black bottle", "skirt", pleats=8),
        M("Kinga", "midi skirt", "219.00", "navy camel burgundy", "skirt", pleats=4),
        M("Dorota", "wrap skirt", "199.00", "natural olive black", "skirt", pleats=0, wrap=True, flare=46),
        M("Ewa", "pencil skirt", "189.00", "black graphite navy", "skirt", pleats=0, flare=29, length=132),
        M("Agata", "tiered skirt", "229.00", "rust cream teal", "skirt", pleats=0, tiers=2),
        M("Paula", "denim skirt", "179.00", "denim indigo bleached", "skirt", pleats=0, buttons=6, flare=42, length=134),
        M("Renata", "checked skirt", "209.00", "burgundy graphite", "skirt", "tartan", pleats=4, flare=48, length=140),
        M("Wiola", "floral skirt", "219.00", "navy rose", "skirt", "floral", pleats=0, flare=58),
        M("Natalia", "satin skirt", "259.00", "silver plum bottle", "skirt", pleats=0, flare=44, length=168),
        M("Luiza", "dotted skirt", "209.00", "black navy", "skirt", "dots", pleats=0, flare=50),
        M("Żaneta", "mini skirt", "149.00", "black red camel", "skirt", pleats=0, flare=36, length=104),
    ]),
    Family("TR", "Trousers and jeans", "Łan", NUMBERS, 520, "all", [
        M("Anna", "linen trousers", "259.00", "natural navy olive", "trousers", leg="wide"),
        M("Beata", "cigarette trousers", "229.00", "black navy graphite", "trousers", leg="slim"),
        M("Cecylia", "palazzo trousers", "279.00", "cream rust black", "trousers", leg="wide"),
        M("Daria", "straight jeans", "249.00", "denim indigo black", "trousers", denim=True),
        M("Edyta", "slim jeans", "249.00", "indigo bleached black", "trousers", leg="slim", denim=True),
        M("Fabiola", "barrel jeans", "289.00", "denim bleached cream", "trousers", leg="barrel", denim=True),
        M("Gosia", "wide jeans", "269.00", "bleached indigo", "trousers", leg="wide", denim=True),
        M("Helga", "pinstripe trousers", "299.00", "graphite navy", "trousers", "stripe", leg="straight"),
        M("Iga", "linen shorts", "149.00", "natural sage coral", "shorts"),
        M("Jola", "denim shorts", "139.00", "denim white black", "shorts", denim=True),
        M("Karol", "chinos", "229.00", "camel navy olive black", "trousers", WAISTS, leg="slim"),
        M("Ludwik", "tailored trousers", "329.00", "graphite navy", "trousers", "herringbone", WAISTS, leg="straight", cuff=True),
        M("Michał", "regular jeans", "259.00", "indigo denim black", "trousers", WAISTS, denim=True),
        M("Norbert", "corduroy trousers", "279.00", "tobacco bottle", "trousers", WAISTS, leg="straight"),
        M("Oskar", "joggers", "169.00", "graphite black navy", "joggers", LETTERS),
        M("Roch", "cargo trousers", "269.00", "olive black natural", "trousers", LETTERS, leg="straight", cuff=True, pleat=False),
        M("Paweł", "chino shorts", "159.00", "natural navy olive", "shorts", WAISTS),
    ]),
    Family("HO", "Sweatshirts", "Miedza", LETTERS, 560, "all", [
        M("Rysia", "hoodie", "199.00", "graphite rose navy", "sweatshirt"),
        M("Szymon", "zipped hoodie", "229.00", "black olive graphite", "sweatshirt", zipped=True),
        M("Tadeusz", "crew sweatshirt", "169.00", "silver navy bottle", "sweatshirt", hood=False, pocket=False),
        M("Ula", "cropped sweatshirt", "159.00", "powder white lilac", "sweatshirt", hood=False, pocket=False),
        M("Wit", "striped sweatshirt", "189.00", "ecru navy", "sweatshirt", "breton", hood=False, pocket=False),
        M("Zenon", "heavy hoodie", "259.00", "natural tobacco black", "sweatshirt"),
        M("Alina", "marl sweatshirt", "179.00", "silver rose", "sweatshirt", "marl", hood=False, pocket=False),
    ]),
    Family("CO", "Coats", "Łan Atelier", NUMBERS, 1450, "winter", [
        M("Aleksandra", "wool coat", "899.00", "camel black navy", "coat"),
        M("Bogna", "belted coat", "949.00", "natural graphite", "coat", collar="shawl", double=False, belt=True),
        M("Czesława", "herringbone coat", "999.00", "graphite tobacco", "coat", "herringbone", double=False),
        M("Dobrawa", "trench coat", "699.00", "natural olive navy", "coat", belt=True),
        M("Eugenia", "cashmere coat", "1299.00", "camel black", "coat", collar="shawl", double=False),
        M("Franciszek", "men's overcoat", "1099.00", "navy graphite", "coat", LETTERS, double=False),
        M("Gustaw", "duffle coat", "799.00", "camel navy", "coat", LETTERS, hood=True, double=False, length=160),
        M("Honorata", "quilted coat", "549.00", "black olive burgundy", "coat", "stripe", collar="stand", double=False),
        M("Jadwiga", "checked coat", "879.00", "burgundy graphite", "coat", "tartan", double=False),
        M("Kajetan", "parka", "649.00", "olive black navy", "coat", LETTERS, hood=True, double=False, length=150),
    ]),
    Family("JA", "Jackets and blazers", "Łan", NUMBERS, 820, "all", [
        M("Ludmiła", "linen blazer", "449.00", "natural white navy", "blazer"),
        M("Monika", "double-breasted blazer", "499.00", "black camel bottle", "blazer", double=True),
        M("Nadia", "checked blazer", "479.00", "graphite tobacco", "blazer", "tartan"),
        M("Oktawian", "wool blazer", "599.00", "navy graphite", "blazer", LETTERS),
        M("Patrycja", "denim jacket", "279.00", "denim bleached black", "bomber", collar="shirt"),
        M("Rafał", "bomber jacket", "349.00", "olive black navy", "bomber", LETTERS),
        M("Sabina", "quilted jacket", "329.00", "burgundy bottle black", "bomber", collar="stand", quilted=True),
        M("Tymon", "overshirt", "289.00", "tobacco olive graphite", "bomber", LETTERS, collar="shirt"),
        M("Urszula", "quilted gilet", "249.00", "navy rose olive", "gilet"),
        M("Weronika", "rain jacket", "399.00", "mustard navy", "coat", hood=True, double=False, length=146, half=40),
        M("Zygmunt", "cotton jacket", "379.00", "natural navy", "coat", LETTERS, collar="shirt", double=False, length=142, half=39),
        M("Amelia", "cropped blazer", "399.00", "cream black coral", "blazer", hem=138),
    ]),
    Family("BG", "Bags", "Bosa", ONE_SIZE, 640, "all", [
        M("Bona", "tote bag", "249.00", "natural black rust", "bag"),
        M("Cyryl", "backpack", "319.00", "olive black tobacco", "bag", kind="backpack"),
        M("Diana", "shoulder bag", "389.00", "camel black burgundy", "bag", kind="shoulder"),
        M("Elena", "bucket bag", "299.00", "tobacco bottle", "bag", kind="bucket"),
        M("Flora", "purse", "149.00", "chocolate red black", "bag", kind="purse"),
        M("Gaja", "striped tote", "189.00", "ecru navy", "bag", "breton"),
        M("Iwa", "weekend bag", "549.00", "tobacco black", "bag", kind="shoulder"),
        M("Hela", "clutch", "199.00", "silver plum", "bag", kind="purse"),
    ]),
    Family("AC", "Accessories", "Miedza", ONE_SIZE, 140, "winter", [
        M("Iskra", "wool scarf", "129.00", "camel burgundy graphite navy", "scarf"),
        M("Jodła", "checked scarf", "149.00", "red bottle", "scarf", "tartan"),
        M("Kora", "bobble hat", "89.90", "cream burgundy navy", "beanie"),
        M("Lawa", "ribbed beanie", "69.90", "black graphite mustard", "beanie", pompom=False),
        M("Mgła", "straw hat", "119.00", "natural cream", "hat"),
        M("Nurt", "leather belt", "129.00", "black tobacco chocolate", "belt", BELTS),
        M("Osa", "wool gloves", "79.90", "graphite black camel", "gloves", GLOVES),
        M("Piec", "cotton socks", "39.90", "white graphite navy", "socks", SOCKS),
        M("Rosa", "striped socks", "44.90", "ecru sky", "socks", "breton", SOCKS),
    ]),
    Family("SO", "Shoes", "Bosa", LADIES_SHOES, 760, "all", [
        M("Dunaj", "canvas trainers", "229.00", "white navy black", "shoe", kind="sneaker"),
        M("Warta", "leather trainers", "349.00", "white cream black", "shoe", kind="sneaker"),
        M("Wisła", "ankle boots", "449.00", "black tobacco", "shoe", kind="boot"),
        M("Nida", "loafers", "379.00", "black camel burgundy", "shoe", kind="loafer"),
        M("Soła", "sandals", "299.00", "tobacco black", "shoe", kind="sandal"),
        M("Brda", "court shoes", "329.00", "black red navy", "shoe", kind="court"),
        M("Odra", "men's boots", "529.00", "black chocolate", "shoe", MENS_SHOES, kind="boot"),
        M("Narew", "men's trainers", "319.00", "white graphite", "shoe", MENS_SHOES, kind="sneaker"),
        M("Pilica", "men's loafers", "419.00", "tobacco black", "shoe", MENS_SHOES, kind="loafer"),
        M("Bóbr", "suede boots", "479.00", "camel graphite", "shoe", kind="boot"),
        M("Skawa", "striped plimsolls", "189.00", "navy red", "shoe", "breton", kind="sneaker"),
    ]),
]
# fmt: on
