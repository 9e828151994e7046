"""The blueprint of the ground: the pages that every house has, whatever it trades in."""

from flask import Blueprint

blueprint = Blueprint("ground", __name__)
