"""The night of loyalty: points begin and expire, tiers are reviewed, referrals are paid."""

from app.outbox import Running
from modules import organization
from modules.loyalty.operations import nightly, referrals, tiering
from modules.loyalty.queries import list_programs


def turn_the_day(job: Running) -> None:
    """Do what a new day asks for, some thousand rows at a time; each step may be done again."""
    today = organization.today()
    for act in (nightly.activate_due, nightly.expire_due):
        left = True
        while left:
            with job.step():
                left = act(on=today) > 0
    for program in [one.id for one in list_programs()]:
        left = True
        while left:
            with job.step():
                left = tiering.review_due(program_id=program, on=today) > 0
    after: int | None = 0
    while after is not None:
        with job.step():
            after = referrals.pay_referrals(on=today, after=after)
