"""Replays on the page of a promotion: begin one, watch it, stop it, read what came out."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask import render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import DateField
from wtforms.validators import InputRequired

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.errors import NotFound
from app.exporting import Cell, CsvSheet
from app.forms import Form
from app.i18n import _, lazy
from app.look import toast
from app.money import exponent
from app.views import view_of
from app.web import go_to, wants_fragment
from modules import customers, promotions
from modules.orders.models import PromotionReplay
from modules.orders.operations import replaying
from modules.orders.views.blueprint import blueprint
from modules.orders.views.day import FIGURES

MANAGES = "promotions.manage"
MOST_SHOWN = 20


class ReplayForm(Form):
    """Its values are the arguments of `replaying.start_replay`."""

    since = DateField(lazy("From"), [InputRequired()])
    until = DateField(lazy("Until"), [InputRequired()])


def promotion_replay(*, promotion_id: int, code: str, was_live: bool) -> str:
    """Return the card of replays, to who may see what all stores sold."""
    return Markup(_card(promotion_id, code)) if _may_see() else Markup("")  # noqa: S704 - ours


@blueprint.get("/promotions/<code>/replay")
@requires(FIGURES, everywhere=True)
def look_at_replay(code: str) -> ResponseReturnValue:
    """Return the card alone, for the page that waits; who comes by hand gets the whole page."""
    promotion = promotions.get_promotion_by_code(code)
    if not wants_fragment():
        return go_to(_page_of(code))
    return _card(promotion.id, code)


@blueprint.post("/promotions/<code>/replays")
@requires(MANAGES, everywhere=True)
def begin_replay(code: str) -> ResponseReturnValue:
    """Begin a replay of the chosen days."""
    promotion = promotions.get_promotion_by_code(code)
    form = ReplayForm(prefix="replay-")
    if form.carry_out(replaying.start_replay, promotion_id=promotion.id):
        return _card(promotion.id, code) if wants_fragment() else go_to(_page_of(code))
    if not wants_fragment():
        said = [*form.form_errors, *(text for field in form for text in field.errors)]
        toast(_("Not begun.") + " " + " ".join(str(text) for text in said))
        return go_to(_page_of(code))
    return _card(promotion.id, code, form), 422


@blueprint.post("/promotions/<code>/replay/stop")
@requires(MANAGES, everywhere=True)
def stop_replay(code: str) -> ResponseReturnValue:
    promotion = promotions.get_promotion_by_code(code)
    transact(lambda: replaying.stop_replay(promotion_id=promotion.id))
    return _card(promotion.id, code) if wants_fragment() else go_to(_page_of(code))


@blueprint.get("/promotions/<code>/replays/<int:replay_id>.csv")
@requires(FIGURES, everywhere=True)
def download_replay(code: str, replay_id: int) -> ResponseReturnValue:
    """Return what a replay found, by day and by product, as a file."""
    promotion, replay = promotions.get_promotion_by_code(code), replaying.get_replay(replay_id)
    if replay.promotion_id != promotion.id or replay.result is None:
        raise NotFound(_("There is no such replay."))
    target = BytesIO()
    sheet = CsvSheet(
        target,
        [_("Kind"), _("Day or SKU"), _("Goods"), _("Currency"), _("Orders"), _("Less paid")],
    )
    for row in _rows_of(replay):
        sheet.add(row)
    target.seek(0)
    name = f"{promotion.code}-replay-{replay.since}-{replay.until}.csv"
    return send_file(target, mimetype="text/csv", as_attachment=True, download_name=name)


def _rows_of(replay: PromotionReplay) -> Iterator[Sequence[Cell]]:
    result = replay.result or {}
    for day, currency, count, gain in result["days"]:
        yield _("Day"), date.fromisoformat(day), "", currency, count, _amount(gain, currency)
    for sku, currency, name, count, gain in result["products"]:
        yield _("Goods"), sku, name, currency, count, _amount(gain, currency)


def _amount(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def _page_of(code: str) -> str:
    return url_for("promotions.show", code=code) + "#replay"


def _may_see() -> bool:
    actor = current_actor()
    return actor.may(FIGURES) and actor.stores(FIGURES) is None


def _card(promotion_id: int, code: str, form: ReplayForm | None = None) -> str:
    last = replaying.last_replay(promotion_id)
    job = replaying.job_of(last) if last else None
    kept = replaying.last_results(promotion_id, limit=1)
    shown = kept[0] if kept else None
    since, until = replaying.usual_span()
    actor = current_actor()
    may_begin = actor.may(MANAGES) and actor.stores(MANAGES) is None
    typed = form or ReplayForm(formdata=None, prefix="replay-", since=since, until=until)
    return render_template(
        "orders/_replay.html",
        code=code,
        last=last,
        job=view_of(job) if job else None,
        is_going=last is not None and replaying.is_going(last),
        shown=shown,
        days=[(date.fromisoformat(row[0]), *row[1:]) for row in _result(shown, "days")],
        buyers=_buyers(shown),
        stages={code: str(name) for code, name in customers.STAGES.items()},
        most_shown=MOST_SHOWN,
        may_begin=may_begin,
        form=typed,
    )


def _result(replay: PromotionReplay | None, name: str) -> list[list[Any]]:
    found: list[list[Any]] = (replay.result or {}).get(name, []) if replay else []
    return found


def _buyers(replay: PromotionReplay | None) -> list[tuple[int, str, list[Any]]]:
    """Return key, name and sums of the buyers with the largest sums, to who sees customers."""
    if not current_actor().may("customers.view"):
        return []
    rows = _result(replay, "buyers")[:MOST_SHOWN]
    names = customers.customer_names([int(row[0]) for row in rows])
    found = [(int(row[0]), row[1:]) for row in rows]
    return [(key, names[key], sums) for key, sums in found if key in names]
