"""What pricing can refuse, in words for the person at the screen."""

from app.errors import RuleViolation, StaleEdit
from app.i18n import _, language
from app.money import format_money


class ListCodeTaken(RuleViolation):
    field = "code"
    code = "already_exists"

    def __init__(self, code: str) -> None:
        super().__init__(
            _(
                "There is a price list %(code)s already. Open it, or choose another code.",
                code=code,
            ),
            details=[{"pointer": "/code"}],
        )


class StalePriceList(StaleEdit):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Somebody changed %(name)s since you opened it. Look at the prices again, then "
                "make your change.",
                name=name,
            )
        )


class StaleMinimums(StaleEdit):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed minimum prices since you opened this. Look at them again, then "
                "make your change."
            )
        )


class ListArchived(RuleViolation):
    code = "archived"

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s is archived. Bring it back first.", name=name))


class TooManyEntries(RuleViolation):
    code = "too_many"

    def __init__(self, most: int) -> None:
        super().__init__(
            _("At most %(most)s prices are taken at once. Divide the file.", most=most)
        )


class BelowMinimum(RuleViolation):
    """Somebody typed a price that the company does not sell at."""

    code = "below_minimum"

    def __init__(
        self, sku: str, price_minor: int, least_minor: int, currency: str, *, pointer: str = ""
    ) -> None:
        least = format_money(least_minor, currency, language())
        super().__init__(
            _("%(sku)s is not sold under %(least)s. Write that or more.", sku=sku, least=least),
            details=[{"pointer": pointer, "needed": least_minor, "have": price_minor}],
        )
