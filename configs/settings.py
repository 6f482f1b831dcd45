"""What the person who runs Rehearse decides.

Where a setting comes from, the first that has it wins:

1. the environment: REHEARSE_SECTION_KEY, such as REHEARSE_SERVER_PORT;
2. the TOML file: the one that was passed in, else the one that REHEARSE_CONFIG names, else
   ./rehearse.toml when there is one; a section is a table, such as [server];
3. for words.api_key, words.base_url and words.model alone: OPENAI_API_KEY, OPENAI_BASE_URL and
   OPENAI_MODEL (after the file, as what was written for Rehearse is the more particular);
4. the default.

An unknown section or key, in the file or in the environment, is an error, not a shrug.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_type_hints

from platformdirs import user_data_path

from configs.fault import Fault
from configs.nearest import did_you_mean
from configs.setting import (
    About,
    SettingDoc,
    about_of,
    check,
    expected,
    from_text,
    from_toml,
    setting,
)

PREFIX = "REHEARSE_"
CONFIG_ENV = "REHEARSE_CONFIG"
DEFAULT_FILE = Path("rehearse.toml")
OPENAI_ENV = {
    "OPENAI_API_KEY": "words.api_key",
    "OPENAI_BASE_URL": "words.base_url",
    "OPENAI_MODEL": "words.model",
}


class Section:
    """A table of settings; raises Fault "setting-not-valid" when made with a wrong value."""

    __slots__ = ()

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for one in fields(self):  # type: ignore[arg-type]
            name = f"{type(self).__name__.lower()}.{one.name}"
            check(name, hints[one.name], about_of(one), getattr(self, one.name))


@dataclass(frozen=True, slots=True)
class Server(Section):
    host: str = setting("127.0.0.1", "Address to listen on.")
    port: int = setting(8420, "Port to listen on; 0 takes any free one.", low=0, high=65535)


@dataclass(frozen=True, slots=True)
class Data(Section):
    folder: Path = field(
        default_factory=lambda: user_data_path("rehearse", appauthor=False),
        metadata={
            "about": About(
                "Where calls, recordings and the database are kept.",
                default_said="the system's folder for user data, `rehearse` in it",
            )
        },
    )


@dataclass(frozen=True, slots=True)
class Speech(Section):
    transcriber: Literal["auto", "whisper", "pocketsphinx"] = setting(
        "auto", "Speech to text; auto is Whisper as soon as its model is there."
    )
    whisper_model: str = setting("base.en", "Whisper model, as faster-whisper names it.")
    whisper_compute: str = setting("int8", "Number format of Whisper, as ctranslate2 names it.")
    whisper_threads: int = setting(
        1, "CPU threads for each of the two clips that Whisper may hear at once.", low=1, high=256
    )
    whisper_window_s: float = setting(
        10.0,
        "Sound that Whisper is shown on a live call at the least; 30 is all it can take.",
        low=10,
        high=30,
    )
    synthesizer: Literal["auto", "piper", "espeak"] = setting(
        "auto", "Text to speech; auto is Piper as soon as the persona's voice is there."
    )


@dataclass(frozen=True, slots=True)
class Models(Section):
    folder: str = setting("", "Where models are kept; empty is `models` in data.folder.")
    hub: str = setting("https://huggingface.co", "Where models are downloaded from.")
    connect_timeout_s: float = setting(
        5.0, "Seconds to wait for the hub before doing without.", low=0.1, high=120
    )
    download: Literal["background", "never"] = setting(
        "background", "Whether missing models are downloaded while Rehearse runs."
    )


@dataclass(frozen=True, slots=True)
class Words(Section):
    source: Literal["auto", "openai", "authored"] = setting(
        "auto", "The buyer's words; auto asks a model when there is a key or a base_url."
    )
    model: str = setting("gpt-4o-mini", "Model that words the buyer's replies.")
    base_url: str = setting("", "OpenAI-compatible endpoint; empty is OpenAI itself.")
    api_key: str = setting("", "Key for that endpoint.", secret=True)
    first_token_s: float = setting(
        1.2, "Seconds to wait for the first word before an authored line is said.", low=0.1, high=60
    )


@dataclass(frozen=True, slots=True)
class Call(Section):
    min_endpointing_s: float = setting(
        0.3, "Shortest silence after which the buyer may answer, in seconds.", low=0, high=10
    )
    max_endpointing_s: float = setting(
        1.2, "Silence after which the buyer answers in any case, in seconds.", low=0, high=30
    )

    def __post_init__(self) -> None:
        Section.__post_init__(self)
        if self.max_endpointing_s < self.min_endpointing_s:
            raise Fault(
                "setting-not-valid",
                f"call.max_endpointing_s: expected at least call.min_endpointing_s "
                f"({self.min_endpointing_s:g}), not {self.max_endpointing_s:g}.",
                "Raise the one or lower the other.",
            )


@dataclass(frozen=True, slots=True)
class Sample(Section):
    organisation: bool = setting(
        True, "Whether the sample organisation is there; it is only served on this machine."
    )


@dataclass(frozen=True, slots=True)
class Settings:
    server: Server = field(default_factory=Server)
    data: Data = field(default_factory=Data)
    speech: Speech = field(default_factory=Speech)
    models: Models = field(default_factory=Models)
    words: Words = field(default_factory=Words)
    call: Call = field(default_factory=Call)
    sample: Sample = field(default_factory=Sample)

    @property
    def models_folder(self) -> Path:
        """models.folder, or `models` in data.folder when that is empty."""
        named = self.models.folder
        return Path(named).expanduser() if named else self.data.folder / "models"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one setting lives."""

    section: str
    field: "Field[Any]"
    kind: Any

    @property
    def name(self) -> str:
        return f"{self.section}.{self.field.name}"

    @property
    def env(self) -> str:
        return f"{PREFIX}{self.section}_{self.field.name}".upper()


def _places() -> Iterator[_Place]:
    for name, section in get_type_hints(Settings).items():
        hints = get_type_hints(section)
        yield from (_Place(name, one, hints[one.name]) for one in fields(section))


_PLACES = {place.name: place for place in _places()}
_BY_ENV = {place.env: place for place in _PLACES.values()}


def load_settings(*, file: Path | None, env: Mapping[str, str]) -> Settings:
    """The settings from env and the TOML file (see the module for which wins).

    Raises Fault: setting-unknown, setting-not-valid, setting-file-missing, setting-file-not-toml.
    """
    values: dict[str, object] = dict(_from_openai(env))
    path = _file_to_read(file, env)
    if path is not None:
        values.update(_from_file(path))
    values.update(_from_env(env))
    return _settings_of(values)


def _settings_of(values: Mapping[str, object]) -> Settings:
    made = {}
    for name, section in get_type_hints(Settings).items():
        given = {key: values[f"{name}.{key}"] for key in _keys(name) if f"{name}.{key}" in values}
        made[name] = section(**given)
    return Settings(**made)


def _keys(section: str) -> list[str]:
    return [place.field.name for place in _PLACES.values() if place.section == section]


def _from_openai(env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, env[key]) for key, name in OPENAI_ENV.items() if env.get(key))


def _from_env(env: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    for key in sorted(env):
        if not key.startswith(PREFIX) or key == CONFIG_ENV:
            continue
        if key not in _BY_ENV:
            raise _unknown(f"the environment variable {key}", key, [*_BY_ENV, CONFIG_ENV])
        place = _BY_ENV[key]
        value = from_text(place.kind, env[key])
        check(place.name, place.kind, about_of(place.field), value, key)
        yield place.name, value


def _file_to_read(file: Path | None, env: Mapping[str, str]) -> Path | None:
    named = file or (Path(env[CONFIG_ENV]).expanduser() if env.get(CONFIG_ENV) else None)
    if named is None:
        return DEFAULT_FILE if DEFAULT_FILE.is_file() else None
    if not named.is_file():
        raise Fault(
            "setting-file-missing",
            f"Expected a settings file at {named}, and there is none.",
            f"Make it, or change {CONFIG_ENV}.",
        )
    return named


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The message of tomllib gives line and column, and never the line itself.
        came = "bytes that are not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise Fault(
            "setting-file-not-toml", f"{path.name}: expected TOML; {came}.", "Mend that line."
        ) from None


def _from_file(path: Path) -> Iterator[tuple[str, object]]:
    sections = list(get_type_hints(Settings))
    for section, table in _read_toml(path).items():
        if section not in sections:
            raise _unknown(f'the section "{section}" in {path.name}', section, sections)
        if not isinstance(table, dict):
            raise Fault(
                "setting-not-valid",
                f"{path.name}: expected [{section}] to be a table, not a single value.",
                f"Write [{section}] on a line of its own and the settings below it.",
            )
        yield from _from_table(path, section, table)


def _from_table(
    path: Path, section: str, table: Mapping[str, object]
) -> Iterator[tuple[str, object]]:
    for key, raw in table.items():
        name = f"{section}.{key}"
        if name not in _PLACES:
            known = [f"{section}.{one}" for one in _keys(section)]
            raise _unknown(f'the setting "{name}" in {path.name}', name, known)
        place = _PLACES[name]
        value = from_toml(place.kind, raw)
        check(name, place.kind, about_of(place.field), value, path.name)
        yield name, value


def _unknown(what: str, wrong: str, known: list[str]) -> Fault:
    return Fault("setting-unknown", f"Rehearse does not know {what}.", did_you_mean(wrong, known))


def setting_docs() -> tuple[SettingDoc, ...]:
    """Every setting, in the order of the sections."""
    return tuple(_doc(place) for place in _PLACES.values())


def _doc(place: _Place) -> SettingDoc:
    about = about_of(place.field)
    default = about.default_said
    if default is None:
        raw = place.field.default
        default = str(raw).lower() if isinstance(raw, bool) else str(raw)
    values = expected(place.kind, about)
    return SettingDoc(place.name, place.env, default, values, about.text)


def settings_table_markdown() -> str:
    """The settings table of README, ending in a line break."""
    rows = ["| setting | environment | default | meaning |", "|---|---|---|---|"]
    for doc in setting_docs():
        default = doc.default if " " in doc.default else f"`{doc.default}`"
        default = default if doc.default else "empty"
        rows.append(f"| `{doc.name}` | `{doc.env}` | {default} | {_about_said(doc)} |")
    return "\n".join(rows) + "\n"


def _about_said(doc: SettingDoc) -> str:
    if not doc.values.startswith("one of"):
        return doc.about
    return f"{doc.about} {doc.values.capitalize()}.".replace('"', "`")
