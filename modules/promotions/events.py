"""What promotions announce."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PromotionPublished:
    """A version is in force from now on, or from the moment that its schedule names."""

    promotion_id: int
    code: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PromotionPaused:
    promotion_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class PromotionResumed:
    promotion_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class PromotionEnded:
    promotion_id: int
    code: str
