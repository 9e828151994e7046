"""Reading by the last change without gaps: `?updated_after=` never skips what commits late."""

from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, true
from sqlalchemy.orm import InstrumentedAttribute

from app.db import UTCDateTime, database

# One that has written has an xid; one without may be about to write, but only for a moment. The
# two seconds are for the clocks of several machines.
_OLDEST_OPEN = literal_column(
    "(SELECT coalesce(min(xact_start) - interval '2 seconds', 'infinity') FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '10 seconds'))",
    type_=UTCDateTime(),
)


def settled(changed_at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """
    Return the condition that no row with an earlier last change can still appear.

    A row is stamped when it is written and seen when its transaction commits. Of two writers on
    PostgreSQL the one that was stamped first may commit last, and whoever read in between would
    never be shown its row: so what is younger than the oldest open transaction waits for the next
    reading. SQLite has one writer at a time: there the order of the stamps is that of the commits.
    """
    return changed_at < _OLDEST_OPEN if database().dialect == "postgresql" else true()
