"""The form as its page draws it: each field with what was typed, and what is to be said of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any, Final

from configs.catalogue import Catalogue
from configs.fault import Fault, PlacedFault
from configs.scenario_reader import whole_table
from configs.toml_reader import Place
from web.editor.form import FORM, Field, Group
from web.editor.values import DRAFT_NOTES, entries_of, name_of, sources_of, values_of
from web.wording import KINDS, OBJECTION_KINDS, UNLOCKS

_NAMES: Final[Mapping[str, Mapping[Any, str]]] = {
    "kind": dict(KINDS),
    "objections.kind": dict(OBJECTION_KINDS),
    "facts.unlock": dict(UNLOCKS),
}
MISSING: Final = "-key-missing"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldView:
    field: Field
    name: str
    value: str
    options: tuple[Option, ...]
    """Of a choice."""
    faults: tuple[PlacedFault, ...]
    missing: bool
    """That it is still to be filled in."""
    inherited: str
    """What stands here when it is left empty; "" for nothing."""
    source: str
    """The sentence that a drafted text came from."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """One of several alike, or the only one."""

    n: int
    title: str
    fields: tuple[FieldView, ...]

    @property
    def has_faults(self) -> bool:
        return any(one.faults or one.missing for one in self.fields)


@dataclass(frozen=True, slots=True)
class GroupView:
    group: Group
    entries: tuple[EntryView, ...]
    faults: tuple[PlacedFault, ...]
    """About all of it."""
    missing: bool
    """That all of it is still to be filled in."""
    inherited: int
    """How many entries stand here when there is none."""


@dataclass(frozen=True, slots=True)
class ToDo:
    name: str
    """Of the field."""
    label: str


@dataclass(frozen=True, slots=True)
class FormView:
    groups: tuple[GroupView, ...]
    todo: tuple[ToDo, ...]
    """What is still to be filled in."""
    n_faults: int
    """Values that will not do."""
    elsewhere: tuple[Fault, ...]
    """Faults of no field."""
    draft_notes: tuple[str, ...]
    """What was left out when a model drafted this."""


def form_view(
    values: Mapping[str, str],
    faults: Sequence[PlacedFault],
    around: Catalogue,
) -> FormView:
    """Values as compacted() leaves them."""
    by_name: dict[str, list[PlacedFault]] = {}
    for fault in faults:
        by_name.setdefault(name_of(fault.keys), []).append(fault)
    if any(fault.code.endswith(MISSING) for fault in by_name.get("persona", [])):
        by_name.pop("lines", None)  # the persona's manner gives them
    drawing = _Drawing(values, by_name, _inherited(values, around), sources_of(values), around)
    groups = tuple(drawing.group(group) for group in FORM)
    shown = {view.name for group in groups for entry in group.entries for view in entry.fields}
    shown |= {group.group.key for group in groups}
    return FormView(
        groups=groups,
        todo=tuple(drawing.todo(groups)),
        n_faults=sum(not one.code.endswith(MISSING) for found in by_name.values() for one in found),
        elsewhere=tuple(
            one for name, found in by_name.items() if name not in shown for one in found
        ),
        draft_notes=tuple(drawing.sources.get(DRAFT_NOTES, "").splitlines()),
    )


def _inherited(values: Mapping[str, str], around: Catalogue) -> Mapping[str, Any]:
    """What the base and the persona's manner give, as the rep would hear it."""
    given = {key: values[key] for key in ("variant_of", "persona") if values.get(key)}
    try:
        return whole_table(given, around, Place("scenario", ""))
    except Fault:
        return {}


@dataclass(frozen=True, slots=True)
class _Drawing:
    values: Mapping[str, str]
    by_name: Mapping[str, Sequence[PlacedFault]]
    inherited: Mapping[str, Any]
    sources: Mapping[str, str]
    around: Catalogue

    def group(self, group: Group) -> GroupView:
        given = self.inherited.get(group.key) if group.key else None
        found = self.by_name.get(group.key, ()) if group.key else ()
        return GroupView(
            group=group,
            entries=tuple(self._entries(group)),
            faults=tuple(one for one in found if not one.code.endswith(MISSING)),
            missing=any(one.code.endswith(MISSING) for one in found),
            inherited=len(given) if isinstance(given, list | tuple) else int(bool(given)),
        )

    def _entries(self, group: Group) -> Iterator[EntryView]:
        if not group.repeats:
            prefix = f"{group.key}." if group.key else ""
            yield EntryView(0, "", tuple(self._fields(group, prefix)))
            return
        for n in entries_of(self.values, group.key):
            prefix = f"{group.key}.{n}."
            called = (self.values.get(prefix + key, "") for key in ("concern", "text", "id"))
            title = next((one for one in called if one), f"New {group.one}")
            yield EntryView(n, title, tuple(self._fields(group, prefix)))

    def _fields(self, group: Group, prefix: str) -> Iterator[FieldView]:
        shown = values_of(self.inherited)
        for field in group.fields:
            name = prefix + field.key
            found = self.by_name.get(name, ())
            options = tuple(self._options(group, field))
            inherited = "" if group.repeats else shown.get(name, "")
            yield FieldView(
                field=field,
                name=name,
                value=self.values.get(name, ""),
                options=options,
                faults=tuple(one for one in found if not one.code.endswith(MISSING)),
                missing=any(one.code.endswith(MISSING) for one in found),
                inherited=next((o.label for o in options if o.value == inherited), inherited),
                source=self.sources.get(name, ""),
            )

    def _options(self, group: Group, field: Field) -> Iterator[Option]:
        if field.key == "persona":
            for persona in sorted(self.around.personas.values(), key=lambda one: one.name):
                said = f"{persona.name}, {persona.role} at {persona.company}"
                yield Option(persona.id, said)
        elif field.key == "rubric":
            yield from (Option(one.id, one.title) for one in self.around.rubrics.values())
        else:
            names = _NAMES.get(f"{group.key}.{field.key}" if group.key else field.key, {})
            yield from (Option(one, names[one]) for one in field.choices)

    def todo(self, groups: Sequence[GroupView]) -> Iterator[ToDo]:
        for group in groups:
            if group.missing:
                yield ToDo(group.group.key, group.group.label)
            for entry in group.entries:
                of = f"{shorten(entry.title, 40, placeholder='…')}: " if group.group.repeats else ""
                for one in entry.fields:
                    if one.missing:
                        yield ToDo(one.name, of + one.field.label)
