"""Calls read from sound files."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from speech.clip import Clip, Recording
from speech.fault import SpeechFault

SILENT_DBFS = -60.0
"""A file without one sample above this holds nothing to hear."""

# Only containers of sound: a playlist could make the decoder open other files or addresses.
_CONTAINERS = "wav,w64,aiff,flac,ogg,mp3,mov,aac,matroska"


def read_tracks(path: Path, whose: str = "the file") -> tuple[Clip, ...]:
    """One clip per channel at the file's own rate, such as (left, right). The kind of file is
    told from its content.

    A file that breaks off gives what could be decoded. Raises SpeechFault "audio-not-found",
    "audio-not-decodable", "audio-empty", "audio-silent" (every channel is); whose is how the
    fault calls the file, since names of files can be names of people.
    """
    if not path.is_file():
        raise SpeechFault(
            "audio-not-found",
            f"A sound file was expected, but {whose} is not there or is no file.",
            "Check the path.",
        )
    if path.stat().st_size == 0:
        raise _empty(whose)
    sound, rate_hz = _decoded(path, whose)
    if sound.size == 0:
        raise _empty(whose)
    if max(sound.max(), -sound.min()) < 10 ** (SILENT_DBFS / 20):
        raise SpeechFault(
            "audio-silent",
            f"Speech was expected, but all of {whose} is fainter than {SILENT_DBFS:.0f} dBFS.",
            "Check that the microphone was on and was the right one, then record again.",
        )
    return tuple(Clip(channel, rate_hz) for channel in sound)


def read_recording(source: Path | tuple[Path, Path]) -> Recording:
    """A call from a stereo file (rep left, buyer right) or from two files, (rep, buyer), that
    start at the same moment and may differ in rate; the channels of each of the two are mixed.

    Raises what read_tracks raises, and SpeechFault "audio-needs-two-tracks".
    """
    if isinstance(source, tuple):
        rep, buyer = source
        return Recording(
            _mixed(read_tracks(rep, "the rep's file")),
            _mixed(read_tracks(buyer, "the buyer's file")),
        )
    tracks = read_tracks(source)
    if len(tracks) != 2:
        channels = "one channel" if len(tracks) == 1 else f"{len(tracks)} channels"
        raise SpeechFault(
            "audio-needs-two-tracks",
            f"A stereo file was expected, rep left and buyer right, but the file has {channels}.",
            "Who spoke is told from the track: give a stereo file, or two files, the rep's "
            "first: rehearse score REP_FILE BUYER_FILE",
        )
    return Recording(*tracks)


def _mixed(tracks: tuple[Clip, ...]) -> Clip:
    if len(tracks) == 1:
        return tracks[0]
    total = np.sum([track.samples for track in tracks], axis=0, dtype=np.float32)
    return Clip(np.asarray(total / len(tracks), np.float32), tracks[0].rate_hz)


def _decoded(path: Path, whose: str) -> tuple[NDArray[np.float32], int]:
    """Shape (n_channels, n_samples) in [-1, 1], and its rate in hertz."""
    try:
        # A file object, not a path: FFmpeg would read "concat:..." as a request.
        with (
            path.open("rb") as file,
            av.open(file, "r", options={"format_whitelist": _CONTAINERS}) as container,
        ):
            if not container.streams.audio:
                raise _not_decodable(whose)
            rate_hz = int(container.streams.audio[0].rate)
            blocks = list(_blocks(container))
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _not_decodable(whose) from error
    n_channels = {len(block) for block in blocks}
    if len(n_channels) > 1:
        raise _not_decodable(whose)
    sound = np.concatenate(blocks, axis=1) if blocks else np.zeros((0, 0), np.float32)
    return np.clip(np.nan_to_num(sound), -1, 1), rate_hz


def _blocks(container: InputContainer) -> Iterator[NDArray[np.float32]]:
    """Of the first audio stream; leaves out what is damaged."""
    converter = av.AudioResampler(format="fltp")
    for packet in container.demux(container.streams.audio[0]):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            for part in converter.resample(frame):
                yield np.asarray(part.to_ndarray(), np.float32)


def _empty(whose: str) -> SpeechFault:
    return SpeechFault(
        "audio-empty",
        f"Sound was expected, but {whose} holds none.",
        "Record again, or choose another file.",
    )


def _not_decodable(whose: str) -> SpeechFault:
    return SpeechFault(
        "audio-not-decodable",
        f"A wav, flac, ogg, mp3 or m4a file was expected, but {whose} is another kind or damaged "
        "from its start on.",
        "Choose another file, or save the sound again as wav.",
    )
