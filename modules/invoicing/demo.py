"""The demo's documents are issued with its orders; drawing them is left to the worker."""

from app.demo import DemoContext


def demo(context: DemoContext) -> None:
    # Hundreds of PDFs take longer than all the rest, and nobody waits for one of last week.
    context.for_workers.add("invoicing.render")
