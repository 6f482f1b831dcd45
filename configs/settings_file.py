"""Settings written into the TOML file that they are read from, what else is in it left as it is."""

import os
import stat
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from configs.fault import Fault
from configs.settings import CONFIG_ENV, DEFAULT_FILE, load_settings, setting_docs

Value = str | int | float | bool
_OTHERS_MAY_READ: Final = 0o666
"""Of a new file, before the umask."""


def settings_file(env: Mapping[str, str]) -> Path:
    """The file that load_settings reads, or would read if it were there."""
    named = env.get(CONFIG_ENV)
    return Path(named).expanduser() if named else DEFAULT_FILE


def overridden(names: Mapping[str, object], env: Mapping[str, str]) -> dict[str, str]:
    """The settings of names that the environment sets whatever the file says, and the variable."""
    return {doc.name: doc.env for doc in setting_docs() if doc.name in names and doc.env in env}


def write_settings(file: Path, values: Mapping[str, Value]) -> bool:
    """Puts the values, by names such as "speech.whisper_model", into the file, which is made
    where there is none. Comments, order and other keys stay as they are. False when the file
    said so already and was left alone.

    The file is replaced in one step by one that was read back first; on a fault it is as before.
    Raises Fault "setting-file-not-toml", "setting-file-not-written", and what load_settings
    raises.
    """
    target = file.resolve()  # a link stays a link
    try:
        before = target.read_bytes().decode() if target.exists() else ""
        after = _changed(before, values, file.name)
        if after is None:
            return False
        _replace(target, after.encode())
    except UnicodeDecodeError:
        raise _not_toml(file.name, "bytes that are not UTF-8") from None
    except OSError as error:
        raise Fault(
            "setting-file-not-written",
            f"Expected to write settings into {file}; {error.strerror or 'that failed'}.",
            f"Change the rights of its folder, or name another file in {CONFIG_ENV}.",
        ) from error
    return True


def _changed(text: str, values: Mapping[str, Value], file_name: str) -> str | None:
    """The text with the values; None when it has them already."""
    try:
        wanted = tomllib.loads(text)
        document = tomlkit.parse(text)
    except (tomllib.TOMLDecodeError, TOMLKitError) as error:
        raise _not_toml(file_name, str(error)) from None
    if all(_has(wanted, name, value) for name, value in values.items()):
        return None
    for name, value in values.items():
        section, key = name.split(".")
        _refuse_single_value(wanted.setdefault(section, {}), section, file_name)
        wanted[section][key] = value
    for section in dict.fromkeys(name.split(".")[0] for name in values):
        _put(document, section, {n.split(".")[1]: v for n, v in values.items() if _in(n, section)})
    after = tomlkit.dumps(document)
    if tomllib.loads(after) != wanted:
        raise Fault(
            "setting-file-not-written",
            f"{file_name}: the settings could not be put in without touching others.",
            "Write them into it by hand.",
        )
    return after


def _put(document: tomlkit.TOMLDocument, section: str, values: Mapping[str, Value]) -> None:
    if section not in document:
        table: Any = tomlkit.table()
        document[section] = table
    table = document[section]
    # What stands after a table's last key mostly belongs to the next: new keys go before it.
    after = _take_trailing(table)
    for key, value in values.items():
        table[key] = value
    for item in after:
        table.add(item)


def _take_trailing(table: Any) -> list[Item]:
    """Takes comments and blank lines after the last key out of a table of several lines."""
    taken: list[Item] = []
    if not isinstance(table, tomlkit.items.Table):
        return taken
    body = table.value.body
    while len(body) > 1 and body[-1][0] is None:
        taken.insert(0, body.pop()[1])
    return taken


def _has(document: Mapping[str, Any], name: str, value: Value) -> bool:
    section, key = name.split(".")
    table = document.get(section)
    return isinstance(table, dict) and key in table and bool(table[key] == value)


def _in(name: str, section: str) -> bool:
    return name.startswith(f"{section}.")


def _refuse_single_value(table: object, section: str, file_name: str) -> None:
    if not isinstance(table, dict):
        raise Fault(
            "setting-not-valid",
            f"{file_name}: expected [{section}] to be a table, not a single value.",
            f"Write [{section}] on a line of its own and the settings below it.",
        )


def _replace(target: Path, content: bytes) -> None:
    """Raises OSError, and Fault when Rehearse could not start with the content."""
    there = target.stat() if target.exists() else None
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    mode = _OTHERS_MAY_READ if there is None else stat.S_IMODE(there.st_mode)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            if there is not None:
                with suppress(PermissionError):  # who runs this owns it then
                    os.fchown(handle, there.st_uid, there.st_gid)
                os.fchmod(handle, mode)
            file.write(content)
            file.flush()
            os.fsync(handle)
        load_settings(file=beside, env={})
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _not_toml(file_name: str, came: str) -> Fault:
    return Fault("setting-file-not-toml", f"{file_name}: expected TOML; {came}.", "Mend that line.")
