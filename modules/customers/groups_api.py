"""Groups of customers, and what other systems have learned of a customer, for programs."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.access import scope
from app.api import Code, In, Line, Out, etag, expected_version, writes
from modules.customers import operations, queries
from modules.customers.api import READ, WRITE, CustomerOut, api, told
from modules.customers.facts import get_group, list_groups
from modules.customers.models import CustomerGroup, Stage

__all__ = ["api"]

Word = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class GroupIn(In):
    code: Code
    name: Line


class GroupChange(In):
    name: Line | None = None
    archived: bool | None = None


class FactsIn(In):
    """A stage, and segments, as another system worked them out; they replace the old."""

    stage: Stage | None = None
    segments: Annotated[list[Word], Field(max_length=50)] = []


class GroupOut(Out):
    code: str
    name: str
    archived: bool
    version: int


class GroupsOut(Out):
    items: list[GroupOut]


@api.get("/customer-groups")
@api.output(GroupsOut)
@scope(READ)
def groups() -> GroupsOut:
    return GroupsOut(items=[_body(one) for one in list_groups(archived=True)])


@api.post("/customer-groups")
@api.input(GroupIn, arg_name="body")
@api.output(GroupOut, status_code=201)
@scope(WRITE)
@writes
def create_group(body: GroupIn) -> tuple[GroupOut, int, dict[str, str]]:
    made = operations.create_group(code=body.code, name=body.name)
    return _body(made), 201, etag(made.version)


@api.patch("/customer-groups/<code>")
@api.input(GroupChange, arg_name="body")
@api.output(GroupOut)
@scope(WRITE)
@writes
def change_group(code: str, body: GroupChange) -> tuple[GroupOut, int, dict[str, str]]:
    group = get_group(code)
    is_archived = group.archived_at is not None
    changed = operations.update_group(
        code=code,
        version=expected_version(),
        name=group.name if body.name is None else body.name,
        archived=is_archived if body.archived is None else body.archived,
    )
    return _body(changed), 200, etag(changed.version)


@api.post("/customers/<customer_id>/facts")
@api.input(FactsIn, arg_name="body")
@api.output(CustomerOut)
@scope(WRITE)
@writes
def set_facts(customer_id: str, body: FactsIn) -> tuple[CustomerOut, int, dict[str, str]]:
    customer = queries.get_customer_by_number(customer_id)
    operations.set_facts(customer_id=customer.id, stage=body.stage, segments=body.segments)
    return told(customer)


def _body(group: CustomerGroup) -> GroupOut:
    return GroupOut(
        code=group.code,
        name=group.name,
        archived=group.archived_at is not None,
        version=group.version,
    )
