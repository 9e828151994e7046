"""The catalogues: every sentence of the source stands translated in those of its room.

`check` finds what is missing or wrong, `update` carries new sentences in, `compile` makes what the
product reads. A sentence may stand in the catalogue of its room, or in that of the ground (`app/`)
for all. Polish must be whole. What another language lacks is said in English by the product, and
counted here; what it has must be right.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
WHOLE = "pl"
"""The language in which nothing may be missing."""
_PLURALS = {
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)",
    "hu": "nplurals=1; plural=0",
    "ro": "nplurals=3; plural=(n==1 ? 0 : n==0 || (n%100>0 && n%100<20) ? 1 : 2)",
    "es": "nplurals=2; plural=(n != 1)",
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "stored": None,
}
# No dates and no names: the same sentences make the same file, and git knows the rest.
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Plural-Forms: {plurals};\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""

Sentence = tuple[str, str | tuple[str, ...]]
"""The context (or nothing) and the sentence, with its plural where it has one."""


def rooms() -> list[Path]:
    """Return the folders that have a catalogue of their own: the ground first."""
    found = [ROOT / "app"]
    for floor in ("modules", "integrations"):
        found += sorted(one.parent for one in (ROOT / floor).glob("*/__init__.py"))
    return found


def catalogue_file(room: Path, language: str) -> Path:
    return room / "translations" / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(room: Path, language: str) -> Catalog:
    """Return the room's catalogue, an empty one where it has none."""
    file = catalogue_file(room, language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as text:
        return read_po(text, locale=language, abort_invalid=True)


def sentences_of_source(room: Path) -> dict[Sentence, str]:
    """Return every sentence that the room says, with the first place where it does."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in settings]
    options: dict[str, dict[str, Any]] = {
        one["pattern"]: {
            name: str(value) for name, value in one.items() if name not in ("pattern", "method")
        }
        for one in settings
    }
    found: dict[Sentence, str] = {}
    for file, line, sentence, _comments, context in extract_from_dir(
        room, methods, options, keywords=KEYWORDS
    ):
        place = f"{(room / file).relative_to(ROOT)}:{line}"
        found.setdefault((context or "", _plain(sentence)), place)
    return found


def _plain(sentence: str | tuple[str, ...] | list[str]) -> str | tuple[str, ...]:
    return sentence if isinstance(sentence, str) else tuple(sentence)


def _entries(catalogue: Catalog) -> dict[Sentence, Message]:
    return {(one.context or "", _plain(one.id)): one for one in catalogue if one.id}


def _words(entry: Message) -> list[str]:
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or ())


def _id(sentence: Sentence) -> str:
    return sentence[1] if isinstance(sentence[1], str) else sentence[1][0]


def _fault_of_entry(entry: Message, catalogue: Catalog) -> str | None:
    words = _words(entry)
    if isinstance(entry.id, str) != isinstance(entry.string, str):
        return "its plural is missing"
    if not isinstance(entry.id, str) and len(words) < catalogue.num_plurals:
        return f"{len(words)} of {catalogue.num_plurals} plural forms"
    if not all(word.strip() for word in words):
        return "not translated"
    if entry.fuzzy:
        return "only guessed (fuzzy)"
    wrong = [str(error) for error in entry.check(catalogue)]
    return "; ".join(wrong) or None


def faults(language: str, sources: dict[Path, dict[Sentence, str]]) -> Iterator[str]:
    """Yield each sentence that a reader would not understand, or would read in two ways."""
    shared = _entries(read_catalogue(ROOT / "app", language))
    said: dict[Sentence, tuple[Path, Message]] = {}
    for room, source in sources.items():
        catalogue = read_catalogue(room, language)
        name = catalogue_file(room, language).relative_to(ROOT)
        entries = _entries(catalogue)
        for sentence, place in source.items() if language == WHOLE else ():
            known = entries.get(sentence) or shared.get(sentence)
            if known is None and isinstance(sentence[1], str):
                # gettext finds the singular of a plural entry as well
                known = next((one for key, one in entries.items() if _same(key, sentence)), None)
            if known is None:
                yield f"{place}: not in {name}: {_id(sentence)!r} (`make i18n` puts it there)"
        for sentence, entry in entries.items():
            if language != WHOLE and not any(_words(entry)):
                continue  # said in English
            if fault := _fault_of_entry(entry, catalogue):
                yield f"{name}:{entry.lineno}: {fault}: {_id(sentence)!r}"
            # All catalogues are read as one, so the later of two would speak for both.
            before = said.setdefault(sentence, (room, entry))
            if before[1].string != entry.string:
                yield (
                    f"{name}:{entry.lineno}: {_id(sentence)!r} is {entry.string!r} here and "
                    f"{before[1].string!r} in {before[0].name}: say it in one way or use a context"
                )


def _same(key: Sentence, sentence: Sentence) -> bool:
    return key[0] == sentence[0] and not isinstance(key[1], str) and key[1][0] == sentence[1]


def update(only: list[str]) -> None:
    """Put each new sentence into its catalogue, untranslated, and drop what nobody says any more.

    All rooms, or only those named by their folder (`modules/stock`).
    """
    for room in [ROOT / one for one in only] or rooms():
        source = sentences_of_source(room)
        for language in _PLURALS:
            _update(room, language, source)


def _update(room: Path, language: str, source: dict[Sentence, str]) -> None:
    shared = _entries(read_catalogue(ROOT / "app", language))
    entries = _entries(read_catalogue(room, language))
    kept = Catalog(locale=language)
    for sentence in sorted(source, key=lambda one: (source[one].split(":")[0], _id(one))):
        old = entries.get(sentence)
        if old is None and room != ROOT / "app" and sentence in shared:
            continue
        kept.add(
            sentence[1],
            old.string if old else None,
            context=sentence[0] or None,
            flags=old.flags if old else (),
            user_comments=old.user_comments if old else (),
        )
    file = catalogue_file(room, language)
    if len(kept) == 0 and not file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as text:
        text.write(HEADER.format(language=language, plurals=_PLURALS[language]).encode())
        write_po(text, kept, width=98, omit_header=True)
    new = _lacking(kept)
    print(f"{file.relative_to(ROOT)}: {len(kept)} sentences, {new} to translate")


def _lacking(catalogue: Catalog) -> int:
    return sum(1 for one in catalogue if one.id and not any(_words(one)))


def compile_all() -> None:
    """Write the form of each catalogue that the product reads."""
    for room in rooms():
        for language in _PLURALS:
            file = catalogue_file(room, language)
            if file.exists():
                with file.with_suffix(".mo").open("wb") as out:
                    write_mo(out, read_catalogue(room, language))


def _check() -> int:
    sources = {room: sentences_of_source(room) for room in rooms()}
    found = [fault for language in _PLURALS for fault in faults(language, sources)]
    for fault in found:
        print(fault)
    for language in _PLURALS:
        lacking = sum(_lacking(read_catalogue(room, language)) for room in sources)
        if lacking and language != WHOLE:
            print(f"{language}: {lacking} sentences are said in English")
    return bool(found)


def main(action: str, only: list[str]) -> int:
    if action == "update":
        update(only)
    elif action == "compile":
        compile_all()
    else:
        return _check()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else "check", sys.argv[2:]))
