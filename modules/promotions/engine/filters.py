"""Which lines a condition or a benefit means: one of each kind of word that is given."""

from dataclasses import dataclass
from functools import cached_property

from app.i18n import lazy
from modules.promotions.engine.cart import CartLine
from modules.promotions.engine.settings import Kind, setting

IndexKey = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Any of the words within a kind, all of the kinds together; nothing set means everything."""

    skus: frozenset[str] = setting(Kind.TEXTS, lazy("SKUs"), default=frozenset(), of="sku")
    categories: frozenset[str] = setting(
        Kind.TEXTS, lazy("Categories"), default=frozenset(), of="category"
    )
    brands: frozenset[str] = setting(Kind.TEXTS, lazy("Brands"), default=frozenset(), of="brand")
    attributes: frozenset[tuple[str, str]] = setting(
        Kind.PAIRS, lazy("Attributes, as colour or size"), default=frozenset()
    )
    tags: frozenset[str] = setting(Kind.TEXTS, lazy("Tags"), default=frozenset())
    least_price_minor: int | None = setting(Kind.MONEY, lazy("Price from"), default=None)
    most_price_minor: int | None = setting(Kind.MONEY, lazy("Price to"), default=None)
    not_on_sale: bool = setting(Kind.FLAG, lazy("Without goods on sale"), default=False)
    except_skus: frozenset[str] = setting(
        Kind.TEXTS, lazy("All but these SKUs"), default=frozenset(), of="sku"
    )
    except_categories: frozenset[str] = setting(
        Kind.TEXTS, lazy("All but these categories"), default=frozenset(), of="category"
    )

    @cached_property
    def index_keys(self) -> tuple[IndexKey, ...]:
        """
        Return keys of which a line that matches has at least one; nothing where any line may.

        The narrowest kind of word is taken: one is enough to find the candidates.
        """
        if self.skus:
            return tuple(("sku", sku) for sku in sorted(self.skus))
        if self.attributes:
            return tuple(("attribute", *pair) for pair in sorted(self.attributes))
        if self.brands:
            return tuple(("brand", brand) for brand in sorted(self.brands))
        if self.categories:
            return tuple(("category", one) for one in sorted(self.categories))
        return tuple(("tag", tag) for tag in sorted(self.tags))

    @cached_property
    def index_set(self) -> frozenset[IndexKey]:
        return frozenset(self.index_keys)

    @cached_property
    def is_its_keys(self) -> bool:
        """Whether a line that has one of the keys matches without further questions."""
        by_key = (self.skus, self.attributes, self.brands, self.categories, self.tags)
        return (
            sum(map(bool, by_key)) == 1
            and len(self._by_name) < 2
            and self.least_price_minor is None
            and self.most_price_minor is None
            and not (self.not_on_sale or self.except_skus or self.except_categories)
        )

    def prepare(self) -> None:
        """Work out once, when a book is compiled, what every evaluation asks for."""
        _ = (self.is_open, self.index_set, self.is_its_keys)

    @cached_property
    def is_open(self) -> bool:
        """Whether every line matches."""
        return self == EVERYTHING

    @cached_property
    def _by_name(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for name, value in self.attributes:
            found.setdefault(name, set()).add(value)
        return {name: frozenset(values) for name, values in found.items()}

    def matches(self, line: CartLine) -> bool:
        """Test whether a line is meant."""
        if self.skus and line.sku not in self.skus:
            return False
        if self.categories and self.categories.isdisjoint(line.categories):
            return False
        if self.brands and line.brand not in self.brands:
            return False
        if self.tags and self.tags.isdisjoint(line.tags):
            return False
        if self.not_on_sale and line.on_sale:
            return False
        if self.least_price_minor is not None and line.unit_price_minor < self.least_price_minor:
            return False
        if self.most_price_minor is not None and line.unit_price_minor > self.most_price_minor:
            return False
        if line.sku in self.except_skus:
            return False
        if self.except_categories and not self.except_categories.isdisjoint(line.categories):
            return False
        return not self.attributes or self._has_attributes(line)

    def _has_attributes(self, line: CartLine) -> bool:
        """Test one value of each name: red or blue, and of these only size M."""
        return all(
            any((name, value) in line.attributes for value in values)
            for name, values in self._by_name.items()
        )


EVERYTHING = Filter()


def keys_of(line: CartLine) -> list[IndexKey]:
    """Return every key under which a line can be found."""
    return [
        ("sku", line.sku),
        *(("attribute", *pair) for pair in line.attributes),
        *([("brand", line.brand)] if line.brand else ()),
        *(("category", one) for one in line.categories),
        *(("tag", tag) for tag in line.tags),
    ]
