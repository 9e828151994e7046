"""Changes of the ways in which goods go out and money comes in."""

from modules.organization.models import (
    PaymentKind,
    PaymentMethod,
    ShippingKind,
    ShippingMethod,
)
from modules.organization.operations.edits import change, make, open_record, words


def create_shipping_method(
    *, code: str, name: str, kind: ShippingKind | str, carrier: str | None = None
) -> ShippingMethod:
    """
    Offer one more way to the buyer; what it needs to know follows from its kind.

    :raises AlreadyExists: the code is taken
    """
    kind = ShippingKind(kind)
    return make(
        ShippingMethod(
            code=code.strip(),
            name=name.strip(),
            kind=kind,
            carrier=words(carrier),
            needs_address=kind is ShippingKind.COURIER,
            needs_point=kind is ShippingKind.LOCKER,
        )
    )


def update_shipping_method(
    *, method_id: int, version: int, name: str, carrier: str | None, active: bool = True
) -> ShippingMethod:
    """
    Rename a shipping method, or let another carrier make its labels.

    :raises StaleEdit: somebody else changed it meanwhile
    """
    method = open_record(ShippingMethod, method_id, version=version)
    return change(method, name=name.strip(), carrier=words(carrier), active=active)


def create_payment_method(
    *, code: str, name: str, kind: PaymentKind | str, gateway: str | None = None
) -> PaymentMethod:
    """
    Take money in one more way.

    :raises AlreadyExists: the code is taken
    """
    return make(
        PaymentMethod(
            code=code.strip(), name=name.strip(), kind=PaymentKind(kind), gateway=words(gateway)
        )
    )


def update_payment_method(
    *, method_id: int, version: int, name: str, gateway: str | None, active: bool = True
) -> PaymentMethod:
    """
    Rename a payment method, or let another gateway move its money.

    :raises StaleEdit: somebody else changed it meanwhile
    """
    method = open_record(PaymentMethod, method_id, version=version)
    return change(method, name=name.strip(), gateway=words(gateway), active=active)
