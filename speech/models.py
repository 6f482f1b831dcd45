"""The models that can be fetched, and what is on this disk of them."""

import difflib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from speech.fault import SpeechFault

Kind = Literal["whisper", "piper"]
CHECKSUMS = "checksums.json"
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Model:
    """A model on the hub; kept in FOLDER/kind/name/."""

    kind: Kind
    name: str
    """Such as "base.en" or "en_US-amy-medium"."""
    repo: str
    """On the hub, owner/name."""
    files: tuple[tuple[str, ...], ...]
    """Paths in the repo; one of each group is needed, and the first that is there is taken."""
    megabytes: int
    """To fetch, about."""
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class Checksum:
    """Of one file, as the hub tells it."""

    n_bytes: int
    kind: Literal["sha256", "git-sha1"]
    """git-sha1 is git's own for a blob: SHA-1 of "blob SIZE" and a NUL before the content."""
    digest: str
    """Lower case hexadecimal."""

    def matches(self, path: Path) -> bool:
        """Reads all of the file. Raises OSError."""
        if path.stat().st_size != self.n_bytes:
            return False
        if self.kind == "sha256":
            running = hashlib.sha256()
        else:
            running = hashlib.sha1(b"blob %d\0" % self.n_bytes, usedforsecurity=False)
        with path.open("rb") as file:
            while block := file.read(_READ_BYTES):
                running.update(block)
        return running.hexdigest() == self.digest


def _whisper(name: str, megabytes: int) -> Model:
    files = (
        ("config.json",),
        ("tokenizer.json",),
        ("vocabulary.txt", "vocabulary.json"),
        ("model.bin",),
    )
    return Model("whisper", name, f"Systran/faster-whisper-{name}", files, megabytes)


def _piper(name: str) -> Model:
    region, speaker, quality = name.split("-")
    path = f"{region.split('_')[0]}/{region}/{speaker}/{quality}/{name}.onnx"
    return Model("piper", name, "rhasspy/piper-voices", ((f"{path}.json",), (path,)), 63)


WHISPER_MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        _whisper("tiny.en", 78),
        _whisper("base.en", 148),
        _whisper("small.en", 487),
        _whisper("tiny", 78),
        _whisper("base", 148),
        _whisper("small", 487),
    )
}
PIPER_VOICES: dict[str, Model] = {
    name: _piper(name)
    for name in (
        "en_US-amy-medium",
        "en_US-ryan-medium",
        "en_US-lessac-medium",
        "en_US-hfc_female-medium",
        "en_US-joe-medium",
        "en_US-kristin-medium",
        "en_GB-alan-medium",
        "en_GB-jenny_dioco-medium",
    )
}


def find_model(kind: Kind, name: str) -> Model:
    """From the catalogue. Raises SpeechFault "model-unknown", which names the nearest."""
    known = WHISPER_MODELS if kind == "whisper" else PIPER_VOICES
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    raise SpeechFault(
        "model-unknown",
        f'A {kind} model of the catalogue was expected, not "{name}".',
        f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(sorted(known))}.",
    )


def folder_of(model: Model, folder: Path) -> Path:
    """Where the model's files are, below the folder of all models."""
    return folder / model.kind / model.name


def path_of(model: Model, folder: Path) -> Path:
    """What its engine loads: the folder of a Whisper model, the .onnx of a Piper voice."""
    own = folder_of(model, folder)
    return own if model.kind == "whisper" else own / f"{model.name}.onnx"


def installed(model: Model, folder: Path) -> bool:
    """True when all files are there, in the recorded sizes where sizes are recorded. Quick: damage
    inside a file is for verify to find."""
    own = folder_of(model, folder)
    names = _names_on_disk(model, own)
    if len(names) < len(model.files):
        return False
    recorded = read_checksums(own) or {}
    sizes = {name: (own / name).stat().st_size for name in names}
    return all(recorded[name].n_bytes == sizes[name] for name in names if name in recorded)


def verify(model: Model, folder: Path) -> tuple[str, ...]:
    """Names of the files that are missing or differ from what was downloaded; () is well.

    Reads every byte. Raises SpeechFault "model-not-verifiable" where no checksums are recorded.
    """
    own = folder_of(model, folder)
    recorded = read_checksums(own)
    if recorded is None:
        raise SpeechFault(
            "model-not-verifiable",
            f"Checksums of {model.name} were expected beside it, but there are none to read.",
            "Download it again: rehearse models download",
        )
    return tuple(name for name, checksum in recorded.items() if not _sound(own / name, checksum))


def read_checksums(own: Path) -> dict[str, Checksum] | None:
    """File name to checksum, from the model's own folder; None when there are none to read."""
    try:
        document = json.loads((own / CHECKSUMS).read_bytes())
        return {name: Checksum(**entry) for name, entry in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _names_on_disk(model: Model, own: Path) -> list[str]:
    """The first of each group that is there."""
    groups = ([Path(path).name for path in group] for group in model.files)
    found = (next((name for name in names if (own / name).is_file()), None) for names in groups)
    return [name for name in found if name is not None]


def _sound(path: Path, checksum: Checksum) -> bool:
    try:
        return checksum.matches(path)
    except OSError:
        return False
