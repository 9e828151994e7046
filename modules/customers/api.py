"""Customers as programs see them: found by fragment or by exact key, made, and changed."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.access import scope
from app.api import (
    AddressIn,
    Code,
    In,
    Line,
    ListIn,
    Moment,
    Out,
    Words,
    api_blueprint,
    etag,
    expected_version,
    pack_cursor,
    unpack_cursor,
    writes,
)
from modules.customers import operations, queries
from modules.customers.files import CustomerFile, get_file
from modules.customers.models import Customer, CustomerKind, IdentityKind
from modules.customers.operations import AddressData, ConsentData, Contacts

api = api_blueprint("customers", __name__, title="Customers")

Answer = tuple["CustomerOut", int, dict[str, str]]
READ, WRITE = "customers:read", "customers:write"

Email = Annotated[str, StringConstraints(min_length=3, max_length=254, strip_whitespace=True)]
Phone = Annotated[str, StringConstraints(min_length=5, max_length=40, strip_whitespace=True)]
Card = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
VatId = Annotated[str, StringConstraints(max_length=30, strip_whitespace=True)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Birthday = Annotated[str, StringConstraints(max_length=5, strip_whitespace=True)]
"""Month and day, such as 05-17; an empty text takes it away."""
Several = Field(max_length=50)


class ConsentIn(In):
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    channel: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    given: bool
    wording: Words = ""
    source: Annotated[str, StringConstraints(max_length=200)] = ""
    at: Moment | None = None


class CustomerIn(In):
    kind: CustomerKind = CustomerKind.PERSON
    name: Line
    emails: Annotated[list[Email], Several] = []
    phones: Annotated[list[Phone], Several] = []
    cards: Annotated[list[Card], Several] = []
    addresses: Annotated[list[AddressIn], Several] = []
    consents: Annotated[list[ConsentIn], Several] = []
    vat_id: VatId | None = None
    language: Language = "pl"
    note: Words = ""
    groups: Annotated[list[Code], Several] = []
    birthday: Birthday | None = None
    verified: bool = True
    """Whether the sender knows that these e-mails, telephones and cards are the customer's own."""


class CustomerChange(In):
    kind: CustomerKind | None = None
    name: Line | None = None
    emails: Annotated[list[Email], Several] | None = None
    phones: Annotated[list[Phone], Several] | None = None
    cards: Annotated[list[Card], Several] | None = None
    addresses: Annotated[list[AddressIn], Several] | None = None
    consents: Annotated[list[ConsentIn], Several] = []
    vat_id: VatId | None = None
    language: Language | None = None
    note: Words | None = None
    warning: Words | None = None
    sales_blocked: bool | None = None
    groups: Annotated[list[Code], Several] | None = None
    birthday: Birthday | None = None


class CustomersIn(ListIn):
    q: Annotated[str, StringConstraints(max_length=200)] = ""
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    card: Annotated[str, StringConstraints(max_length=64)] | None = None


class IdentityOut(Out):
    kind: str
    value: str
    verified: bool


class AddressOut(Out):
    name: str
    company: str | None
    street: str
    street2: str | None
    postal_code: str
    city: str
    region: str | None
    country: str
    phone: str | None
    email: str | None


class ConsentOut(Out):
    purpose: str
    channel: str
    given: bool
    wording: str
    at: datetime


class CustomerOut(Out):
    id: str
    number: str
    kind: str
    name: str
    emails: list[str]
    phones: list[str]
    cards: list[str]
    identities: list[IdentityOut]
    vat_id: str | None
    addresses: list[AddressOut]
    consents: list[ConsentOut]
    language: str
    note: str
    warning: str
    sales_blocked: bool
    groups: list[str]
    birthday: str | None
    stage: str | None
    segments: list[str]
    version: int
    created_at: datetime
    updated_at: datetime


class CustomersOut(Out):
    items: list[CustomerOut]
    next_cursor: str | None


@api.post("/customers")
@api.input(CustomerIn, arg_name="body")
@api.output(CustomerOut, status_code=201)
@scope(WRITE)
@writes
def create(body: CustomerIn) -> Answer:
    customer = operations.create_customer(
        name=body.name,
        kind=body.kind,
        contacts=Contacts(emails=body.emails, phones=body.phones, cards=body.cards),
        addresses=_addresses(body.addresses),
        consents=_consents(body.consents),
        vat_id=body.vat_id,
        locale=body.language,
        note=body.note,
        verified=body.verified,
        groups=body.groups,
        birthday=body.birthday,
    )
    return _body(get_file(customer)), 201, etag(customer.version)


@api.get("/customers/<customer_id>")
@api.output(CustomerOut)
@scope(READ)
def get(customer_id: str) -> Answer:
    customer = queries.get_customer_by_number(customer_id)
    return told(customer)


@api.patch("/customers/<customer_id>")
@api.input(CustomerChange, arg_name="body")
@api.output(CustomerOut)
@scope(WRITE)
@writes
def change(customer_id: str, body: CustomerChange) -> Answer:
    customer = operations.update_customer(
        customer_id=queries.get_customer_by_number(customer_id).id,
        version=expected_version(),
        name=body.name,
        kind=body.kind,
        locale=body.language,
        note=body.note,
        warning=body.warning,
        sales_blocked=body.sales_blocked,
        contacts=Contacts(emails=body.emails, phones=body.phones, cards=body.cards),
        addresses=_addresses(body.addresses) if body.addresses is not None else None,
        consents=_consents(body.consents),
        vat_id=body.vat_id,
        groups=body.groups,
        birthday=body.birthday,
    )
    return told(customer)


@api.get("/customers")
@api.input(CustomersIn, location="query", arg_name="query")
@api.output(CustomersOut)
@scope(READ)
def index(query: CustomersIn) -> CustomersOut:
    found = queries.list_whole_customers(
        q=query.q,
        email=query.email,
        phone=query.phone,
        card=query.card,
        updated_after=query.updated_after,
        after=_place(query.cursor) if query.cursor else None,
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    cursor = None
    if len(found) > query.limit:
        last: Customer = shown[-1].customer
        cursor = pack_cursor(last.updated_at, last.id)
    return CustomersOut(items=[_body(one) for one in shown], next_cursor=cursor)


def told(customer: Customer) -> Answer:
    """Return a customer with all that hangs on it, as an answer with its version."""
    return _body(get_file(customer)), 200, etag(customer.version)


def _place(cursor: str) -> tuple[datetime, int]:
    moment, key = unpack_cursor(cursor, datetime, int)
    return moment, key


def _addresses(given: list[AddressIn]) -> list[AddressData]:
    return [AddressData(**one.model_dump()) for one in given]


def _consents(given: list[ConsentIn]) -> list[ConsentData]:
    return [ConsentData(**one.model_dump()) for one in given]


def _body(found: CustomerFile) -> CustomerOut:
    customer = found.customer
    by_kind: dict[IdentityKind, list[str]] = {}
    for one in found.identities:
        by_kind.setdefault(one.kind, []).append(one.value)
    return CustomerOut(
        id=str(customer.id),
        number=customer.number,
        kind=customer.kind.value,
        name=customer.name,
        emails=by_kind.get(IdentityKind.EMAIL, []),
        phones=by_kind.get(IdentityKind.PHONE, []),
        cards=by_kind.get(IdentityKind.CARD, []),
        identities=[
            IdentityOut(kind=one.kind.value, value=one.value, verified=one.verified_at is not None)
            for one in found.identities
        ],
        vat_id=customer.vat_id,
        addresses=[AddressOut.model_validate(one) for one in found.addresses],
        consents=[ConsentOut.model_validate(one) for one in found.consents],
        language=customer.locale,
        note=customer.note,
        warning=customer.warning,
        sales_blocked=customer.sales_blocked,
        groups=[one.code for one in found.groups],
        birthday=customer.birthday,
        stage=found.fact.stage if found.fact else None,
        segments=list(found.fact.segments) if found.fact else [],
        version=customer.version,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )
