"""The commands of the catalogue: take a file in, and take an import back."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app import claiming, outbox
from app.cli import refusing
from app.db import close_session, session, transact
from app.models import Job, JobState
from modules.catalog.folders import imports_folder
from modules.catalog.importing import queries
from modules.catalog.importing.formats import FORMATS, get_format
from modules.catalog.importing.job import summary_of
from modules.catalog.importing.operations import start_import, undo_import
from modules.catalog.importing.source import keep_file, kept_path, read_table

catalog = AppGroup("catalog", help="The catalogue.")


@catalog.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", default="shopify", type=click.Choice(list(FORMATS)))
@click.option("--location", help="The code of the location where the quantities are received.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@with_appcontext
@refusing
def import_command(file: Path, format_: str, location: str | None, dry_run: bool) -> None:
    """Take the products of a CSV file into the catalogue.

    Exit 0: every row was taken; 1: some were refused; 2: nothing was done.
    """
    folder = imports_folder()
    with file.open("rb") as source:
        sha256 = keep_file(source, folder)
    read_table(kept_path(folder, sha256), get_format(format_))
    owner = f"command:{os.getpid()}"

    def start() -> tuple[int, int]:
        job = start_import(
            file_name=file.name,
            sha256=sha256,
            format=format_,
            location=location,
            dry_run=dry_run,
        )
        assert job.job_id is not None
        # Taken in the same transaction: no worker can come first, and if this process dies, one
        # finds the job when its lease runs out, and goes on.
        claiming.take(job.job_id, owner=owner)
        return job.id, job.job_id

    import_id, job_id = transact(start)
    with _progress(job_id):
        outbox.run(job_id, owner=owner)
    close_session()
    _tell(import_id, job_id)


def _tell(import_id: int, job_id: int) -> None:
    job = outbox.get_job(job_id)
    figures = summary_of(import_id)
    for _code, words, number, refused in queries.reasons_of(import_id):
        click.echo(f"{'refused' if refused else 'warning'}: {words}: {number}", err=True)
    click.echo(
        f"rows: {figures['rows']}, made: {figures['made']}, changed: {figures['changed']}, "
        f"same: {figures['same']}, pictures: {figures['pictures']}, warned: {figures['warned']}"
    )
    click.echo(
        f"products: {figures['products']}, variants: {figures['variants']}, "
        f"rows refused: {figures['refused']}"
    )
    click.echo(f"import id: {import_id}")
    if job.state is not JobState.DONE:
        click.echo(f"The import did not finish: {job.last_error or job.state.value}", err=True)
        sys.exit(2)
    if figures["variants"] + figures["pictures"] == 0:
        sys.exit(2)
    if figures["refused"]:
        sys.exit(1)


@catalog.command("undo-import")
@click.argument("import_id", type=int)
@with_appcontext
@refusing
def undo_command(import_id: int) -> None:
    """Take an import back: what it made goes, what it changed becomes what it was."""
    figures = transact(lambda: undo_import(import_id=import_id))
    click.echo(
        f"products removed: {figures['removed']}, archived: {figures['archived']}, "
        f"put back: {figures['restored']}"
    )


@contextmanager
def _progress(job_id: int) -> Iterator[None]:
    """Show how far the job is, where somebody looks on."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    watcher = threading.Thread(target=_watch, args=(app, job_id, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join(timeout=5)


def _watch(app: Flask, job_id: int, over: threading.Event) -> None:
    with click.progressbar(length=1, label="rows", file=sys.stderr) as bar:
        while not over.is_set():
            with app.app_context():
                job = session.get(Job, job_id)
                if job is not None and job.total:
                    bar.length = job.total
                    bar.update(job.done - bar.pos)
            time.sleep(0.3)
        bar.update((bar.length or 1) - bar.pos)
