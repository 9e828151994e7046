"""Cards of members: given, blocked, replaced, printed one by one or many, shown on a phone."""

import uuid

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app import tries
from app.access import public, requires
from app.db import session
from app.errors import NotFound
from app.i18n import _, language, speaking
from app.look import toast
from app.qr import qr_picture
from app.web import go_to, render
from modules import customers, organization
from modules.loyalty.cards import bars, links, printing, prints
from modules.loyalty.cards.printing import PrintedCard
from modules.loyalty.forms import members as forms
from modules.loyalty.member_list import name_in, names_of
from modules.loyalty.models import Card, Member, Program
from modules.loyalty.operations import block_card, issue_card, replace_card, unblock_card
from modules.loyalty.queries import cards_of, get_member, get_program, get_program_by_code
from modules.loyalty.rights import ENROL, MANAGE
from modules.loyalty.standing import standing_of
from modules.loyalty.views.blueprint import blueprint
from modules.loyalty.views.members import act, refused
from modules.loyalty.words import measure


@blueprint.post("/members/<int:member_id>/cards")
@requires(ENROL)
def give_card(member_id: int) -> ResponseReturnValue:
    form = forms.CardForm(prefix="card-")

    def work(*, number: str) -> Card:
        return issue_card(member_id=member_id, number=(number or "").strip() or None)

    if form.carry_out(work):
        toast(_("Card %(number)s is given.", number=form.done.number))
        return go_to(url_for(".member", member_id=member_id))
    return refused(member_id, "card", form)


@blueprint.post("/members/<int:member_id>/cards/block")
@requires(ENROL)
def block(member_id: int) -> ResponseReturnValue:
    form = forms.BlockForm(cards_of([member_id]), prefix="block-")

    def work(*, card: str, reason: str) -> None:
        block_card(number=card, reason=reason)

    if form.carry_out(work):
        toast(_("The card is blocked; the points stay."))
        return go_to(url_for(".member", member_id=member_id))
    return refused(member_id, "block", form)


@blueprint.post("/cards/<int:card_id>/unblock")
@requires(ENROL)
def unblock(card_id: int) -> ResponseReturnValue:
    card = _card(card_id)
    return act(
        card.member_id, lambda: unblock_card(number=card.number), _("The card can be used again.")
    )


@blueprint.post("/members/<int:member_id>/cards/replacement")
@requires(ENROL)
def replace(member_id: int) -> ResponseReturnValue:
    form = forms.ReplaceForm(cards_of([member_id]), prefix="replace-")

    def work(*, card: str, by: str, reason: str) -> Card:
        return replace_card(number=card, by=(by or "").strip() or None, reason=reason)

    if form.carry_out(work):
        toast(_("Card %(number)s takes its place.", number=form.done.number))
        return go_to(url_for(".member", member_id=member_id))
    return refused(member_id, "replace", form)


@blueprint.get("/cards/<int:card_id>/print")
@requires(ENROL)
def print_card(card_id: int) -> ResponseReturnValue:
    card = _card(card_id)
    member = get_member(card.member_id)
    program = get_program(member.program_id)
    holder = customers.get_customer(member.customer_id)
    with speaking(holder.locale or language()):
        pdf = printing.print_one(
            PrintedCard(card.number, name_in(names_of([member]), member)),
            company=organization.get_company().name,
            program=program.name,
            made_on=organization.today(),
        )
    return _paper(pdf, f"card-{card.number}.pdf")


# --- many at once -----------------------------------------------------------------------------


@blueprint.get("/programs/<code>/cards")
@requires(MANAGE, everywhere=True)
def print_list(code: str) -> ResponseReturnValue:
    form = forms.PrintForm(formdata=None)
    form.client_id.data = str(uuid.uuid4())
    return _show_prints(get_program_by_code(code), form)


@blueprint.post("/programs/<code>/cards")
@requires(MANAGE, everywhere=True)
def print_cards(code: str) -> ResponseReturnValue:
    program = get_program_by_code(code)
    form = forms.PrintForm()

    def work(*, client_id: str, count: int) -> int:
        made = prints.print_many(
            program_id=program.id, count=count, client_id=client_id or str(uuid.uuid4())
        )
        return made.id

    if form.carry_out(work):
        toast(_("The numbers are kept for these cards. Print them, and give them out by scanning."))
        return go_to(url_for(".print_list", code=code))
    return _show_prints(get_program_by_code(code), form, status=422)


@blueprint.get("/prints/<int:print_id>")
@requires(MANAGE, everywhere=True)
def sheet(print_id: int) -> ResponseReturnValue:
    made = prints.get_print(print_id)
    pdf = printing.print_sheet(
        [PrintedCard(number) for number in prints.numbers_of(made.id)],
        company=organization.get_company().name,
        program=get_program(made.program_id).name,
        made_on=organization.day_of(made.made_at),
    )
    return _paper(pdf, f"cards-{made.id}.pdf")


# --- on a phone -------------------------------------------------------------------------------


@blueprint.post("/members/<int:member_id>/phone-link")
@requires(ENROL)
def make_phone_link(member_id: int) -> ResponseReturnValue:
    said = _("Let the member scan the code: it opens the card on the phone.")
    return act(member_id, lambda: links.make_link(member_id=member_id), said)


@blueprint.post("/members/<int:member_id>/phone-link/end")
@requires(ENROL)
def end_phone_link(member_id: int) -> ResponseReturnValue:
    said = _("The link leads nowhere any more.")
    return act(member_id, lambda: links.end_link(member_id=member_id), said)


@blueprint.get("/members/<int:member_id>/phone-link")
@requires(ENROL)
def phone_link(member_id: int) -> ResponseReturnValue:
    """Show the code that opens the card on the member's phone."""
    found = get_member(member_id)
    link = links.open_link(found.id)
    if link is None:
        return go_to(url_for(".member", member_id=found.id))
    address = url_for(".mine", secret=links.secret_of(link), _external=True)
    return render(
        "loyalty/phone_link.html",
        member=found,
        name=name_in(names_of([found]), found),
        address=address,
        qr=qr_picture(address),
    )


@blueprint.get("/mine/<secret>")
@public
def mine(secret: str) -> ResponseReturnValue:
    """Show a member's card on the member's own phone: whoever has the address sees it."""
    try:
        member = links.member_of_secret(secret, ip=request.remote_addr or "")
    except NotFound as gone:
        return _quiet(render("loyalty/mine_gone.html", status=404, said=str(gone)))
    except tries.TooManyTries as wait:
        return _quiet(render("loyalty/mine_gone.html", status=429, said=str(wait)))
    with speaking(customers.get_customer(member.customer_id).locale or language()):
        return _quiet(_show_mine(member))


def _show_mine(member: Member) -> ResponseReturnValue:
    standing = standing_of(member, on=organization.today())
    program = standing.program
    card = links.card_shown(member.id)
    number = card.number if card else ""
    return render(
        "loyalty/mine.html",
        standing=standing,
        program=program,
        company=organization.get_company().name,
        number=number,
        bars=bars.bars_picture(number) if bars.is_ean(number) else "",
        qr=qr_picture(number) if number else "",
        measure=lambda amount: measure(program.tier_metric, amount, program),
    )


def _quiet(answer: ResponseReturnValue) -> ResponseReturnValue:
    """Let no search engine and no other site learn the address."""
    assert isinstance(answer, Response)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _card(card_id: int) -> Card:
    card = session.get(Card, card_id)
    if card is None:
        raise NotFound(_("No loyalty card has this number."))
    return card


def _show_prints(
    program: Program, form: forms.PrintForm, *, status: int = 200
) -> ResponseReturnValue:
    found = prints.prints_of(program.id)
    return render(
        "loyalty/prints.html",
        status=status,
        program=program,
        form=form,
        prints=found,
        given=prints.given_of([one.id for one in found]),
    )


def _paper(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
