"""Tables that come in as files: how long one field may be, for every reader of the process."""

import csv

LONGEST_FIELD = 1_000_000
"""Signs. The library has one limit for all: a reader that sets its own sets that of others too."""


def limit_fields() -> None:
    """Refuse a longer field wherever this process reads CSV: it is a quotation mark not closed."""
    csv.field_size_limit(LONGEST_FIELD)
