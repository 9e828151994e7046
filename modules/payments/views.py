"""The screens of gift cards and store credit: the list, one card, a new one, and what is owed."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app.access import requires
from app.actor import current_actor
from app.approving import ApprovalState, of_record
from app.db import close_session, transact
from app.errors import InvalidInput, NotFound
from app.forms import Form, SelectChoice
from app.history_page import last_changes
from app.i18n import _, language, speaking
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import toast
from app.module import Found
from app.reference import Reference
from app.web import go_to, render
from modules import customers, organization
from modules.payments import acts, forms, giftcards
from modules.payments.card_list import (
    GIFT_CARDS,
    HAND_OUT,
    MANAGE,
    VIEW,
    kind_words,
    last_day_of,
    named,
    number_of,
    own_stores,
    question,
    standing_of,
    standing_words,
)
from modules.payments.giftcards import GiftCard, finding
from modules.payments.giftcards.liability import liability
from modules.payments.giftcards.printing import PrintedCard, print_cards
from modules.payments.giftcards.secrets import ShownAlready

_KIND = giftcards.KIND

blueprint = Blueprint(
    "payments", "modules.payments", url_prefix="/gift-cards", template_folder="templates"
)


@blueprint.get("/")
@requires(VIEW)
def cards() -> ResponseReturnValue:
    if (address := opening_view(GIFT_CARDS)) is not None:
        return go_to(address)
    page = open_list(GIFT_CARDS)
    asked = question(page.question.args)
    return render(
        "payments/cards.html",
        table=page,
        listing=page.listing,
        total=count_rows(page),
        q=asked["q"],
        filters=[
            choice_filter(_("State"), "standing", standing_words(), asked["standing"]),
            choice_filter(_("Kind"), "kind", kind_words(), asked["kind"]),
            *page.sort_filter,
        ],
        narrowed=any(asked.values()),
        number_of=number_of,
        standing_of=standing_of,
        may_manage=current_actor().may(MANAGE),
    )


@blueprint.get("/owed")
@requires(VIEW)
def owed() -> ResponseReturnValue:
    return render(
        "payments/owed.html",
        owed=liability(own_stores()),
        number_of=number_of,
        last_day_of=last_day_of,
        month_words=lambda day: format_date(day, "LLLL yyyy"),
    )


@blueprint.get("/new")
@requires(MANAGE)
def new() -> ResponseReturnValue:
    form = _offered(forms.IssueForm(formdata=None))
    form.client_id.data = str(uuid.uuid4())
    form.last_day.data = _in_a_year(organization.today())
    if asked := request.args.get("customer", "")[:40]:
        form.customer.data, form.kind.data = asked, forms.CREDIT
        form.last_day.data = None
    return _show_new(form)


@blueprint.post("/new")
@requires(MANAGE)
def issue() -> ResponseReturnValue:
    form = _offered(forms.IssueForm())
    form.amount_minor.currency = form.currency.data or organization.get_company().currency
    form.made = lambda card_id: Reference(_KIND, card_id)

    def work(
        *, client_id: str, kind: str, store: str, customer: str, last_day: date | None, **typed: Any
    ) -> int:
        holder = forms.customer_of(customer)
        return giftcards.issue(
            client_id=client_id or str(uuid.uuid4()),
            with_number=kind == forms.CARD,
            store_id=organization.get_store(store).id,
            customer_id=holder,
            expires_on=forms.ends_on(last_day),
            **typed,
        )

    if form.carry_out_within_limits(
        work,
        lambda: acts.issue_wanted(
            amount_minor=form.amount_minor.data or 0, reason=form.reason.data or _("Gift card")
        ),
    ):
        toast(_("It is issued."))
        return go_to(url_for(".card", card_id=form.done))
    return _show_new(form, status=422)


@blueprint.get("/<int:card_id>")
@requires(VIEW)
def card(card_id: int) -> ResponseReturnValue:
    return _show(_visible(card_id, VIEW))


@blueprint.post("/<int:card_id>/code")
@requires(HAND_OUT)
def hand_out(card_id: int) -> ResponseReturnValue:
    """Show the code of a card that was sold to who packs it; nobody else reads it after."""
    _visible(card_id, HAND_OUT)
    if not transact(lambda: giftcards.hand_out(card_id)):
        toast(_("The code was shown already. Block the card and issue another one."))
    return go_to(url_for(".card", card_id=card_id))


@blueprint.get("/<int:card_id>/print")
@requires(HAND_OUT)
def print_card(card_id: int) -> ResponseReturnValue:
    """Return the card on paper, to the one who issued it and shortly after."""
    found = _visible(card_id, HAND_OUT)
    holder = _holder(found)
    try:
        pdf = printed([found], spoken=holder.locale if holder else language())
    except ShownAlready as refusal:
        toast(str(refusal))
        return go_to(url_for(".card", card_id=card_id))
    name = f"gift-card-{found.last_four}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


@blueprint.post("/<int:card_id>/block")
@requires(MANAGE)
def block(card_id: int) -> ResponseReturnValue:
    form = forms.ReasonForm(prefix="block-")
    return _act(card_id, "block", form, giftcards.block, _("Nobody pays with it any more."))


@blueprint.post("/<int:card_id>/unblock")
@requires(MANAGE)
def unblock(card_id: int) -> ResponseReturnValue:
    form = forms.ReasonForm(prefix="unblock-")
    return _act(card_id, "unblock", form, giftcards.unblock, _("It pays again."))


@blueprint.post("/<int:card_id>/adjustment")
@requires(MANAGE)
def adjust(card_id: int) -> ResponseReturnValue:
    found = _visible(card_id, MANAGE)
    form = forms.AdjustForm(prefix="adjust-")
    form.amount_minor.currency = found.currency

    def work(*, client_id: str, reason: str, **_typed: Any) -> None:
        giftcards.adjust(
            card_id=card_id,
            amount_minor=form.change_minor,
            reason=reason,
            client_id=client_id or str(uuid.uuid4()),
        )

    if form.carry_out_within_limits(
        work,
        lambda: acts.adjustment_wanted(
            card_id=card_id,
            amount_minor=form.change_minor,
            reason=form.reason.data or "",
            client_id=form.client_id.data or "",
        ),
    ):
        toast(_asked_words() if form.asked else _("The correction stands in the ledger."))
        return go_to(url_for(".card", card_id=card_id))
    return _refused(card_id, "adjust", form)


@blueprint.post("/<int:card_id>/extension")
@requires(MANAGE)
def extend(card_id: int) -> ResponseReturnValue:
    _visible(card_id, MANAGE)
    form = forms.ExtendForm(prefix="extend-")

    def work(*, last_day: date | None, reason: str) -> None:
        try:
            giftcards.extend(card_id=card_id, expires_on=forms.ends_on(last_day), reason=reason)
        except InvalidInput as refusal:
            field = "last_day" if refusal.field == "expires_on" else refusal.field
            raise InvalidInput(str(refusal), field=field) from None

    if form.carry_out_within_limits(
        work,
        lambda: acts.extension_wanted(
            card_id=card_id,
            expires_on=forms.ends_on(form.last_day.data),
            reason=form.reason.data or "",
        ),
    ):
        toast(_asked_words() if form.asked else _("It pays longer now."))
        return go_to(url_for(".card", card_id=card_id))
    return _refused(card_id, "extend", form)


# --- the pages --------------------------------------------------------------------------------


def printed(found: Sequence[GiftCard], *, spoken: str) -> bytes:
    """Return cards on paper, in a language."""
    company = organization.get_company().name
    with speaking(spoken):
        return print_cards(
            [
                PrintedCard(
                    code=giftcards.reveal(one.id),
                    amount_minor=one.issued_minor,
                    currency=one.currency,
                    last_day=last_day_of(one),
                )
                for one in found
            ],
            company=company,
            made_on=organization.today(),
        )


def _act(card_id: int, name: str, form: Form, operation: Any, said: str) -> ResponseReturnValue:
    _visible(card_id, MANAGE)
    if form.carry_out(operation, card_id=card_id):
        toast(said)
        return go_to(url_for(".card", card_id=card_id))
    return _refused(card_id, name, form)


def _refused(card_id: int, name: str, form: Form) -> ResponseReturnValue:
    close_session()  # what a refused unit of work has read is not what is so
    return _show(_visible(card_id, VIEW), opened={name: form}, status=422)


def _show(
    found: GiftCard, *, opened: Mapping[str, Form] | None = None, status: int = 200
) -> ResponseReturnValue:
    may_manage = current_actor().may(MANAGE, store_id=found.store_id)
    dialogs = _dialogs(found) | dict(opened or {}) if may_manage else {}
    entries = giftcards.entries_of_card(found.id)
    sold_with = (
        Reference(found.sold_ref_kind, found.sold_ref_id)
        if found.sold_ref_kind and found.sold_ref_id
        else None
    )
    about = {Reference(one.ref_kind, one.ref_id) for one in entries if one.ref_kind and one.ref_id}
    return render(
        "payments/card.html",
        status=status,
        card=found,
        number=number_of(found),
        standing=standing_of(found),
        last_day=last_day_of(found),
        store=organization.store_by_id(found.store_id),
        holder=_holder(found),
        entries=list(reversed(entries)),
        names=named(about | ({sold_with} if sold_with else set())),
        sold_with=sold_with,
        code=giftcards.reveal(found.id) if giftcards.may_reveal(found) else None,
        may_print=current_actor().may(HAND_OUT, store_id=found.store_id),
        may_be_handed_out=giftcards.may_be_handed_out(found),
        dialogs=dialogs,
        opened=next(iter(opened or ()), ""),
        approvals=[
            one
            for one in of_record(Reference(_KIND, found.id))
            if one.approval.state is ApprovalState.WAITING
        ],
        changes=last_changes(_KIND, found.id),
        reference=Reference,
    )


def _dialogs(found: GiftCard) -> dict[str, Form]:
    adjusting = forms.AdjustForm(prefix="adjust-", formdata=None)
    adjusting.client_id.data = str(uuid.uuid4())
    return {
        "block": forms.ReasonForm(prefix="block-", formdata=None),
        "unblock": forms.ReasonForm(prefix="unblock-", formdata=None),
        "adjust": adjusting,
        "extend": forms.ExtendForm(prefix="extend-", formdata=None),
    }


def _show_new(form: forms.IssueForm, *, status: int = 200) -> ResponseReturnValue:
    return render("payments/new.html", status=status, form=form)


def _offered(form: forms.IssueForm) -> forms.IssueForm:
    own = current_actor().stores(MANAGE)
    stores = [one for one in organization.list_stores() if own is None or one.id in own]
    form.store.choices = [SelectChoice(one.code, one.name) for one in stores]
    company = organization.get_company().currency
    others = sorted({one.currency for one in organization.list_channels()} - {company})
    form.currency.choices = [SelectChoice(code, code) for code in (company, *others)]
    return form


def _visible(card_id: int, permission: str) -> GiftCard:
    """
    Return a card of a store where the caller may do this.

    :raises NotFound: there is none, or it is another store's
    """
    found = giftcards.get_card(card_id)
    if not current_actor().may(permission, store_id=found.store_id):
        raise NotFound(_("There is no gift card %(id)s.", id=card_id))
    return found


def _holder(found: GiftCard) -> customers.Customer | None:
    if found.customer_id is None or not current_actor().may("customers.view"):
        return None
    return customers.get_customer(found.customer_id)


def _in_a_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _asked_words() -> str:
    return _("It waits for a second person. You see here what becomes of it.")


# --- how others name and find them ------------------------------------------------------------


def names(keys: Sequence[int]) -> Mapping[int, Found]:
    if not current_actor().may(VIEW):
        return {}
    own = own_stores()
    return {
        key: _found(one)
        for key, one in finding.cards_by_key(keys).items()
        if own is None or one.store_id in own
    }


def find(text: str) -> Iterator[Found]:
    """Find a gift card by its whole code or its last four signs."""
    signs = text.strip().replace("-", "").replace(" ", "")
    if current_actor().may(VIEW) and len(signs) in (4, 16) and signs.isalnum():
        meant = finding.Sought(signs)
        for one in finding.find_cards(sought=meant, stores=own_stores(), limit=5):
            yield _found(one, exact=True)


def _found(one: GiftCard, *, exact: bool = False) -> Found:
    return Found(
        kind=_("Gift cards"),
        title=number_of(one),
        detail=standing_words().get(standing_of(one), ""),
        url=url_for("payments.card", card_id=one.id),
        icon="gift",
        exact=exact,
    )
