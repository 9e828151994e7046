"""Where conditions and benefits are found: every class with a kind in the two folders."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import Any

from modules.promotions.engine import benefits, conditions
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.condition import Condition


@cache
def condition_kinds() -> Mapping[str, type[Condition]]:
    """Return every condition by its kind."""
    return MappingProxyType(_find(conditions, Condition))


@cache
def benefit_kinds() -> Mapping[str, type[Benefit]]:
    """Return every benefit by its kind."""
    return MappingProxyType(_find(benefits, Benefit))


def _find(folder: ModuleType, family: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in sorted(one.name for one in iter_modules(folder.__path__)):
        module = import_module(f"{folder.__name__}.{file}")
        for thing in vars(module).values():
            is_ours = isinstance(thing, type) and thing.__module__ == module.__name__
            if is_ours and issubclass(thing, family) and not isabstract(thing):
                assert thing.kind not in found, f"two of kind {thing.kind}"
                found[thing.kind] = thing
    return found
