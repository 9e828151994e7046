"""The paper that the partners are made of: JSON files, locked while they change, replaced whole."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class PaperFile:
    """One partner's books. Several processes may write: one after the other."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = folder / f"{name}.json"
        self._lock = folder / f"{name}.lock"

    def read(self) -> dict[str, Any]:
        """Return the books as they stand; an empty book where nothing was written."""
        try:
            books: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return books

    @contextmanager
    def open(self) -> Iterator[dict[str, Any]]:
        """Hold the books alone; what was changed is written whole, or (on an error) not at all."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            books = self.read()
            before = _text(books)
            yield books
            if (after := _text(books)) != before:
                self._write(after)

    def _write(self, text: str) -> None:
        handle, draft = tempfile.mkstemp(dir=self._file.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.write(text)
            target.flush()
            os.fsync(target.fileno())
        Path(draft).replace(self._file)


def _text(books: dict[str, Any]) -> str:
    # Without an indent: only then json is written by C, and a long book in a moment.
    return json.dumps(books, ensure_ascii=False)
