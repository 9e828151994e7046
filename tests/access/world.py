"""Two stores with one record of each kind in both: what the doors are tried with."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import accounts, clock, outbox, roles, sessions, tokens
from app.approving.models import Approval
from app.db import close_session, session, transact
from app.fields import COST, PERSONAL
from app.list_models import BulkAct, ListExport, SavedView
from app.models import Account, ApiToken, Role, RoleGrant
from app.reference import Reference
from modules import (
    catalog,
    connectors,
    customers,
    invoicing,
    loyalty,
    organization,
    pricing,
    promotions,
    stock,
)
from modules.catalog.importing import source
from modules.channels.models import ChannelLink, ChannelMessage, MessageKind
from modules.connectors.models import InboxEvent, InboxState
from modules.customers.models import Address, DuplicateSuggestion, Identity
from modules.loyalty.cards.prints import print_many
from modules.orders.operations.replaying import start_replay
from modules.organization.models import TaxRate
from modules.promotions.queries import list_groups
from modules.stock.operations import counts, receipts, transfers
from tests.access import marks
from tests.orders.cast import SHIRT, place, post, read, receive, stock_the_shop

HOME, AWAY = "MAIN", "RYNEK"

Records = dict[str, Any]


@dataclass
class World:
    """The house and what stands in it: by store and name, or (shared) by name alone."""

    house: Flask
    stores: dict[str, int] = field(default_factory=dict)
    of_store: dict[str, Records] = field(default_factory=dict)
    shared: Records = field(default_factory=dict)
    own: Records = field(default_factory=dict)
    """Records of one person, which nobody else may find."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Role -> the secret of a session of somebody with this role at home."""
    everywhere: dict[str, str] = field(default_factory=dict)
    """Role -> the secret of a session of somebody with this role in all stores."""
    nobody: str = ""
    """The secret of a session of somebody without any role."""
    blind: str = ""
    """The secret of a session of somebody who does everything and sees no cost and no contact."""
    closed: str = ""
    """The secret of a session whose account was closed behind its back."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Kind of a token -> its text."""


def build(house: Flask) -> World:
    """Open two stores in a fresh house, let people in, and make one record of each kind."""
    world = World(house)
    with house.app_context():
        stock_the_shop(shirts=30, dresses=30)
        transact(lambda: _open_other(world))
        receive({SHIRT: 30, "DR-MAJ-BOT-38": 30}, location=AWAY)
        transact(lambda: _let_in(world))
        transact(lambda: _make_tokens(world))
        transact(lambda: _make_shared(world))
        for code, channel in ((HOME, "web"), (AWAY, "rynek")):
            _sell(world, code, channel)
            transact(lambda code=code: _move_goods(world, code))  # type: ignore[misc]
            transact(lambda code=code, way=channel: _link(world, code, way))  # type: ignore[misc]
        close_session()
    return world


def _open_other(world: World) -> None:
    store = organization.create_store(code=AWAY, name="Rynek", kind="shop", city="Kraków")
    place = organization.create_location(
        store_id=store.id, code=AWAY, name="Rynek", kind="floor", sellable=True
    )
    organization.create_channel(
        code="rynek", name="Rynek", kind="phone", store_id=store.id, locations=[place.id]
    )
    world.stores = {HOME: organization.get_store(HOME).id, AWAY: store.id}
    for code in (HOME, AWAY):
        organization.create_location(
            store_id=world.stores[code], code=f"{code}-B", name="Back room", kind="back_room"
        )


# --- those who come ---------------------------------------------------------------------------


def _let_in(world: World) -> None:
    for role in roles.ROLES:
        for store_id, kept in (
            (world.stores[HOME], world.secrets),
            (None, world.everywhere),
        ):
            account = _hire(f"{role}.{store_id or 'all'}@access.example", role)
            accounts.grant_role(account_id=account, role=role, store_id=store_id)
            kept[role] = sessions.open_session(account, ip="127.0.0.1", agent="test")
    _make_blind(world)
    closed = _hire("closed@access.example", "closed")
    _keep_lists(world, closed)
    world.nobody = sessions.open_session(
        _hire("nobody@access.example", "nobody"), ip="127.0.0.1", agent="test"
    )
    accounts.grant_role(account_id=closed, role="administrator")
    world.closed = sessions.open_session(closed, ip="127.0.0.1", agent="test")
    session.get_one(Account, closed).disabled_at = clock.now()


def _make_blind(world: World) -> None:
    """Let somebody do everything and see neither costs nor contacts."""
    every = session.scalars(select(Role.permissions).where(Role.code == "administrator")).one()
    role = Role(
        code="blind",
        name="Blind",
        permissions=[one for one in every if one not in (COST, PERSONAL)],
        known_permissions=[],
    )
    session.add(role)
    session.flush()
    account = _hire("blind@access.example", "blind")
    accounts.grant_role(account_id=account, role="blind")
    world.blind = sessions.open_session(account, ip="127.0.0.1", agent="test")


def _keep_lists(world: World, account_id: int) -> None:
    """Let somebody have what only he himself may find."""
    view = SavedView(account_id=account_id, list_code="products", name="Mine", query="", position=1)
    taken = ListExport(
        account_id=account_id, list_code="products", form="csv", query="", language="en"
    )
    act = BulkAct(
        account_id=account_id,
        list_code="products",
        act_code="archive",
        query="",
        given={},
        language="en",
    )
    session.add_all([view, taken, act])
    session.flush()
    world.own |= {"view": view.id, "export": taken.id, "bulk_act": act.id}


def _hire(email: str, name: str) -> int:
    account = Account(email=email, name=name, password_hash="-", language="en")
    session.add(account)
    session.flush()
    return account.id


def _make_tokens(world: World) -> None:
    known = list(world.house.extensions["scopes"])

    def make(name: str, scopes: list[str], **more: Any) -> None:
        world.tokens[name] = tokens.create_token(
            name=name, scopes=scopes, known_scopes=known, **more
        )

    make("admin", ["admin"])
    make("home", ["admin"], store_ids=[world.stores[HOME]])
    make("away", ["admin"], store_ids=[world.stores[AWAY]])
    make("expired", ["admin"])
    make("revoked", ["admin"])
    for scope in known:
        make(scope, [scope])
    session.flush()
    kept = {one.name: one for one in session.scalars(select(ApiToken))}
    kept["expired"].expires_at = clock.now() - timedelta(minutes=1)
    kept["revoked"].revoked_at = clock.now()


# --- records of the whole house ---------------------------------------------------------------


def _make_shared(world: World) -> None:
    product = catalog.get_product("TE-BAZ")
    session.get_one(catalog.Variant, catalog.get_variant(SHIRT).id).cost_minor = marks.COST
    photo = catalog.add_photo(code=product.code, file="0" * 64 + ".webp", width=8, height=8)
    file = world.house.config["DATA_DIR"] / "imports"
    import_id = _import(file)
    buyers = [_customer(n) for n in (1, 2)]
    nameless = customers.match_or_create(
        customers.BuyerKeys(email=f"8.{marks.EMAIL}", phone=f"{marks.PHONE}8")
    )
    customers.get_customer(buyers[1]).name = f"+48{marks.PHONE}2"
    customers.add_note(customer_id=buyers[0], text=marks.NOTE)
    customers.get_customer(buyers[0]).warning = marks.NOTE
    duplicate = DuplicateSuggestion(first_id=buyers[0], second_id=buyers[1], reason="email")
    session.add(duplicate)
    job = outbox.enqueue("connectors.clean_log", {})
    own_role = Role(code="own", name="Own role", permissions=[], known_permissions=[])
    session.add(own_role)
    session.flush()
    home = session.scalars(select(Identity).where(Identity.customer_id == buyers[0])).first()
    place = session.scalars(select(Address).where(Address.customer_id == buyers[0])).first()
    partner = connectors.open_account(code="access", connector="paper", name="Access")
    assert home
    assert place
    promotion = promotions.draft_promotion(
        code="DOOR",
        name="Door",
        definition={"phase": "line", "benefits": [{"kind": "percent", "rate_bp": 1_000}]},
    )
    batch = promotions.make_batch(
        promotion_id=promotion.id, name="Door", pattern="DOOR-########", count=1
    )
    code = promotions.PromotionCode(batch_id=batch.id, code="DOOR-OF-ACCESS", uses=1)
    session.add(code)
    session.flush()
    replay = start_replay(promotion_id=promotion.id, since=date(2026, 1, 1), until=date(2026, 1, 2))
    replay.result = {"days": [], "products": [], "buyers": [], "money": [], "stages": []}
    group = customers.create_group(code="DOOR", name="Door")
    prices = pricing.create_price_list(code="DOOR", name="Door", currency="PLN")
    club = loyalty.create_program(code="DOOR", data=loyalty.ProgramData(name="Door"))
    loyalty.open_program(program_id=club.id, version=club.version)
    member = loyalty.enrol(program_id=club.id, customer_id=buyers[0])
    card = loyalty.issue_card(member_id=member.id)
    printed = print_many(program_id=club.id, count=1, client_id="doors")
    world.shared = {
        "program": club.code,
        "program_id": club.id,
        "member": member.id,
        "loyalty_card": card.number,
        "card": card.id,
        "card_print": printed.id,
        "claim": 1_000_000,
        "reward": "NONE",
        "secret": "none",
        "customer_group": group.code,
        "price_list": prices.code,
        "price_list_id": prices.id,
        "price_list_step": "archive",
        "promotion": promotion.code,
        "promotion_id": promotion.id,
        "promotion_step": "pause",
        "code_batch": batch.id,
        "batch_act": "issue",
        "coupon": code.code,
        "replay": replay.id,
        "promotion_group": list_groups()[0].id,
        "product": product.code,
        "sku": SHIRT,
        "variant": catalog.get_variant(SHIRT).id,
        "photo": photo.id,
        "photo_name": "nothing.webp",
        "import": import_id,
        "customer": buyers[0],
        "nameless": nameless,
        "identity": home.id,
        "address": place.id,
        "suggestion": duplicate.id,
        "job": job,
        "account": partner,
        "tax_class": organization.list_tax_classes()[0].code,
        "tax_rate": session.scalars(select(TaxRate.id)).first(),
        "shipping_method": organization.list_shipping_methods()[0].code,
        "payment_method": organization.list_payment_methods()[0].code,
        "role": own_role.id,
        "history_kind": "staff",
        "list": "products",
        "list_act": "archive",
        "static": "mark.svg",
        "no_session": 1_000_000,
    }


def _import(folder: Any) -> int:
    import io

    from modules.catalog.importing.operations import start_import

    folder.mkdir(parents=True, exist_ok=True)
    text = b"Handle,Title,Variant SKU,Variant Price\nw,Wera,WERA-S,79.00\n"
    return start_import(file_name="w.csv", sha256=source.keep_file(io.BytesIO(text), folder)).id


def _customer(number: int) -> int:
    return customers.create_customer(
        name=f"Buyer {number}",
        note=marks.NOTE,
        contacts=customers.Contacts(
            emails=[f"{number}.{marks.EMAIL}"], phones=[f"{marks.PHONE}{number}"]
        ),
        addresses=[
            customers.AddressData(
                name=f"Buyer {number}",
                street=marks.STREET,
                postal_code="31-147",
                city="Kraków",
                phone=f"{marks.PHONE}{number}",
                email=f"{number}.{marks.EMAIL}",
            )
        ],
    ).id


# --- records of one store ---------------------------------------------------------------------


def _sell(world: World, code: str, channel: str) -> None:
    """
    Place three orders: one that has everything, one in work, one that is new.

    The buyer of the first two told no name: what we know of him is written in its place.
    """
    client = world.house.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {world.tokens['admin']}"
    body: dict[str, Any] = {
        "channel": channel,
        "customer": {
            "name": "Buyer Three",
            "email": f"3.{marks.EMAIL}",
            "phone": f"{marks.PHONE}3",
        },
        "shipping_address": {
            "name": "Buyer Three",
            "street": marks.STREET,
            "postal_code": "31-147",
            "city": "Kraków",
            "country": "PL",
            "phone": f"{marks.PHONE}3",
            "email": f"3.{marks.EMAIL}",
        },
    }
    named = body["shipping_address"]
    nameless = body | {
        "customer": body["customer"] | {"name": f"3.{marks.EMAIL}"},
        "shipping_address": named | {"name": f"+48 {marks.PHONE}3"},
    }
    sold = place(client, external_id=f"{code}-1", note=marks.NOTE, **nameless)
    parcel = post(client, f"/orders/{sold['id']}/parcels", {}, status=201)
    post(client, f"/parcels/{parcel['id']}/pick", {})
    post(client, f"/parcels/{parcel['id']}/pack", {})
    post(client, f"/parcels/{parcel['id']}/ship", {"tracking_number": "T-1"})
    sold = read(client, sold)
    wanted = {"line": sold["lines"][1]["id"], "quantity": 1, "reason": marks.NOTE}
    back = {"lines": [wanted], "note": marks.NOTE}
    post(client, f"/orders/{sold['id']}/returns", back, status=201)
    held = {"kind": "manual", "reason": marks.NOTE}
    post(client, f"/orders/{sold['id']}/holds", held, status=201)
    paid = sold["payments"][0]["id"]
    post(
        client,
        f"/payments/{paid}/refunds",
        {"amount_minor": 100, "reason": marks.NOTE},
        status=201,
    )
    sold = read(client, sold)
    bought = {"store": code, "amount_minor": 5_000, "currency": "PLN"}
    card = post(client, "/gift-cards", bought, status=201)
    second = place(client, external_id=f"{code}-2", note=marks.NOTE, **nameless)
    open_parcel = post(client, f"/orders/{second['id']}/parcels", {}, status=201)
    place(client, external_id=f"{code}-3", **body)
    papers = invoicing.documents_of(
        Reference("order", int(sold["id"])), Reference("parcel", int(parcel["id"]))
    )
    refunds = client.get(f"/api/v1/payments/{paid}").json
    assert refunds is not None
    close_session()
    world.of_store[code] = {
        "order": sold["id"],
        "number": sold["number"],
        "parcel": open_parcel["id"],
        "return": sold["returns"][0]["id"],
        "hold": sold["holds"][0]["id"],
        "payment": paid,
        "refund": refunds["refunds"][0]["id"],
        "document": papers[0].id,
        "gift_card": card["id"],
    }


def _move_goods(world: World, code: str) -> None:
    own = world.of_store[code]
    front, back = organization.get_location(code), organization.get_location(f"{code}-B")
    shirt = world.shared["variant"]
    receipt = receipts.start_receipt(location_id=front.id, reference="WZ 7")
    receipts.put_on_receipt(receipt_id=receipt.id, variant_id=shirt, quantity=2)
    count = counts.start_count(location_id=front.id)
    counts.put_on_count(count_id=count.id, variant_id=shirt, counted=1)
    moved = transfers.start_transfer(from_location_id=front.id, to_location_id=back.id)
    transfers.put_on_transfer(transfer_id=moved.id, variant_id=shirt, quantity=1)
    asked = stock.request_transfer(
        from_location_id=front.id,
        to_location_id=back.id,
        lines=[stock.TransferLineWanted(variant_id=shirt, quantity=1)],
    )
    person = organization.create_staff(
        email=f"staff@{code.lower()}.example",
        name=f"Clerk of {code}",
        password="seven wet umbrellas",
        role="clerk",
        store_id=world.stores[code],
    )
    grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == person.id)).one()
    token = ApiToken(
        name=f"till of {code}",
        prefix=code,
        secret_hash=code,
        scopes=["orders:read"],
        store_ids=[world.stores[code]],
        created_by="system::Verso",
    )
    session.add(token)
    session.flush()
    request = Approval(
        act="stock.correct",
        arguments={
            "variant_id": shirt,
            "location_id": front.id,
            "quantity_change": 1,
            "reason": "found",
        },
        fingerprint=code,
        ref_kind="variant",
        ref_id=shirt,
        store_id=world.stores[code],
        amounts={"correction_pieces": 1},
        reason=marks.NOTE,
        asked_by=person.id,
    )
    session.add(request)
    session.flush()
    own |= {
        "approval": request.id,
        "receipt": receipt.id,
        "count": count.id,
        "transfer": moved.id,
        "asked_transfer": asked.id,
        "staff": person.id,
        "grant": grant.id,
        "token": token.id,
        "store": code,
        "location": code,
        "channel": "web" if code == HOME else "rynek",
    }


def _link(world: World, code: str, channel: str) -> None:
    account = connectors.open_account(code=f"shop-{channel}", connector="paper", name=channel)
    link = ChannelLink(account_id=account, channel_id=organization.get_channel(channel).id)
    session.add(link)
    session.flush()
    message = ChannelMessage(link_id=link.id, kind=MessageKind.TRACKING, external_id="W-1")
    event = InboxEvent(
        source=f"channel:{channel}", event_id="W-1", body="{}", state=InboxState.FAILED, message="x"
    )
    session.add_all([message, event])
    session.flush()
    world.of_store[code] |= {"link": link.id, "message": message.id, "event": event.id}
