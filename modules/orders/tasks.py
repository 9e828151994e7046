"""Jobs of orders: shallow, one call each."""

from app.outbox import Running
from modules.orders.operations.backorders import fill_backorders
from modules.orders.operations.replaying import run_replay


def fill(running: Running) -> None:
    with running.finish():
        fill_backorders(
            location_id=running.payload["location_id"],
            variant_ids=running.payload["variant_ids"],
        )


def replay(running: Running) -> None:
    run_replay(running)
