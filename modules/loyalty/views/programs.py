"""Programmes: the list, one of them, setting it up, opening and pausing it, and its rewards."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.db import close_session, transact
from app.errors import RuleViolation
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.web import go_to, posted_version, render
from modules import organization
from modules.loyalty import words
from modules.loyalty.forms.programs import NewProgramForm, ProgramForm, RewardForm
from modules.loyalty.given import ProgramData, TierData
from modules.loyalty.models import Program, ProgramState, RewardKind, WalletKind
from modules.loyalty.operations import (
    add_reward,
    close_program,
    create_program,
    data_of,
    end_reward,
    open_program,
    set_tiers,
    update_program,
)
from modules.loyalty.operations.shapes import KIND
from modules.loyalty.queries import (
    count_members,
    get_program,
    get_program_by_code,
    liability_of,
    list_programs,
    members_by_tier,
    rewards_of,
    rules_of,
    tiers_of,
    wallets_of,
)
from modules.loyalty.rights import MANAGE, VIEW
from modules.loyalty.validity import Validity
from modules.loyalty.views.blueprint import STANDING, blueprint, may_manage


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    programs = list_programs()
    return render(
        "loyalty/index.html",
        programs=programs,
        members=count_members([one.id for one in programs]),
        standing=STANDING,
        spending=words.spending,
        may_manage=may_manage(),
    )


@blueprint.get("/programs/new")
@requires(MANAGE, everywhere=True)
def new() -> ResponseReturnValue:
    company = organization.get_company()
    beginning = ProgramData(
        name="",
        unit_name=_("points"),
        currency=company.currency,
        pending_days=14,
        validity=Validity.DAYS,
        valid_for=365,
        step_points=100,
        step_minor=500,
    )
    return _show_form(NewProgramForm(beginning=beginning))


@blueprint.post("/programs/new")
@requires(MANAGE, everywhere=True)
def create() -> ResponseReturnValue:
    form = NewProgramForm()

    def work(*, code: str, data: ProgramData, tiers: list[TierData]) -> Program:
        program = create_program(code=code, data=data)
        set_tiers(program_id=program.id, tiers=tiers)
        return program

    if form.carry_out(work):
        toast(_("%(name)s is set up. Open it when it is right.", name=form.done.name))
        return go_to(url_for(".program", code=form.done.code))
    return _show_form(form, status=422)


@blueprint.post("/programs/sentences")
@requires(MANAGE, everywhere=True)
def example() -> ResponseReturnValue:
    """Return what is typed, in sentences; nothing is saved."""
    form = NewProgramForm()
    return render("loyalty/_said.html", said=words.sentences(form.terms, form.typed_tiers))


@blueprint.get("/programs/<code>")
@requires(VIEW)
def program(code: str) -> ResponseReturnValue:
    return _show(get_program_by_code(code))


@blueprint.get("/programs/<code>/edit")
@requires(MANAGE, everywhere=True)
def edit(code: str) -> ResponseReturnValue:
    found = get_program_by_code(code)
    return _show_form(ProgramForm(found, tiers_of(found.id)), found)


@blueprint.post("/programs/<code>/edit")
@requires(MANAGE, everywhere=True)
def save(code: str) -> ResponseReturnValue:
    found = get_program_by_code(code)
    program_id, version = found.id, posted_version()
    form = ProgramForm(tiers=tiers_of(program_id))

    def work(*, data: ProgramData, tiers: list[TierData]) -> None:
        update_program(program_id=program_id, version=version, data=data)
        if tiers != told_tiers(program_id):
            set_tiers(program_id=program_id, tiers=tiers)

    if form.carry_out(work):
        toast(_("%(name)s is saved.", name=form.name.data))
        return go_to(url_for(".program", code=code))
    close_session()
    found = get_program_by_code(code)
    return _show_form(form, found, status=409 if found.version != version else 422)


@blueprint.post("/programs/<code>/opening")
@requires(MANAGE, everywhere=True)
def open_it(code: str) -> ResponseReturnValue:
    return _move(code, open_program, _("%(name)s is open: members join and earn."))


@blueprint.post("/programs/<code>/pause")
@requires(MANAGE, everywhere=True)
def pause(code: str) -> ResponseReturnValue:
    said = _("%(name)s is paused: nobody joins or earns; what members have can be spent.")
    return _move(code, close_program, said)


@blueprint.post("/programs/<code>/rewards")
@requires(MANAGE, everywhere=True)
def reward(code: str) -> ResponseReturnValue:
    found = get_program_by_code(code)
    form = RewardForm(found.currency, prefix="reward-")
    if form.carry_out(add_reward, program_id=found.id):
        toast(_("Members can have %(name)s now.", name=form.done.name))
        return go_to(url_for(".program", code=code))
    close_session()
    return _show(get_program_by_code(code), opened={"reward": form}, status=422)


@blueprint.post("/programs/<code>/rewards/<reward>/end")
@requires(MANAGE, everywhere=True)
def take_off(code: str, reward: str) -> ResponseReturnValue:
    found = get_program_by_code(code)
    ended = transact(lambda: end_reward(program_id=found.id, code=reward))
    toast(_("%(name)s is off the list; who has it keeps it.", name=ended.name))
    return go_to(url_for(".program", code=code))


# --- the pages --------------------------------------------------------------------------------


def told_tiers(program_id: int) -> list[TierData]:
    """Return the tiers of a programme as they would be given."""
    return [
        TierData(
            code=one.code,
            name=one.name,
            threshold=one.threshold,
            multiplier_bp=one.multiplier_bp,
            price_list=one.price_list,
        )
        for one in tiers_of(program_id)
    ]


def _move(code: str, operation: Any, said: str) -> ResponseReturnValue:
    found = get_program_by_code(code)
    program_id, version = found.id, posted_version()
    try:
        moved = transact(lambda: operation(program_id=program_id, version=version))
    except RuleViolation as refusal:
        close_session()
        now = get_program(program_id)
        return _show(now, refusal=str(refusal), status=409 if now.version != version else 422)
    toast(said % {"name": moved.name})
    return go_to(url_for(".program", code=code))


def _show(
    found: Program,
    *,
    opened: Mapping[str, Any] | None = None,
    refusal: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    owed = liability_of(found.id)
    points = next(one for one in owed if one.wallet.kind is WalletKind.POINTS)
    manages = may_manage()
    forms: dict[str, Any] = {}
    if manages:
        empty = RewardForm(found.currency, prefix="reward-", formdata=None)
        forms = {"reward": empty, **(opened or {})}
    return render(
        "loyalty/program.html",
        status=status,
        program=found,
        standing=STANDING[found.state],
        said=words.sentences(data_of(found), told_tiers(found.id)),
        tiers=tiers_of(found.id),
        in_tier=members_by_tier(found.id),
        members=count_members([found.id]).get(found.id, 0),
        points=points,
        rewards=rewards_of(found.id),
        reward_words=words.REWARDS,
        kinds=RewardKind,
        wallets={one.id: one for one in wallets_of(found.id)},
        rules=rules_of(found.id),
        measure=lambda amount: words.measure(found.tier_metric, amount, found),
        times=words.times,
        dialogs=forms,
        opened=next(iter(opened or ()), ""),
        refusal=refusal,
        may_manage=manages,
        is_open=found.state is ProgramState.ACTIVE,
        changes=last_changes(KIND, found.id),
    )


def _show_form(
    form: ProgramForm, found: Program | None = None, *, status: int = 200
) -> ResponseReturnValue:
    version = posted_version() or (found.version if found else 0)
    return render(
        "loyalty/edit.html",
        status=status,
        form=form,
        program=found,
        version=version,
        said=words.sentences(form.terms, form.typed_tiers),
    )
