"""What a call that could not be scored says to its rep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from storage.calls import CallRow
from web.wording import lasted


@dataclass(frozen=True, slots=True)
class Failure:
    happened: str
    kept: str
    to_do: str
    code: str


_AGAIN: Final = "Start the scenario again."
_KNOWN: Final[Mapping[str, tuple[str, str]]] = {
    "audio-silent": (
        "Nothing could be heard on the recording.",
        "Check that the microphone is on and is the right one, then call again.",
    ),
    "audio-empty": ("The call ended before there was anything to hear.", _AGAIN),
    "audio-not-found": ("The recording is not where it should be.", _AGAIN),
    "audio-not-decodable": ("The recording cannot be read.", _AGAIN),
    "audio-needs-two-tracks": ("The recording does not hold both sides.", _AGAIN),
    "disk-full": (
        "There was no room left on the disk.",
        "Free some space where Rehearse keeps its data, then call again.",
    ),
    "call-never-answered": ("The call was never answered.", _AGAIN),
    "call-too-short": ("The call was too short to score.", _AGAIN),
}


def failure_of(call: CallRow, has_recording: bool) -> Failure | None:
    """None unless the call failed."""
    if call.state != "failed":
        return None
    code = call.failure or "unknown"
    happened, to_do = _KNOWN.get(code, ("The call could not be scored.", _AGAIN))
    return Failure(happened, _kept(call, has_recording), to_do, code)


def _kept(call: CallRow, has_recording: bool) -> str:
    if not has_recording:
        return "No sound was kept."
    if call.duration_s:
        return f"The recording of {lasted(call.duration_s)} is kept and can be played below."
    return "What was recorded is kept and can be played below."
