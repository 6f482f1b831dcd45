"""A call's recording for the browser: to hear, and as an outline to draw."""

import wave
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Depends, Request
from starlette.responses import FileResponse, Response

from speech.audio_file import read_tracks
from speech.clip import Clip
from speech.peaks import peaks
from speech.resample import resample
from web.context import context_of
from web.grants import Granted, NotThere, OfCall

router = APIRouter()
HeardCall = Annotated[Granted, Depends(OfCall("hear_call"))]

N_BINS: Final = 1200
"""More than a wide page has pixels to draw them with, at two a pixel."""
WAV_HZ: Final = 24_000


@dataclass(frozen=True, slots=True)
class Outline:
    """Two waveforms on one time line."""

    duration_s: float
    rep: tuple[float, ...]
    """The largest level of each equal stretch of the call, in [0, 1]."""
    buyer: tuple[float, ...]


@router.get("/calls/{call_id}/recording")
def recording(request: Request, granted: HeardCall) -> Response:
    """Two-channel Ogg Opus; a Range is answered with that part."""
    return FileResponse(_recording(request, granted), media_type="audio/ogg")


@router.get("/calls/{call_id}/recording.wav")
def recording_wav(request: Request, granted: HeardCall) -> Response:
    """The same for browsers that play no Ogg Opus; made when first asked for, and kept beside
    the recording so that it is removed with it. Raises SpeechFault."""
    source = _recording(request, granted)
    target = source.with_suffix(".wav")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        _write_wav(target, read_tracks(source))
    return FileResponse(target, media_type="audio/wav")


@router.get("/calls/{call_id}/peaks.json")
def outline(request: Request, granted: HeardCall) -> Outline:
    """Raises SpeechFault for a recording that cannot be read."""
    path = _recording(request, granted)
    about = path.stat()
    return _outline(path, about.st_mtime_ns, about.st_size)


def _recording(request: Request, granted: Granted) -> Path:
    recordings = context_of(request).recordings
    if granted.call.state == "live" or not recordings.has_recording(granted.call.id):
        raise NotThere
    return recordings.recording_path(granted.call.id)


@lru_cache(maxsize=64)
def _outline(path: Path, _mtime_ns: int, _n_bytes: int) -> Outline:
    """Kept as long as the file stays as it is."""
    tracks = read_tracks(path)
    drawn = [tuple(round(peak, 3) for peak in peaks(track, N_BINS)) for track in tracks[:2]]
    return Outline(max(track.duration_s for track in tracks), drawn[0], drawn[-1])


def _write_wav(target: Path, tracks: tuple[Clip, ...]) -> None:
    sides = [resample(track, WAV_HZ).samples for track in tracks]
    frames = (np.clip(np.stack(sides, axis=1), -1, 1) * 32767).astype("<i2")
    part = target.with_suffix(".wav.part")
    with wave.open(str(part), "wb") as file:
        file.setnchannels(len(sides))
        file.setsampwidth(2)
        file.setframerate(WAV_HZ)
        file.writeframes(frames.tobytes())
    part.chmod(0o600)
    part.replace(target)
