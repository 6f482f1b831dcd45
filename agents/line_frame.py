"""One message of sound on the wire: a small header, then 16-bit mono sound."""

import struct
from dataclasses import dataclass
from typing import Final

from configs.fault import Fault

FRAME_S: Final = 0.020
"""Sound travels in frames of this length."""
HEADER: Final = struct.Struct("<II")
"""Up: sequence number, milliseconds since capture began. Down: segment, sample offset in it."""
WRAP_MS: Final = 2**32
"""Where the milliseconds run on to 0."""
LONGEST_S: Final = 1.0
"""Longest stretch of sound in one message that comes up."""


@dataclass(frozen=True, slots=True)
class MicrophoneFrame:
    sequence: int
    """Counts frames; runs on from 2**32 - 1 to 0."""
    start_ms: int
    """Milliseconds since capture began, by the microphone's own clock; wraps likewise."""
    pcm: bytes
    """s16le mono."""
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.pcm) / 2 / self.rate_hz


def parsed_frame(message: bytes, rate_hz: int) -> MicrophoneFrame:
    """One binary message that came up. Raises Fault "line-frame-not-valid"."""
    pcm = message[HEADER.size :]
    if not pcm or len(pcm) % 2 or len(pcm) > 2 * LONGEST_S * rate_hz:
        raise Fault(
            "line-frame-not-valid",
            f"Expected {HEADER.size} bytes of header and up to one second of 16-bit mono "
            f"sound, got {len(message)} bytes.",
        )
    sequence, start_ms = HEADER.unpack_from(message)
    return MicrophoneFrame(sequence, start_ms, pcm, rate_hz)
