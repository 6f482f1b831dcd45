"""News of a reply that may yet be thrown away."""

from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Withheld(Generic[_T]):
    """Tells nothing until the reply is used, then what there was and all that follows; a reply
    that is thrown away leaves no trace."""

    def __init__(self, tell: Callable[[_T], None]) -> None:
        self._tell = tell
        self._held: list[_T] = []
        self._used = False

    def add(self, news: _T) -> None:
        if self._used:
            self._tell(news)
        else:
            self._held.append(news)

    def use(self) -> None:
        """Safe twice."""
        self._used = True
        held, self._held = self._held, []
        for news in held:
            self._tell(news)
