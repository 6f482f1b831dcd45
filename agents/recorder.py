"""Records both sides of a call on one time line while it happens."""

from pathlib import Path
from typing import Final

from livekit.agents import AgentSession
from livekit.agents.voice import io
from livekit.agents.voice.recorder_io import RecorderIO

from agents.clock import CallClock

BYTES_PER_S: Final = 16_000
"""Of the file, at the most; measured 13,700."""


class Recorder:
    """Two-channel Ogg Opus, rep left, buyer right, written every few seconds.

    livekit's RecorderIO does the work: the rep's sound lies where it arrived, the buyer's where
    the line says that it played, so the file is what was heard. Starting it answers the call: its
    first sample is time zero.
    """

    def __init__(self, session: "AgentSession[None]", clock: CallClock, path: Path) -> None:
        self._io = RecorderIO(agent_session=session)
        self._clock = clock
        self._path = path

    def record_input(self, source: io.AudioInput) -> io.AudioInput:
        return self._io.record_input(source)

    def record_output(self, sink: io.AudioOutput) -> io.AudioOutput:
        return self._io.record_output(sink)

    async def start(self) -> None:
        """Begin the file and the call's clock."""
        await self._io.start(output_path=self._path)
        self._clock.answer(self._io.recording_started_at)

    async def aclose(self) -> None:
        """Write what is left and close the file. Safe to call twice."""
        await self._io.aclose()
