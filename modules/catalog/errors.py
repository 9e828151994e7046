"""What the rules of the catalogue can refuse, in words for the person at the screen."""

from app.errors import InvalidInput, RuleViolation, StaleEdit
from app.i18n import _


class CodeTaken(RuleViolation):
    field = "code"
    code = "already_exists"

    def __init__(self, code: str) -> None:
        super().__init__(
            _("There is a product %(code)s already; open it, or choose another code.", code=code)
        )


class SkuTaken(RuleViolation):
    field = "sku"
    code = "already_exists"

    def __init__(self, sku: str) -> None:
        super().__init__(
            _("The SKU %(sku)s belongs to another variant; choose another one.", sku=sku)
        )


class BarcodeTaken(RuleViolation):
    field = "barcode"
    code = "already_exists"

    def __init__(self, barcode: str, sku: str) -> None:
        super().__init__(
            _(
                "The barcode %(barcode)s stands on %(sku)s already; take it away there first.",
                barcode=barcode,
                sku=sku,
            )
        )


class CellTaken(RuleViolation):
    field = "options"
    code = "already_exists"

    def __init__(self, label: str) -> None:
        super().__init__(
            _("There is a variant %(label)s of this product already; change that one.", label=label)
        )


class UnknownVariant(InvalidInput):
    """A SKU is none of the product's."""

    def __init__(self, product_name: str, sku: str) -> None:
        super().__init__(
            _("%(name)s has no variant %(sku)s.", name=product_name, sku=sku),
            pointer=f"/prices/{sku}",
            field="prices",
        )
        self.sku = sku


class StaleProduct(StaleEdit):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Somebody changed %(name)s since you opened it; look at the product again, then "
                "make your change.",
                name=name,
            )
        )


class AlreadyUndone(RuleViolation):
    code = "already_undone"


class NothingToUndo(RuleViolation):
    code = "nothing_to_undo"


class UnreadableFile(RuleViolation):
    """The file is not what it was said to be; nothing of it was taken."""

    field = "file"
    code = "unreadable_file"


class BadPicture(RuleViolation):
    field = "photo"
    code = "bad_picture"
