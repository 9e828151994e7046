"""`backup` and `restore` at the terminal."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from app import holding, proving
from app.backups import nightly
from app.backups.making import Progress, back_up
from app.backups.restoring import restore
from app.refusals import refusing


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
@refusing
def make_backup(file: Path) -> None:
    """Write the whole shop into FILE, while it goes on working. The keys are not in it."""
    with _Bar("Backing up") as bar:
        manifest = back_up(file.absolute(), progress=bar.show)
    nightly.note_made(file, manifest)
    files = len(manifest.members) - 1
    click.echo(
        f"{file}: {file.stat().st_size:,} bytes, {sum(manifest.rows.values()):,} rows, "
        f"{files:,} files, schema {manifest.schema}."
    )
    click.echo(
        "The keys are not in it: keep secret.key and encryption.key (or VERSO_ENCRYPTION_KEYS) "
        "in another place. Without them nobody can restore it."
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Lose the shop that is here.")
@click.option("--unsigned", is_flag=True, help="Trust a file that our keys did not sign.")
@with_appcontext
@refusing
def bring_back(file: Path, overwrite: bool, unsigned: bool) -> None:
    """Let the shop become what it was when FILE was made; the shop has to be stopped."""
    with _Bar("Restoring") as bar:
        manifest = restore(
            file.absolute(), overwrite=overwrite, unsigned=unsigned, progress=bar.show
        )
    click.echo(f"The shop is as it was at {manifest.made_at}. Everybody signs in again.")
    waiting = sum(holding.count_held().values())
    click.echo(
        f"What goes out to partners is on hold ({waiting} jobs wait): look what was sent since "
        "then, and say `flask --app wsgi outbox release`."
    )
    wrong = [one for result in proving.prove() for one in result.differences]
    if wrong:
        click.echo(f"first difference: {wrong[0]}", err=True)
        sys.exit(1)
    click.echo("All ledgers agree.")


class _Bar:
    """A progress bar that learns how long it is on the way."""

    def __init__(self, label: str) -> None:
        self._bar = click.progressbar(length=1, label=label)
        self.show: Progress = self._show

    def __enter__(self) -> "_Bar":
        self._bar.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._bar.__exit__(None, None, None)

    def _show(self, done: int, total: int) -> None:
        self._bar.length = total
        self._bar.update(done - self._bar.pos)
