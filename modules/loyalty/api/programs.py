"""Programmes for programs: list, read, set up, change."""

from dataclasses import fields
from typing import Any

from flask import url_for

from app.access import scope
from app.api import PageIn, etag, expected_version, pack_cursor, unpack_cursor, writes
from modules.loyalty import operations, queries
from modules.loyalty.api.base import READ, WRITE, api
from modules.loyalty.api.shapes import (
    ProgramChangeIn,
    ProgramIn,
    ProgramOut,
    ProgramsOut,
    RewardIn,
    RewardOut,
    RuleIn,
    TierIn,
)
from modules.loyalty.given import ProgramData, RewardData, RuleData, TierData
from modules.loyalty.models import Program, ProgramState

Answer = tuple[ProgramOut, int, dict[str, str]]
_TERMS = [one.name for one in fields(ProgramData) if one.name != "name"]


@api.get("/loyalty/programs")
@api.input(PageIn, location="query", arg_name="query")
@api.output(ProgramsOut)
@scope(READ)
def list_programs(query: PageIn) -> dict[str, Any]:
    """List the loyalty programmes, oldest first."""
    after = unpack_cursor(query.cursor, int)[0] if query.cursor else None
    found = queries.page_of_programs(after=after, limit=query.limit + 1)
    page = found[: query.limit]
    return {
        "items": [_shown(one) for one in page],
        "next_cursor": pack_cursor(page[-1].id) if len(found) > query.limit else None,
    }


@api.post("/loyalty/programs")
@api.input(ProgramIn, arg_name="body")
@api.output(ProgramOut, status_code=201)
@scope(WRITE)
@writes
def create_program(body: ProgramIn) -> Answer:
    """Set a programme up whole: terms, wallets, tiers, rules and rewards; it is open at once."""
    terms = {name: getattr(body, name) for name in _TERMS}
    program = operations.create_program(code=body.code, data=ProgramData(name=body.name, **terms))
    for wallet in body.wallets:
        operations.add_wallet(
            program_id=program.id, code=wallet.code, name=wallet.name, kind=wallet.kind
        )
    if body.tiers:
        operations.set_tiers(program_id=program.id, tiers=_tiers(body.tiers))
    if body.rules:
        operations.set_rules(program_id=program.id, rules=_rules(body.rules))
    for reward in body.rewards:
        operations.add_reward(program_id=program.id, data=_reward(reward))
    if body.open:
        operations.open_program(program_id=program.id, version=program.version)
    shown, status, headers = _answer(program, 201)
    location = {"Location": url_for("loyalty_api.get_program", program=program.code)}
    return shown, status, headers | location


@api.get("/loyalty/programs/<program>")
@api.output(ProgramOut)
@scope(READ)
def get_program(program: str) -> Answer:
    """Return a programme by its code, with all that it promises."""
    return _answer(queries.get_program_by_code(program))


@api.patch("/loyalty/programs/<program>")
@api.input(ProgramChangeIn, arg_name="body")
@api.output(ProgramOut)
@scope(WRITE)
@writes
def change_program(program: str, body: ProgramChangeIn) -> Answer:
    """Change terms, or put other tiers or rules in place of all; what was earned stays."""
    found = queries.get_program_by_code(program)
    known = operations.data_of(found)
    said = {name: getattr(body, name) for name in _TERMS if name in body.model_fields_set}
    if body.name is not None:
        said["name"] = body.name
    data = ProgramData(**{**vars(known), **said})
    found = operations.update_program(program_id=found.id, version=expected_version(), data=data)
    if body.tiers is not None:
        operations.set_tiers(program_id=found.id, tiers=_tiers(body.tiers))
    if body.rules is not None:
        operations.set_rules(program_id=found.id, rules=_rules(body.rules))
    if body.state is ProgramState.ACTIVE and found.state is not ProgramState.ACTIVE:
        operations.open_program(program_id=found.id, version=found.version)
    elif body.state is ProgramState.CLOSED and found.state is not ProgramState.CLOSED:
        operations.close_program(program_id=found.id, version=found.version)
    return _answer(found)


@api.post("/loyalty/programs/<program>/rewards")
@api.input(RewardIn, arg_name="body")
@api.output(RewardOut, status_code=201)
@scope(WRITE)
@writes
def add_reward(program: str, body: RewardIn) -> tuple[RewardOut, int]:
    """Offer members something for their points."""
    found = queries.get_program_by_code(program)
    operations.add_reward(program_id=found.id, data=_reward(body))
    return next(one for one in _shown(found).rewards if one.code == body.code), 201


def _tiers(given: list[TierIn]) -> list[TierData]:
    return [TierData(**one.model_dump()) for one in given]


def _rules(given: list[RuleIn]) -> list[RuleData]:
    return [RuleData(**one.model_dump()) for one in given]


def _reward(given: RewardIn) -> RewardData:
    return RewardData(**given.model_dump())


def _answer(program: Program, status: int = 200) -> Answer:
    return _shown(program), status, etag(program.version)


def _shown(program: Program) -> ProgramOut:
    wallets = queries.wallets_of(program.id)
    codes = {one.id: one.code for one in queries.wallets_of(program.id, all_of_them=True)}

    def row(one: Any, *names: str) -> dict[str, Any]:
        wallet = codes.get(one.wallet_id) if one.wallet_id else None
        return {name: getattr(one, name) for name in names} | {"wallet": wallet}

    found = {
        "id": str(program.id),
        "code": program.code,
        "name": program.name,
        "state": program.state,
        "terms": {name: getattr(program, name) for name in _TERMS},
        "wallets": [{"code": one.code, "name": one.name, "kind": one.kind} for one in wallets],
        "tiers": [
            {
                "code": one.code,
                "name": one.name,
                "threshold": one.threshold,
                "multiplier_bp": one.multiplier_bp,
            }
            for one in queries.tiers_of(program.id)
        ],
        "rules": [row(one, *_OF_RULE) for one in queries.rules_of(program.id)],
        "rewards": [row(one, *_OF_REWARD) for one in queries.rewards_of(program.id)],
        "members": queries.count_members([program.id]).get(program.id, 0),
        "version": program.version,
        "created_at": program.created_at,
        "updated_at": program.updated_at,
    }
    return ProgramOut.model_validate(found)


_OF_RULE = [name for name in RuleIn.model_fields if name != "wallet"]
_OF_REWARD = [name for name in RewardOut.model_fields if name != "wallet"]
