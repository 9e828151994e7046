"""Components that a page draws once for the same arguments, however many rows show them."""

from collections.abc import Callable, Hashable

from markupsafe import Markup


def remembered(component: Callable[..., Markup]) -> Callable[..., Markup]:
    """
    Return a component that is drawn once for each set of arguments, as long as a page is made.

    For one whose drawing hangs on nothing else: fifty rows show five statuses.
    """
    drawn: dict[tuple[Hashable, ...], Markup] = {}

    def draw(*given: Hashable) -> Markup:
        found = drawn.get(given)
        if found is None:
            found = drawn[given] = component(*given)
        return found

    return draw
