"""The jobs of pricing: the history follows lists that changed, and the calendar."""

from datetime import datetime

from app.outbox import Running
from modules.pricing import effects, presenting


def renew(job: Running) -> None:
    """Write down what is presented of many variants since a list changed, or began or ended."""
    since = job.payload.get("since")
    with job.finish():
        at = datetime.fromisoformat(since) if since else None
        presenting.renew(job.payload["variants"], at=at)


def keep_periods(job: Running) -> None:
    """Write down what began or ended by the calendar."""
    with job.finish():
        effects.keep_periods()
