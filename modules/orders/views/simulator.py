"""The simulator: any cart, at any time, for any buyer, with the whole trace of its price."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.errors import NotFound, RuleViolation
from app.web import render
from modules import catalog, promotions
from modules.orders.quoting import Simulation, Wanted, simulate
from modules.orders.simulator_form import SimulatorForm
from modules.orders.views.blueprint import blueprint

SEES = "promotions.view"
MOST_TOLD = 200


@blueprint.get("/simulator")
@requires(SEES)
def simulator() -> ResponseReturnValue:
    code = request.args.get("promotion", "")
    if code:
        promotions.get_promotion_by_code(code)
    return _show(SimulatorForm(promotion=code))


@blueprint.post("/simulator")
@requires(SEES)
def try_cart() -> ResponseReturnValue:
    """Return what the cart would cost; nothing is stored, so that the answer is the page."""
    form = SimulatorForm()
    if not _may_pick():
        form.customer.data = ""
    if not form.validate_on_submit() or (wanted := form.wanted()) is None:
        return _show(form, status=422)
    try:
        found = _simulated(form, wanted)
    except (RuleViolation, NotFound) as refusal:
        form.form_errors.append(str(refusal))
        return _show(form, status=422)
    return _show(form, found=found, wanted=wanted)


def _simulated(form: SimulatorForm, wanted: Wanted) -> Simulation:
    code = form.promotion.data
    promotion_id = promotions.get_promotion_by_code(code).id if code else None
    if wanted.coupons:
        promotions.refuse_guessing()
    found = simulate(wanted, promotion_id=promotion_id)
    if found.unknown_codes:
        transact(lambda: promotions.note_guesses(found.unknown_codes))
    return found


def _show(
    form: SimulatorForm,
    *,
    found: Simulation | None = None,
    wanted: Wanted | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return render(
        "orders/simulator.html",
        fragment="orders/_simulated.html",
        status=status,
        form=form,
        found=found,
        currency=wanted.currency if wanted else form.currency,
        names=_names(wanted),
        most_told=MOST_TOLD,
        may_pick=_may_pick(),
        asked=form.promotion.data or "",
    )


def _names(wanted: Wanted | None) -> dict[str, str]:
    variants: dict[str, catalog.VariantForSale] = dict(wanted.variants) if wanted else {}
    return {
        sku: f"{one.name} · {one.label}" if one.label else one.name for sku, one in variants.items()
    }


def _may_pick() -> bool:
    return current_actor().may("customers.view")


def try_promotion(*, code: str = "") -> str:
    """Return the way from a promotion, or from their list, to the simulator."""
    return Markup(render_template("orders/_try.html", code=code))  # noqa: S704 - our template
