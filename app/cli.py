"""The commands of the ground: schema, processes, jobs, tokens, proofs."""

import json
import sys
from collections.abc import Callable
from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app import demo, holding, keys, outbox, proving, schema, serving, simulating, tokens
from app.db import session, transact
from app.doctor import doctor
from app.models import Job, JobState
from app.refusals import refusing as refusing  # the parts take it from here

db = AppGroup("db", help="The database's schema.")
jobs = AppGroup("outbox", help="The job table.")
token_group = AppGroup("tokens", help="Keys for programs.")
ledger = AppGroup("ledger", help="Proofs over the ledgers.")
demo_group = AppGroup("demo", help="The demo shop.")
keys_group = AppGroup("keys", help="The keys of what is sealed.")


@db.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring the schema to this version and put in place what every installation has."""
    schema.upgrade()
    schema.install()
    click.echo("The schema is up to date.")


@jobs.command("run")
@with_appcontext
@refusing
def run_jobs() -> None:
    """Run every job that is due now, in this process."""
    click.echo(f"jobs run: {outbox.run_due()}")


@jobs.command("list")
@with_appcontext
@refusing
def list_jobs() -> None:
    """List the jobs that are not over, and the dead ones."""
    from sqlalchemy import select

    open_states = (JobState.READY, JobState.RUN, JobState.DEAD)
    for job in session.scalars(select(Job).where(Job.state.in_(open_states)).order_by(Job.id)):
        click.echo(f"{job.id}\t{job.state}\t{job.kind}\t{job.starts}\t{job.last_error or ''}")


@jobs.command("retry")
@click.argument("job_id", type=int)
@with_appcontext
@refusing
def retry(job_id: int) -> None:
    """Let a dead job begin again."""
    transact(lambda: outbox.retry(job_id=job_id))
    click.echo(f"job {job_id} begins again")


@jobs.command("release")
@with_appcontext
@refusing
def release() -> None:
    """Let what goes out to partners go out again, after a restore."""
    waiting = sum(holding.count_held().values())
    transact(holding.release)
    click.echo(f"The hold is released: {waiting} jobs go out now.")


@token_group.command("create")
@click.option("--name", required=True)
@click.option("--scope", "scopes", multiple=True, required=True, help="Repeat for several.")
@with_appcontext
@refusing
def create_token(name: str, scopes: tuple[str, ...]) -> None:
    """Make a token; its text is shown once, alone on the last line."""
    known = list(current_app.extensions["scopes"])
    text = transact(lambda: tokens.create_token(name=name, scopes=scopes, known_scopes=known))
    click.echo(text)


@ledger.command("prove")
@with_appcontext
@refusing
def prove() -> None:
    """Prove that every ledger agrees with what is kept of it; exit 1 at the first difference."""
    results = proving.prove()
    for result in results:
        line = {"ledger": result.name, "differences": len(result.differences), "ms": result.ms}
        click.echo(json.dumps(line))
    wrong = [one for result in results for one in result.differences]
    if wrong:
        click.echo(f"first difference: {wrong[0]}", err=True)
        sys.exit(1)
    click.echo("All ledgers agree.")


@keys_group.command("list")
@with_appcontext
@refusing
def list_keys() -> None:
    """List which key holds how many rows; `first` is the one that seals now."""
    for held in keys.list_held():
        state = "first" if held.first else ("opens" if held.known else "missing")
        click.echo(f"{held.key}\t{state}\t{held.place}\t{held.rows}")


@keys_group.command("rotate")
@with_appcontext
@refusing
def rotate_keys() -> None:
    """Seal every secret anew with the first key; a run that was stopped is gone on with."""
    with click.progressbar(length=keys.count_waiting(), label="Sealing anew") as bar:
        rotation = keys.rotate(told=bar.update)
    for (place, key), rows in rotation.unreadable.items():
        click.echo(f"{place}: {rows} sealed by {key}, which opens none of them", err=True)
    click.echo(f"sealed anew: {rotation.done}")
    if rotation.unreadable:
        sys.exit(1)


@demo_group.command("load")
@click.option("--size", type=click.Choice(demo.SIZES), default=demo.SIZES[0], show_default=True)
@click.option("--seed", type=int, default=demo.SEED, show_default=True)
@click.option(
    "--as-of",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The day on which the story ends (default: today).",
)
@click.option(
    "--factor",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    help="Only this share of the large shop, for trials.",
)
@with_appcontext
@refusing
def load_demo(size: str, seed: int, as_of: datetime | None, factor: float) -> None:
    """Build the demo shop in an empty database: two years of a fashion retailer."""
    mass = demo.Mass().part(factor) if size == "large" else None
    day = as_of.date() if as_of else None
    context = demo.load(seed=seed, day=day, mass=mass, say=click.echo)
    for line in context.sign_ins:
        click.echo(line)


@click.command("serve")
@with_appcontext
@refusing
def serve() -> None:
    """Run web, worker and scheduler until stopped; the schema and the demo first."""
    sys.exit(serving.serve(current_app._get_current_object()))  # type: ignore[attr-defined]


@click.command("simulate")
@click.option("--seed", type=int, default=1, show_default=True, help="Everything follows from it.")
@click.option("--days", type=click.IntRange(1, 3650), default=3, show_default=True)
@click.option("--moves", type=click.IntRange(1), default=simulating.MOVES, show_default=True)
@click.option("--url", help="Speak to this running shop, which has the same database.")
@with_appcontext
@refusing
def simulate(seed: int, days: int, moves: int, url: str | None) -> None:
    """Play a random trade through the API and prove all ledgers after each day."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        for day in simulating.simulate(app, seed=seed, days=days, moves=moves, url=url):
            click.echo(str(day))
    except simulating.Disagrees as found:
        click.echo(f"seed {seed}: first difference: {found}", err=True)
        sys.exit(1)


def _process(name: str, work: Callable[[Flask], int]) -> click.Command:
    @click.command(name, help=f"The {name} process alone.")
    @with_appcontext
    @refusing
    def command() -> None:
        sys.exit(work(current_app._get_current_object()))  # type: ignore[attr-defined]

    return command


def init_app(app: Flask) -> None:
    for group in (db, jobs, token_group, ledger, demo_group, keys_group):
        app.cli.add_command(group)
    app.cli.add_command(serve)
    app.cli.add_command(doctor)
    app.cli.add_command(simulate)
    app.cli.add_command(_process("web", serving.web))
    app.cli.add_command(_process("worker", serving.worker))
    app.cli.add_command(_process("scheduler", serving.scheduler))
