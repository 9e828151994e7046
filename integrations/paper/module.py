"""What the paper partners hand to the house."""

from flask import current_app

from app.i18n import lazy
from app.module import Module
from integrations.paper.actors import PaperTown
from integrations.paper.bank import PaperStatements
from integrations.paper.cli import group
from integrations.paper.client import PaperBank, PaperCourier, PaperGateway, PaperShop
from integrations.paper.courier import PaperCarrier
from integrations.paper.demo import demo
from integrations.paper.gateway import PaperMoney
from integrations.paper.partners import reach
from integrations.paper.settings import PaperSettings
from integrations.paper.shop import PaperSalesChannel, places_since
from modules import channels, connectors


def check(access: connectors.Access) -> connectors.Health:
    """Ask each of the four whether it is there."""
    for kind in (PaperShop, PaperCourier, PaperGateway, PaperBank):
        try:
            reach(kind, access).ping()
        except Exception as error:  # a check only tells
            return connectors.Health(ok=False, message=f"{kind.__name__}: {error}")
    return connectors.Health(ok=True, message="shop, courier, gateway and bank answer")


def install() -> None:
    """Set the account up. In production it is off: nothing of paper may stand for money there."""
    production = current_app.config["PROFILE"] == "production"
    state = connectors.AccountState.OFF if production else connectors.AccountState.ACTIVE
    account_id = connectors.open_account(
        code="paper",
        connector="paper",
        name="Paper partners",
        settings={"folder": ""},
        state=state,
    )
    channels.link_account(account_id=account_id, channel="paper", name="Paper shop", kind="paper")


manifest = connectors.Manifest(
    code="paper",
    title=lazy("Paper partners"),
    summary=lazy("A shop, a courier, a gateway and a bank to try things out with"),
    icon="notes",
    kinds=("shop", "courier", "gateway", "bank"),
    ports={
        "channels.SalesChannel": PaperSalesChannel,
        "shipping.Carrier": PaperCarrier,
        "payments.Gateway": PaperMoney,
        "payments.BankFile": PaperStatements,
    },
    settings_form=PaperSettings,
    check=check,
    jobs=("channels.pull", "channels.push", "shipping.track", "payments.read_banks"),
    places=places_since,
    proof=lazy("The contract tests of all four ports; it is its own partner."),
    verified_against="itself",
)

paper = Module(
    name="paper",
    title=lazy("Paper partners"),
    commands=(group,),
    actors=(PaperTown,),
    install=install,
    connector=manifest,
    demo=demo,
)
