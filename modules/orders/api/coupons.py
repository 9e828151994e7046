"""Codes of shoppers: guarded against guessing, and kept for one checkout while it is paid."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Annotated, Any, TypeVar, cast

from flask import Response
from pydantic import Field

from app.access import scope
from app.api import Code, In, Out, writes
from app.db import transact
from app.errors import NotFound
from modules import promotions
from modules.orders.api.base import WRITE, api
from modules.orders.shapes import ExternalId

View = TypeVar("View", bound=Callable[..., Any])
_UNKNOWN = promotions.Reason.CODE_UNKNOWN


class NoSuchCode(NotFound):
    """Nobody has the code that was named: it may have been a guess."""


def guards_coupons(view: View) -> View:
    """Count the codes of a request that nobody has: who names too many has to wait."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if not kwargs["body"].coupons:
            return view(*args, **kwargs)
        promotions.refuse_guessing()
        try:
            found = view(*args, **kwargs)
        except (promotions.UsedUp, NoSuchCode) as refusal:
            if isinstance(refusal, NoSuchCode) or refusal.reason is _UNKNOWN:
                transact(lambda: promotions.note_guesses(1))
            raise
        if wrong := _unknown_in(found):
            transact(lambda: promotions.note_guesses(wrong))
        return found

    return cast(View, answer)


def _unknown_in(answer: Any) -> int:
    """Return how many codes the answer of a quote calls unknown."""
    body = answer.get_json() if isinstance(answer, Response) else answer
    told = body.get("rejected", ()) if isinstance(body, dict) else ()
    return sum(one["reason"] == _UNKNOWN for one in told)


class ReservationIn(In):
    code: Code
    channel: Code
    external_id: ExternalId
    """What the order of this checkout will be called."""
    minutes: Annotated[int, Field(ge=1, le=120, strict=True)] = 15

    @property
    def coupons(self) -> list[str]:
        return [self.code]


class ReleaseIn(In):
    code: Code
    channel: Code
    external_id: ExternalId


class ReservationOut(Out):
    code: str
    until: str


@api.post("/coupons/reservations")
@api.input(ReservationIn, arg_name="body")
@api.output(ReservationOut, status_code=201)
@scope(WRITE)
@guards_coupons
@writes
def reserve_coupon(body: ReservationIn) -> tuple[dict[str, Any], int]:
    """Keep a code of a batch for one checkout: until then no other order can use it."""
    try:
        until = promotions.reserve_code(
            code=body.code,
            checkout=f"{body.channel} {body.external_id}",
            lasting=timedelta(minutes=body.minutes),
        )
    except NotFound as missing:
        raise NoSuchCode(str(missing)) from None
    return {"code": promotions.plain_codes([body.code])[0], "until": until.isoformat()}, 201


@api.post("/coupons/releases")
@api.input(ReleaseIn, arg_name="body")
@scope(WRITE)
@writes
def release_coupon(body: ReleaseIn) -> dict[str, Any]:
    """Let go of a code that a checkout has reserved."""
    promotions.release_code(code=body.code, checkout=f"{body.channel} {body.external_id}")
    return {"code": body.code}
