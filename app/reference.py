"""How a room names a thing of another room without knowing it: a kind and a key."""

from typing import NamedTuple


class Reference(NamedTuple):
    """`Reference("order", 17)`; stored as the two columns `ref_kind` and `ref_id`."""

    kind: str
    id: int
