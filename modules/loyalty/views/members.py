"""Members: the list, enrolling, one member's page, and what is done with points by hand."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.approving import ApprovalState, of_record
from app.db import close_session, transact
from app.errors import InvalidInput, RuleViolation
from app.forms import Form
from app.history_page import last_changes, person_of
from app.i18n import _
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import toast
from app.reference import Reference
from app.web import go_to, render
from modules import organization
from modules.loyalty import acts, words
from modules.loyalty.cards import links
from modules.loyalty.forms import members as forms
from modules.loyalty.member_list import (
    MEMBERS,
    name_in,
    names_of,
    program_words,
    question,
    standing_words,
    tier_words,
)
from modules.loyalty.models import Member, ProgramState
from modules.loyalty.operations import (
    enrol,
    found_household,
    issue_card,
    join_household,
    leave,
    leave_household,
    mark_staff,
)
from modules.loyalty.operations.members import KIND
from modules.loyalty.operations.rewards import claim_reward, undo_claim
from modules.loyalty.queries import (
    cards_of,
    entries_of,
    get_member,
    get_program_by_code,
    household_members,
    list_programs,
    rewards_of,
)
from modules.loyalty.rights import CORRECT, ENROL, VIEW
from modules.loyalty.standing import claims_of, standing_of
from modules.loyalty.views.blueprint import blueprint, is_active
from modules.loyalty.views.naming import members_meant

_LEDGER = 30


@blueprint.get("/members/")
@requires(VIEW)
def members() -> ResponseReturnValue:
    if (address := opening_view(MEMBERS)) is not None:
        return go_to(address)
    page = open_list(MEMBERS)
    asked = question(page.question.args)
    programs = program_words()
    filters = [choice_filter(_("Tier"), "tier", tier_words(asked["program"]), asked["tier"])]
    if len(programs) > 1:
        filters.insert(0, choice_filter(_("Programme"), "program", programs, asked["program"]))
    return render(
        "loyalty/members.html",
        table=page,
        listing=page.listing,
        total=count_rows(page),
        q=asked["q"],
        filters=[
            *filters,
            choice_filter(_("State"), "standing", standing_words(), asked["standing"]),
            *page.sort_filter,
        ],
        narrowed=any(asked.values()),
        name_in=name_in,
        is_active=is_active,
        has_programs=bool(programs),
        may_enrol=current_actor().may(ENROL),
    )


@blueprint.get("/members/new")
@requires(ENROL)
def enrolling() -> ResponseReturnValue:
    form = forms.EnrolForm(list_programs(state=ProgramState.ACTIVE), formdata=None)
    form.customer.data = request.args.get("customer", "")[:40]
    return _show_new(form)


@blueprint.post("/members/new")
@requires(ENROL)
def enrol_customer() -> ResponseReturnValue:
    form = forms.EnrolForm(list_programs(state=ProgramState.ACTIVE))

    def work(*, program: str, customer: str, number: str, referred_by: str) -> int:
        member = enrol(
            program_id=get_program_by_code(program).id,
            customer_id=forms.customer_of(customer),
            referred_by=referred_by or "",
        )
        issue_card(member_id=member.id, number=(number or "").strip() or None)
        return member.id

    if form.carry_out(work):
        toast(_("Enrolled. The first card is ready."))
        return go_to(url_for(".member", member_id=form.done))
    return _show_new(form, status=422)


@blueprint.get("/members/<int:member_id>")
@requires(VIEW)
def member(member_id: int) -> ResponseReturnValue:
    return _show(get_member(member_id))


@blueprint.post("/members/<int:member_id>/points")
@requires(CORRECT)
def correct(member_id: int) -> ResponseReturnValue:
    form = forms.PointsForm(CORRECT, prefix="points-")

    def given() -> dict[str, Any]:
        return {
            "member_id": member_id,
            "points": form.change,
            "reason": form.reason.data or "",
            "client_id": form.client_id.data or str(uuid.uuid4()),
            "store_id": organization.get_store(form.store.data).id,
        }

    if form.carry_out_within_limits(
        lambda **_typed: acts.correct_points(**given()), lambda: acts.points_wanted(**given())
    ):
        toast(
            _("It waits for a second person. You see here what becomes of it.")
            if form.asked
            else _("The points are corrected.")
        )
        return go_to(url_for(".member", member_id=member_id))
    return refused(member_id, "points", form)


@blueprint.post("/members/<int:member_id>/claims")
@requires(ENROL)
def claim(member_id: int) -> ResponseReturnValue:
    found = get_member(member_id)
    form = forms.ClaimForm(rewards_of(found.program_id), ENROL, prefix="claim-")

    def work(*, client_id: str, reward: str, store: str) -> None:
        claim_reward(
            member_id=member_id,
            reward=reward,
            client_id=client_id or str(uuid.uuid4()),
            on=organization.today(),
            store_id=organization.get_store(store).id,
        )

    if form.carry_out(work):
        toast(_("The points are spent and the reward is given."))
        return go_to(url_for(".member", member_id=member_id))
    return refused(member_id, "claim", form)


@blueprint.post("/members/<int:member_id>/claims/<int:claim_id>/undo")
@requires(ENROL)
def undo(member_id: int, claim_id: int) -> ResponseReturnValue:
    if claim_id not in {one.id for one, _reward in claims_of(member_id)}:
        abort(404)
    return act(member_id, lambda: undo_claim(claim_id=claim_id, on=organization.today()))


@blueprint.post("/members/<int:member_id>/departure")
@requires(ENROL)
def let_go(member_id: int) -> ResponseReturnValue:
    return act(member_id, lambda: leave(member_id=member_id), _("No member any more."))


@blueprint.post("/members/<int:member_id>/staff")
@requires(ENROL)
def staff(member_id: int) -> ResponseReturnValue:
    works_here = request.form.get("is_staff") == "1"
    return act(member_id, lambda: mark_staff(member_id=member_id, is_staff=works_here))


@blueprint.post("/members/<int:member_id>/household")
@requires(ENROL)
def household(member_id: int) -> ResponseReturnValue:
    """Put two members into one household, which the other one may have already."""
    found = get_member(member_id)
    code = standing_of(found, on=organization.today()).program.code
    form = forms.HouseholdForm(prefix="household-")

    def work(*, with_member: str) -> None:
        meant = [one for one in members_meant(code, with_member) if one.id != member_id]
        if len(meant) != 1:
            text = _("No other member, or several, are found by this. Scan the card.")
            raise InvalidInput(text, field="with_member")
        other = meant[0]
        key = other.household_id or found_household(member_id=other.id, name="").id
        join_household(member_id=member_id, household_id=key)

    if form.carry_out(work):
        toast(_("They spend from one pool now."))
        return go_to(url_for(".member", member_id=member_id))
    return refused(member_id, "household", form)


@blueprint.post("/members/<int:member_id>/household/leave")
@requires(ENROL)
def out_of_household(member_id: int) -> ResponseReturnValue:
    return act(member_id, lambda: leave_household(member_id=member_id))


# --- the pages --------------------------------------------------------------------------------


def act(member_id: int, work: Any, said: str = "") -> ResponseReturnValue:
    """Do what a button of the member's page says, and show the page again."""
    try:
        transact(work)
    except RuleViolation as refusal:
        close_session()
        return _show(get_member(member_id), refusal=str(refusal), status=422)
    if said:
        toast(said)
    return go_to(url_for(".member", member_id=member_id))


def refused(member_id: int, name: str, form: Form) -> ResponseReturnValue:
    close_session()  # what a refused unit of work has read is not what is so
    return _show(get_member(member_id), opened={name: form}, status=422)


def _show_new(form: forms.EnrolForm, *, status: int = 200) -> ResponseReturnValue:
    return render("loyalty/new_member.html", status=status, form=form)


def _show(
    found: Member,
    *,
    opened: Mapping[str, Form] | None = None,
    refusal: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    actor = current_actor()
    standing = standing_of(found, on=organization.today())
    program = standing.program
    before = request.args.get("before", "")
    older = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    entries = entries_of(found.id, before=older, limit=_LEDGER + 1)
    rewards = rewards_of(program.id)
    cards = cards_of([found.id])
    may_enrol = actor.may(ENROL)
    others = [
        one
        for one in (household_members(found.household_id) if found.household_id else ())
        if one.id != found.id
    ]
    names = names_of([found, *others])
    link = links.open_link(found.id) if may_enrol else None
    return render(
        "loyalty/member.html",
        status=status,
        member=found,
        name=name_in(names, found),
        standing=standing,
        program=program,
        measure=lambda amount: words.measure(program.tier_metric, amount, program),
        window=words.window_words(program),
        times=words.times,
        entries=entries[:_LEDGER],
        older=entries[_LEDGER - 1][0].id if len(entries) > _LEDGER else None,
        references=_references([entry for entry, _wallet in entries]),
        reference=Reference,
        person_of=person_of,
        cards=cards,
        claims=claims_of(found.id),
        goods="goods",
        rewards=rewards,
        others=[(one, name_in(names, one)) for one in others],
        link=url_for(".mine", secret=links.secret_of(link), _external=True) if link else "",
        is_active=is_active(found),
        may_enrol=may_enrol,
        may_correct=actor.may(CORRECT),
        sees_customers=actor.may("customers.view"),
        dialogs=_dialogs(rewards, cards) | dict(opened or {}),
        opened=next(iter(opened or ()), ""),
        refusal=refusal,
        approvals=[
            one
            for one in of_record(Reference(KIND, found.id))
            if one.approval.state is ApprovalState.WAITING
        ],
        changes=last_changes(KIND, found.id),
    )


def _dialogs(rewards: Any, cards: Any) -> dict[str, Form]:
    points = forms.PointsForm(CORRECT, prefix="points-", formdata=None)
    claim = forms.ClaimForm(rewards, ENROL, prefix="claim-", formdata=None)
    points.client_id.data = claim.client_id.data = str(uuid.uuid4())
    return {
        "points": points,
        "claim": claim,
        "card": forms.CardForm(prefix="card-", formdata=None),
        "block": forms.BlockForm(cards, prefix="block-", formdata=None),
        "replace": forms.ReplaceForm(cards, prefix="replace-", formdata=None),
        "household": forms.HouseholdForm(prefix="household-", formdata=None),
    }


def _references(entries: Any) -> dict[Reference, tuple[str, str]]:
    """Return the words and the address of what entries speak about, as other rooms tell them."""
    wanted = list(
        dict.fromkeys(
            Reference(one.ref_kind, one.ref_id) for one in entries if one.ref_kind and one.ref_id
        )
    )
    found: dict[Reference, tuple[str, str]] = {}
    for filler in current_app.extensions["slots"].get("payments.references", ()):
        found |= filler(references=wanted)
    return found
