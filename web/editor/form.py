"""The form that a scenario is written in, made from the dataclasses that it is read into."""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from configs.scenario import Concession, Gatekeeper, HiddenFact, Lines, Objection, Scenario
from web.editor.help_texts import GROUPS, HELP

Control = Literal["text", "wordings", "words", "choice", "whole", "decimal", "slots"]
"""wordings: one a line; words: parted by commas; slots: "name = text", one a line."""


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    """As in the TOML file."""
    control: Control
    label: str
    help: str
    rows: int
    """Of its box; 1 is a single line."""
    choices: tuple[str, ...]
    """What it can be; () for anything, and for what only the catalogue knows."""
    required: bool
    """That the scenario cannot do without it, unless a base or a manner gives it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: one table of the TOML file, or several alike."""

    key: str
    """As in the TOML file; "" for the file's own keys."""
    label: str
    one: str
    """What one of several is called, such as "hidden fact"."""
    help: str
    repeats: bool
    fields: tuple[Field, ...]


_WORDS: Final = {"topics", "concern_words", "answer_words", "raised_by", "asked_by", "needs"} | {
    "reason_words"
}
_BRIEFING: Final = ("briefing", "goal", "product_facts", "good")
_NOT_WRITTEN: Final = ("id", "variant_of", "facts", "objections", "concessions", "gatekeeper")


def _fields(kind: Any, prefix: str) -> Iterator[Field]:
    hints = get_type_hints(kind)
    for one in fields(kind):
        key = one.metadata.get("toml", one.name)
        dotted = f"{prefix}{key}"
        if dotted in HELP:
            words = HELP[dotted]
            yield Field(
                key=key,
                control=_control(key, hints[one.name]),
                label=words.label,
                help=words.help,
                rows=words.rows,
                choices=_choices(hints[one.name]),
                required=one.default is MISSING and one.default_factory is MISSING,
            )


def _control(key: str, hint: Any) -> Control:
    if get_origin(hint) in (Union, UnionType):
        hint = next(one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is tuple:
        return "words" if key in _WORDS else "wordings"
    if get_origin(hint) is Literal or key in ("persona", "rubric"):
        return "choice"
    return {int: "whole", float: "decimal"}.get(hint, "text")  # type: ignore[return-value]


def _choices(hint: Any) -> tuple[str, ...]:
    return get_args(hint) if get_origin(hint) is Literal else ()


def _group(key: str, kind: Any, *, repeats: bool) -> Group:
    words = GROUPS[key]
    return Group(key, words.label, words.one, words.help, repeats, tuple(_fields(kind, f"{key}.")))


def _own_keys(name: str, wanted: tuple[str, ...], *more: Field) -> Group:
    by_key = {one.key: one for one in _fields(Scenario, "")}
    words = GROUPS[name]
    own = tuple(by_key[key] for key in wanted if key in by_key)
    return Group("", words.label, words.one, words.help, False, (*own, *more))


def _slots() -> Field:
    words = HELP["slots"]
    return Field("slots", "slots", words.label, words.help, words.rows, (), required=False)


_PLAIN: Final = tuple(
    one.name for one in fields(Scenario) if one.name not in (*_NOT_WRITTEN, *_BRIEFING, "lines")
)

FORM: Final[tuple[Group, ...]] = (
    _own_keys("scenario", _PLAIN),
    _own_keys("briefing", _BRIEFING, _slots()),
    _group("facts", HiddenFact, repeats=True),
    _group("objections", Objection, repeats=True),
    _group("concessions", Concession, repeats=True),
    _group("gatekeeper", Gatekeeper, repeats=False),
    _group("lines", Lines, repeats=False),
)
"""In the order of the page."""

REPEATED: Final = {one.key: one for one in FORM if one.repeats}
