"""Codes and limits as people read them."""

from app.i18n import _, ngettext
from app.look import money, number
from modules.promotions.engine.promotion import Promotion, Trigger


def limit_words(promotion: Promotion, currency: str) -> list[str]:
    """Return how often a promotion may be used and for how much; nothing where it has no end."""
    limits, said = promotion.limits, []
    if limits.uses is not None:
        uses = number(limits.uses)
        said.append(
            ngettext("at most %(uses)s use", "at most %(uses)s uses", limits.uses, uses=uses)
        )
    for count, words in (
        (limits.uses_per_customer, _("%(count)s for each customer")),
        (limits.uses_per_day, _("%(count)s a day")),
        (limits.uses_per_code, _("%(count)s with one code")),
    ):
        if count is not None:
            said.append(words % {"count": number(count)})
    if limits.budget_minor is not None:
        said.append(_("budget %(amount)s", amount=money(limits.budget_minor, currency)))
    if limits.budget_per_month_minor is not None:
        amount = money(limits.budget_per_month_minor, currency)
        said.append(_("budget %(amount)s a month", amount=amount))
    return said


def code_words(promotion: Promotion) -> str:
    """Return which code has to be named; nothing where none has to."""
    if promotion.trigger is not Trigger.CODE:
        return ""
    if promotion.codes:
        return ", ".join(sorted(promotion.codes))
    return str(_("one of its batches"))
