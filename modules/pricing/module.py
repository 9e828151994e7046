"""What pricing hands to the house."""

from app.i18n import lazy
from app.module import Module, Scheduled
from modules.catalog import PricesChanged
from modules.pricing.operations import install
from modules.pricing.proving import prove_periods
from modules.pricing.subscribers import on_prices_changed
from modules.pricing.tasks import keep_periods, renew

pricing = Module(
    name="pricing",
    title=lazy("Prices"),
    subscribers={PricesChanged: [on_prices_changed]},
    tasks={"pricing.renew": renew, "pricing.keep_periods": keep_periods},
    task_titles={
        "pricing.renew": lazy("Write prices into their history"),
        "pricing.keep_periods": lazy("Let timed prices take effect"),
    },
    schedule=(Scheduled(kind="pricing.keep_periods", every_seconds=60, catch_up=True),),
    proofs={"price periods": prove_periods},
    install=install,
)
