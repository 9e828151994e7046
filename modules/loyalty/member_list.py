"""The list of members: what it can be asked, its columns and orders."""

from collections.abc import Mapping, Sequence

from flask import url_for

from app.actor import current_actor
from app.fields import free_text
from app.i18n import _, lazy
from app.lists import MOMENT, NUMBER, Asked, Column, ListSpec
from modules import customers
from modules.loyalty import finding
from modules.loyalty.finding import Beside, Wanted
from modules.loyalty.models import Member
from modules.loyalty.queries import list_programs, tiers_of
from modules.loyalty.rights import EXPORT, VIEW

_MOST_CUSTOMERS = 200


def program_words() -> dict[str, str]:
    return {one.code: one.name for one in list_programs()}


def tier_words(program: str) -> dict[str, str]:
    """Return the tiers that can be asked for: of one programme, or of all of them."""
    programs = [one for one in list_programs() if program in ("", one.code)]
    several = len(programs) > 1
    found = {
        str(tier.id): f"{one.name}: {tier.name}" if several else tier.name
        for one in programs
        for tier in tiers_of(one.id)
    }
    return {**found, "none": _("No tier")} if found else {}


def standing_words() -> dict[str, str]:
    return {"active": _("Members now"), "left": _("Who left")}


def question(args: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for; a word that means nothing asks for nothing."""
    program, tier = args.get("program", ""), args.get("tier", "")
    standing = args.get("standing", "")
    plain = tier if tier == "none" or (tier.isascii() and tier.isdigit() and len(tier) < 19) else ""
    return {
        "q": args.get("q", "").strip(),
        "program": program[:32],
        "tier": plain,
        "standing": standing if standing in standing_words() else "",
    }


def wanted(args: Mapping[str, str]) -> Wanted:
    """Return the members that are asked for; a text may be a card, a name, a number, a contact."""
    asked = question(args)
    text = asked.pop("q")
    meant: list[int] = []
    if text and current_actor().may("customers.view"):
        meant = [one.id for one in customers.list_customers(q=text, limit=_MOST_CUSTOMERS)]
    return Wanted(text=text, customers=meant, **asked)


def names_of(rows: Sequence[Member]) -> Mapping[int, str]:
    """Return what the customers behind members are called, for who may see customers."""
    if not rows or not current_actor().may("customers.view"):
        return {}
    found = customers.customer_names({one.customer_id for one in rows})
    return {key: free_text(name) for key, name in found.items()}


def name_in(names: Mapping[int, str], member: Member) -> str:
    """Return what a member is called: by name, or by the number of the customer."""
    return names.get(member.customer_id) or f"C-{member.customer_id}"


def _points(row: Member, beside: Beside) -> int:
    account = beside.accounts.get(row.id)
    return account.balance if account else 0


def _pending(row: Member, beside: Beside) -> int:
    account = beside.accounts.get(row.id)
    return account.pending if account else 0


def labels(member_ids: Sequence[int]) -> Mapping[int, str]:
    found = finding.members_by_key(member_ids)
    names = names_of([*found.values()])
    return {key: name_in(names, one) for key, one in found.items()}


def _find(asked: Asked) -> Sequence[Member]:
    return finding.find_members(
        wanted=wanted(asked.args),
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
    )


MEMBERS = ListSpec(
    code="loyalty_members",
    title=lazy("Loyalty members"),
    endpoint="loyalty.members",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "program", "tier", "standing"),
    sorts=(finding.NEWEST_FIRST, finding.OLDEST_FIRST),
    find=_find,
    key=lambda row: row.id,
    beside=lambda rows: finding.beside_members(rows, names_of(rows)),
    count=lambda args, cap: finding.count_members_found(wanted=wanted(args), cap=cap),
    newest=finding.newest_member,
    labels=labels,
    url=lambda key, _name: url_for("loyalty.member", member_id=key),
    columns=(
        Column(
            code="member",
            title=lazy("Member"),
            value=lambda row, beside: name_in(beside.names, row),
            drawn=True,
        ),
        Column(
            code="program",
            title=lazy("Programme"),
            value=lambda row, beside: beside.programs[row.program_id].name,
            cls="c-md sm wrap",
        ),
        Column(
            code="tier",
            title=lazy("Tier"),
            value=lambda row, beside: beside.tiers.get(row.tier_id, ""),
            cls="sm",
        ),
        Column(
            code="card",
            title=lazy("Card"),
            value=lambda row, beside: beside.cards.get(row.id, ""),
            cls="c-md sm code",
        ),
        Column(
            code="points",
            title=lazy("Can be spent"),
            value=_points,
            kind=NUMBER,
            cls="num m",
        ),
        Column(code="pending", title=lazy("Pending"), value=_pending, kind=NUMBER, cls="c-md num"),
        Column(
            code="joined",
            title=lazy("Joined"),
            value=lambda row, _beside: row.joined_at,
            kind=MOMENT,
            cls="c-lg sm",
            sorts=("newest", "oldest"),
        ),
    ),
)
