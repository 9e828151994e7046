"""
A second person: what goes beyond somebody's limits is asked for, and approved by another.

What stands here is what the rooms may use.
"""

from app.approving.events import ApprovalMoved
from app.approving.forms import SecondPersonForm, WithSecondPerson
from app.approving.models import ApprovalState
from app.approving.operations import Wanted
from app.approving.queries import act_title, amounts_words, of_record

__all__ = [
    "ApprovalMoved",
    "ApprovalState",
    "SecondPersonForm",
    "Wanted",
    "WithSecondPerson",
    "act_title",
    "amounts_words",
    "of_record",
]
