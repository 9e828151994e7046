"""What stock does by itself."""

from app.outbox import Running
from modules.stock.operations.reservations import expire_reservations


def expire(running: Running) -> None:
    while True:
        with running.step():
            released = expire_reservations()
        if not released:
            return
