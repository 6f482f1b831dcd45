"""The buyer's words and sound for one beat, made ahead of being played."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, replace

from livekit import rtc

from agents.clauses import Clauses, pause_after_s
from agents.frame_buffer import FrameBuffer
from agents.openers import Opener, without_opener
from agents.speaker import Speaker
from agents.withheld import Withheld
from agents.words import WordsReply
from speech.clip import Clip
from speech.fault import SpeechFault
from speech.joint import after_pause


@dataclass(frozen=True, slots=True)
class ReplyStages:
    """When each stage was reached, time.time(); None before it is, or when it never happens."""

    words: float | None = None
    """First words."""
    clause: float | None = None
    """First clause to synthesise."""
    sound: float | None = None
    """First sound ready to be played."""


class SpokenReply:
    """Starts being made at construction, in the running event loop. Until used() is called it
    can be thrown away by aclose() without a trace."""

    def __init__(
        self,
        pieces: AsyncIterator[str],
        voice: Speaker,
        *,
        rate_hz: int,
        on_fault: Callable[[SpeechFault], None],
        opener: Opener | None = None,
    ) -> None:
        """`opener` is said only if begin_with_opener() asks for it. `on_fault` is told of each
        failure of the voice; the faults of the words are told by BuyerWords."""
        self._pieces = pieces
        self._voice = voice
        self._opener = opener
        self._faults: Withheld[SpeechFault] = Withheld(on_fault)
        self.stages = ReplyStages()
        self.written = ""
        """The text so far, with the opener when it begins the reply."""
        self._rate_hz = rate_hz
        self._opened_with = ""
        self._released = asyncio.Event()  # how the reply begins is settled
        self._before = ""  # what was made last
        self._voice_failed = False
        self._buffer = FrameBuffer(rate_hz)
        self._texts = _Stream()
        self._clauses = _Stream()
        self._making = asyncio.create_task(self._make(), name="spoken-reply")

    def used(self) -> None:
        """The rep is to hear this reply: what went wrong, so far and from now on, is told."""
        self._faults.use()
        if isinstance(self._pieces, WordsReply):
            self._pieces.used()

    def begin_with_opener(self) -> bool:
        """Say the opener first, because the reply is late. False, and nothing happens, without an
        opener, when there is sound already, or when the words begin with the same."""
        opener, self._opener = self._opener, None
        too_late = self.stages.sound is not None or self._making.done()
        if opener is None or too_late or without_opener(self.written, opener.text) != self.written:
            return False
        self._opened_with = self._before = opener.text
        self.written = f"{opener.text} {self.written}"
        self._play(opener.clip)
        return True

    async def text(self) -> AsyncGenerator[str, None]:
        """The words as they come, from the first sound on; for one taker. Raises what the words
        raised, in a group."""
        await self._released.wait()
        if self._opened_with:
            yield self._opened_with + " "
        async for piece in self._texts.items():
            yield piece
        self._check()

    async def frames(self) -> AsyncGenerator[rtc.AudioFrame, None]:
        """The sound as it comes, mono, 16 bits, 20 ms a frame; for one taker. Raises likewise."""
        async for frame in self._buffer.frames():
            yield frame
        self._check()

    async def aclose(self) -> None:
        """Stop making it and forget what was made: text() and frames() end. Safe twice."""
        self._making.cancel()
        await asyncio.wait([self._making])
        self._buffer.drop()
        self._texts.drop()
        self._opened_with = ""
        self._released.set()
        if not self._making.cancelled():
            self._making.exception()  # looked at: of no interest once it is thrown away

    # -- making -----------------------------------------------------------------------------------

    async def _make(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(), name="reply-words")
                group.create_task(self._speak(), name="reply-sound")
        finally:
            self._released.set()
            self._texts.finish()
            self._buffer.finish()

    async def _read(self) -> None:
        clauses = Clauses()
        async for piece in self._pieces:
            first = self.stages.words is None
            if first:
                self.stages = replace(self.stages, words=time.time())
            said = without_opener(piece, self._opened_with) if first else piece
            self.written += said
            if said:
                self._texts.put(said)
            self._cut(clauses.push(said))
            if self.stages.clause is None:  # the rep waits for this one
                self._cut(clauses.so_far())
        self._cut(clauses.finish())
        self._clauses.finish()
        self._texts.finish()

    async def _speak(self) -> None:
        async for clause in self._clauses.items():
            await self._buffer.room()
            spoken = await self._voice.speak(
                clause, self._rate_hz, with_fallback=self._voice_failed
            )
            for fault in spoken.faults:
                self._voice_failed = True
                self._faults.add(fault)
            if len(spoken.clip.samples):
                self._play(after_pause(spoken.clip, pause_after_s(self._before)))
                self._before = clause

    def _cut(self, clauses: list[str]) -> None:
        for clause in clauses:
            if self.stages.clause is None:
                self.stages = replace(self.stages, clause=time.time())
            self._clauses.put(clause)

    def _play(self, clip: Clip) -> None:
        self._buffer.add(clip)
        self._released.set()
        if self.stages.sound is None:
            self.stages = replace(self.stages, sound=time.time())

    def _check(self) -> None:
        if self._making.done() and not self._making.cancelled():
            self._making.result()


class _Stream:
    """Texts that one task puts in and another takes out, until it is finished."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()

    def put(self, item: str) -> None:
        self._queue.put_nowait((item,))

    def finish(self) -> None:
        self._queue.put_nowait(())

    def drop(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()
        self.finish()

    async def items(self) -> AsyncGenerator[str, None]:
        while item := await self._queue.get():
            yield item[0]
