"""The jobs of pricing: the history follows lists that changed, and the calendar."""

from app.outbox import Running
from modules.pricing import effects, presenting


def renew(job: Running) -> None:
    """Write down what is presented of many variants since a list changed."""
    with job.finish():
        presenting.renew(job.payload["variants"])


def keep_periods(job: Running) -> None:
    """Write down what began or ended by the calendar."""
    with job.finish():
        effects.keep_periods()
