"""A call written to a sound file."""

import contextlib
import errno
import os
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from speech.clip import Recording
from speech.fault import SpeechFault
from speech.resample import resample

RATE_HZ = 48_000
_BLOCK = RATE_HZ // 50


def write_recording(path: Path, recording: Recording, bit_rate: int = 96_000) -> None:
    """Writes both tracks as two-channel Ogg Opus, 48 kHz, rep left, buyer right; the shorter is
    filled with silence. bit_rate in bits per second for both together: below 48,000 Opus lets the
    sides leak into each other.

    The file appears whole or not at all. Raises SpeechFault "disk-full", "recording-not-written".
    """
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _encode(part, _stereo(recording), bit_rate)
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise not_written(error) from error


def _stereo(recording: Recording) -> NDArray[np.float32]:
    """Shape (2, n_samples) at RATE_HZ."""
    tracks = [resample(track, RATE_HZ).samples for track in (recording.rep, recording.buyer)]
    sound = np.zeros((2, max(len(track) for track in tracks)), np.float32)
    for channel, track in zip(sound, tracks, strict=True):
        channel[: len(track)] = track
    return np.clip(sound, -1, 1)


def _encode(path: Path, sound: NDArray[np.float32], bit_rate: int) -> None:
    # A file object, not a path: FFmpeg's own writer keeps quiet about a full disk.
    with path.open("wb") as file, av.open(file, "w", format="ogg") as container:
        stream: AudioStream = container.add_stream(
            "libopus", rate=RATE_HZ, layout="stereo", bit_rate=bit_rate
        )
        for first in range(0, sound.shape[1], _BLOCK):
            block = np.ascontiguousarray(sound[:, first : first + _BLOCK].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="flt", layout="stereo")
            frame.rate = RATE_HZ
            frame.pts = first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def not_written(error: OSError) -> SpeechFault:
    """What to tell when the disk does not take a recording: "disk-full" or
    "recording-not-written"."""
    if error.errno == errno.ENOSPC:
        return SpeechFault(
            "disk-full",
            "Room for the recording was expected, but the disk is full.",
            "Free some space and try again.",
            retry=True,
        )
    return SpeechFault(
        "recording-not-written",
        "The recording was expected to be written into the data folder, which cannot be written "
        "to.",
        "Check the folder's permissions (data.folder in the settings).",
        retry=True,
    )
