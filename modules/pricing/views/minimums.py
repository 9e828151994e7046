"""Minimum prices: the margins that are kept above cost, and the lowest price of each variant."""

from flask import request, url_for

from app.access import requires
from app.db import transact
from app.errors import RuleViolation, StaleEdit
from app.fields import COST, sees
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.money import parse_money
from app.web import go_to, posted_version, render
from modules import catalog, organization
from modules.pricing import minimums as rules
from modules.pricing.forms import rate_in, rate_text
from modules.pricing.price_list_list import MANAGE, VIEW
from modules.pricing.views.blueprint import Answer, blueprint, may_manage
from modules.pricing.views.prices import amount_text


@blueprint.get("/minimums")
@requires(VIEW)
def margins() -> Answer:
    known = rules.margins()
    return _show_margins({name: rate_text(known.get(name)) for name in _categories()})


@blueprint.post("/minimums")
@requires(MANAGE, everywhere=True)
def save_margins() -> Answer:
    names = _categories()
    typed = {name: request.form.get(f"margin-{at}", "").strip() for at, name in enumerate(names)}
    read = {name: rate_in(text) if text else None for name, text in typed.items()}
    wrong = {name for name, text in typed.items() if text and read[name] is None}
    if wrong:
        error = _("Write a percentage such as 10 or 7,5.")
        return _show_margins(typed, wrong=wrong, error=error, status=422)
    try:
        transact(lambda: rules.set_margins(version=posted_version(), margins=read))
    except RuleViolation as refused:
        status = 409 if isinstance(refused, StaleEdit) else 422
        return _show_margins(typed, error=str(refused), status=status)
    toast(_("The margins are saved."))
    return go_to(url_for(".margins"))


@blueprint.get("/products/<product>")
@requires(MANAGE, everywhere=True)
def edit_minimums(product: str) -> Answer:
    card = catalog.product_card(product)
    known = rules.minimums_of(one.id for one in card.variants)
    currency = organization.get_company().currency
    return _show_minimums(card, {key: amount_text(minor, currency) for key, minor in known.items()})


@blueprint.post("/products/<product>")
@requires(MANAGE, everywhere=True)
def save_minimums(product: str) -> Answer:
    card = catalog.product_card(product)
    currency = organization.get_company().currency
    typed = {
        one.id: request.form[f"least-{one.id}"].strip()
        for one in card.variants
        if f"least-{one.id}" in request.form
    }
    read: dict[int, int | None] = {}
    wrong = set()
    for key, text in typed.items():
        try:
            read[key] = parse_money(text, currency) if text else None
        except ValueError:
            wrong.add(key)
        else:
            if not 0 <= (read[key] or 0) <= 10**13:
                wrong.add(key)
    if wrong:
        error = _("Write an amount such as 129,00.")
        return _show_minimums(card, typed, wrong=wrong, error=error, status=422)
    try:
        transact(lambda: rules.set_minimums(version=posted_version(), minimums=read))
    except RuleViolation as refused:
        return _show_minimums(card, typed, error=str(refused), status=409)
    toast(_("The minimum prices of %(name)s are saved.", name=card.product.name))
    return go_to(url_for("catalog.product", code=product))


def _categories() -> list[str]:
    """Return "" for the whole company, the categories that there are, and those that were."""
    return list(dict.fromkeys(["", *catalog.list_categories(), *rules.margins()]))


def _show_margins(
    typed: dict[str, str],
    *,
    wrong: set[str] | None = None,
    error: str = "",
    status: int = 200,
) -> Answer:
    return render(
        "pricing/minimums.html",
        status=status,
        typed=typed,
        wrong=wrong or set(),
        error=error,
        may_manage=may_manage(),
        changes=last_changes(rules.KIND, 1),
        version=posted_version() or rules.minimums_version(),
    )


def _show_minimums(
    card: catalog.ProductCard,
    typed: dict[int, str],
    *,
    wrong: set[int] | None = None,
    error: str = "",
    status: int = 200,
) -> Answer:
    return render(
        "pricing/product_minimums.html",
        status=status,
        card=card,
        product=card.product,
        typed=typed,
        wrong=wrong or set(),
        error=error,
        costs=sees(COST),
        currency=organization.get_company().currency,
        version=posted_version() or rules.minimums_version(),
    )
