"""What happens to money, for the floors above."""

from dataclasses import dataclass

from app.reference import Reference


@dataclass(frozen=True, kw_only=True)
class PaymentChanged:
    """What was paid, promised or given back for this thing is not what it was before."""

    reference: Reference
