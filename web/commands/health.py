"""What stands between this machine and a call, one row a role."""

import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, get_type_hints

from configs.fault import Fault
from configs.load import Catalogue
from configs.setting import about_of
from configs.settings import Settings, setting_docs
from speech.fault import SpeechFault

State = Literal["good", "rough", "missing"]
"""rough: a fallback serves; missing: no call can be held."""

LEAST_FREE_BYTES: Final = 200_000_000
"""About four hours of calls, and room for the database to work in."""
OTHER_FOLDER: Final = 'export REHEARSE_DATA_FOLDER="$HOME/rehearse"'


@dataclass(frozen=True, slots=True)
class Row:
    role: str
    name: str
    """What serves the role; "none" when nothing does."""
    why: str
    """One sentence."""
    state: State
    remedy: str
    """The one command that mends or betters it; "" when nothing is to be done."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    name: str
    env: str
    value: str
    """As people read it; a secret is only ever "set" or ""."""
    is_default: bool


@dataclass(frozen=True, slots=True)
class Health:
    version: str
    rows: tuple[Row, ...]
    settings: tuple[SettingRow, ...]

    @property
    def can_hold_a_call(self) -> bool:
        return all(row.state != "missing" for row in self.rows)

    def document(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "version": self.version,
            "can_hold_a_call": self.can_hold_a_call,
            "roles": [asdict(row) for row in self.rows],
            "settings": [asdict(row) for row in self.settings],
        }


def engine_rows(settings: Settings, catalogue: Catalogue) -> tuple[Row, ...]:
    """Which engine serves each role, and why; one row that says what broke when none can."""
    from agents.worker import Engines  # heavy: loads livekit and the speech engines

    try:
        engines = Engines(settings, catalogue.personas.values())
    except (Fault, SpeechFault, ImportError) as error:
        return (_broken(error),)
    rows = tuple(
        Row(one.role, one.name, one.why, "rough" if one.rough else "good", one.remedy)
        for one in engines.status()
    )
    engines.close()
    return rows


def _broken(error: Fault | SpeechFault | ImportError) -> Row:
    if isinstance(error, ImportError):
        said = f"The package {error.name or 'of an engine'} cannot be imported."
        return Row("engines", "none", said, "missing", "make install")
    return Row("engines", "none", error.said, "missing", error.remedy)


def place_rows(settings: Settings, catalogue: Catalogue) -> Iterator[Row]:
    """Where calls are kept, and what there is to rehearse."""
    folder = settings.data.folder
    yield _storage(folder)
    yield _recordings(folder)
    yield _disk(folder)
    yield _scenarios(catalogue)


def _storage(folder: Path) -> Row:
    from storage.database import Database  # heavy: loads SQLAlchemy

    file = folder / "rehearse.db"
    if not file.exists():
        if not _writable(folder):
            said = "The database cannot be made there."
            return Row("storage", "none", said, "missing", _own(folder))
        return Row("storage", f"SQLite {file}", "It is made at the first start.", "good", "")
    try:
        Database.open(file).close()
    except Fault as fault:
        remedy = OTHER_FOLDER if _writable(file) else _own(folder)
        return Row("storage", f"SQLite {file}", fault.said, "missing", remedy)
    return Row("storage", f"SQLite {file}", "Calls are kept there.", "good", "")


def _recordings(folder: Path) -> Row:
    calls = folder / "calls"
    if not _writable(calls):
        said = "Recordings cannot be written there."
        return Row("recordings", str(calls), said, "missing", _own(folder))
    return Row("recordings", f"folder {calls}", "Two-channel Ogg Opus files.", "good", "")


def _own(folder: Path) -> str:
    """The command that gives this account a data folder it can write."""
    if folder.exists():
        return f"sudo chown -R $(id -un) {shlex.quote(str(folder))}"
    return OTHER_FOLDER


def _writable(path: Path) -> bool:
    """Whether path can be written, or made where it is not there yet."""
    nearest = next(one for one in (path, *path.parents) if one.exists())
    if nearest != path and not nearest.is_dir():
        return False
    return os.access(nearest, os.W_OK | (os.X_OK if nearest.is_dir() else 0))


def _disk(folder: Path) -> Row:
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(nearest).free
    name = f"{free / 1e9:.1f} GB free"
    if free >= LEAST_FREE_BYTES:
        return Row("disk", name, "An hour of calls takes about 50 MB.", "good", "")
    said = f"{LEAST_FREE_BYTES / 1e6:.0f} MB are wanted for recordings."
    return Row("disk", name, said, "missing", OTHER_FOLDER)


def _scenarios(catalogue: Catalogue) -> Row:
    name = f"{len(catalogue.scenarios)} scenarios"
    if not catalogue.scenarios:
        return Row("scenarios", name, "There is nothing to rehearse.", "missing", "make install")
    if catalogue.faults:
        first, n = catalogue.faults[0], len(catalogue.faults)
        said = f"{n} left out; the first: {first.said}"
        return Row("scenarios", name, said, "rough", first.remedy)
    return Row("scenarios", name, "Every file could be read.", "good", "")


def setting_rows(settings: Settings) -> Iterator[SettingRow]:
    """Every setting with its value in use, in the order of the sections."""
    defaults = Settings()
    docs = iter(setting_docs())
    for section_name in get_type_hints(Settings):
        section, untouched = getattr(settings, section_name), getattr(defaults, section_name)
        for one in fields(section):
            doc, value = next(docs), getattr(section, one.name)
            said = ("set" if value else "") if about_of(one).secret else str(value)
            yield SettingRow(doc.name, doc.env, said, value == getattr(untouched, one.name))
