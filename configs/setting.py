"""One setting: its default, what it may hold, and how it is read from text or TOML."""

import math
from dataclasses import Field, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from configs.fault import Fault

TRUE_WORDS = frozenset({"true", "yes", "on", "1"})
FALSE_WORDS = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """One setting as README and `rehearse doctor` list it."""

    name: str
    """As in the TOML file, such as "server.port"."""
    env: str
    """Such as "REHEARSE_SERVER_PORT"."""
    default: str
    """As people read it; the same on every machine."""
    values: str
    """What it may hold, such as "a whole number from 0 to 65535"."""
    about: str
    """One line."""


@dataclass(frozen=True, slots=True)
class About:
    """What a setting's field carries beside its default."""

    text: str
    low: float | None = None
    high: float | None = None
    secret: bool = False
    """True when its value must never be printed."""
    default_said: str | None = None
    """Said instead of a default that differs from machine to machine."""


def setting(
    default: Any,
    text: str,
    *,
    low: float | None = None,
    high: float | None = None,
    secret: bool = False,
) -> Any:
    """A dataclass field that holds one setting; `text` is its one-line meaning."""
    about = About(text, low, high, secret)
    return field(default=default, repr=not secret, metadata={"about": about})


def about_of(a_field: "Field[Any]") -> About:
    found = a_field.metadata["about"]
    assert isinstance(found, About)
    return found


def expected(kind: Any, about: About) -> str:
    """What the setting may hold, as it reads after "expected"."""
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(kind))
    said = {bool: "true or false", int: "a whole number", float: "a number", Path: "a folder"}
    return said.get(kind, "a text") + _range_said(about)


def _range_said(about: About) -> str:
    if about.low is not None and about.high is not None:
        return f" from {about.low:g} to {about.high:g}" if about.high < 1e5 else _big_range(about)
    return "" if about.low is None else f" of at least {about.low:g}"


def _big_range(about: About) -> str:
    assert about.low is not None
    assert about.high is not None
    return f" from {about.low:.0f} to {about.high:.0f}"


def check(name: str, kind: Any, about: About, value: object, source: str = "") -> None:
    """Raises Fault "setting-not-valid" when value is not what the setting may hold."""
    if not _fits(kind, about, value):
        raise not_valid(name, kind, about, value, source)


def not_valid(name: str, kind: Any, about: About, value: object, source: str) -> Fault:
    came = "a value that is not shown here" if about.secret else f"{value!r:.80}"
    where = f" (from {source})" if source else ""
    return Fault(
        "setting-not-valid",
        f"{name}: expected {expected(kind, about)}, not {came}{where}.",
        "Change it, or leave it out to get the default.",
    )


def _fits(kind: Any, about: About, value: object) -> bool:
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in (int, float):
        return _number_fits(kind, about, value)
    return isinstance(value, kind)


def _number_fits(kind: Any, about: About, value: object) -> bool:
    allowed = (int, float) if kind is float else (int,)
    if isinstance(value, bool) or not isinstance(value, allowed) or not math.isfinite(value):
        return False
    above = about.low is None or value >= about.low
    return above and (about.high is None or value <= about.high)


def from_toml(kind: Any, value: object) -> object:
    """A TOML value as the field holds it; what does not fit is left for check to refuse."""
    if kind is Path and isinstance(value, str) and value:
        return Path(value).expanduser()
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def from_text(kind: Any, text: str) -> object:
    """The text of an environment variable as the field holds it, or the text when it is none."""
    if kind is bool:
        word = text.strip().lower()
        return True if word in TRUE_WORDS else False if word in FALSE_WORDS else text
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            return text
    return from_toml(kind, text)
