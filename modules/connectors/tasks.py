"""The jobs of the machinery itself."""

from app.outbox import Running
from modules.connectors.operations import forget_old_calls


def clean_log(job: Running) -> None:
    with job.finish():
        forget_old_calls()
