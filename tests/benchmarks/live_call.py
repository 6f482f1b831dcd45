"""One call of the benchmark, the same steps in every arm, and what was seen of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol

from live_line import BenchLine, Playback, Said
from live_set import Step
from live_sound import Sound

BREATH_S: Final = 0.5
"""The rep waits this long after the buyer has finished."""
SETTLED_S: Final = 2.5
"""After a sound that asked for nothing, a wrong answer may come this late."""
ANSWER_LIMIT_S: Final = 7.0
"""Later comes the buyer's question whether anybody is there. A turn without an answer counts as
one that took this long."""
STOP_LIMIT_S: Final = 3.0
"""From the start of an interruption, or of a sound that asks for nothing."""
HOLD_LIMIT_S: Final = 5.0
"""A reply that did not go on within this was stopped for good."""
FRAME_S: Final = 0.03
"""What plays this shortly after a stop is the frame under way."""
WENT_ON_S: Final = 0.1
"""Of sound after a stop: the reply went on."""
SILENCE_S: Final = 5.0
"""How long nobody speaks."""
GREETING_LIMIT_S: Final = 20.0


class Call(Protocol):
    """A call under way."""

    committed: list[float]
    stages: list[dict[str, Any]]
    ended: asyncio.Event


OpenCall = Callable[[BenchLine], AbstractAsyncContextManager[Call]]


@dataclass(slots=True)
class Seen:
    """What one step showed."""

    kind: str
    group: str
    sound: str
    human: bool = False
    void: bool = False
    """There was no reply of the buyer to go over."""
    gap_s: float | None = None
    """End of the rep's speech to the first audible sound of the answer; None: there was none."""
    started_s: float | None = None
    """The same to the start of playback, audible or not."""
    after_interruption: bool = False
    n_half: int = 0
    """Times that a reply was begun before the turn's end, heard or withdrawn."""
    committed_s: list[float] = field(default_factory=list)
    """When a turn was taken for complete, counted from the end of the rep's speech."""
    silenced_s: float | None = None
    """Start of the rep's speech to the buyer's silence."""
    went_on: bool = False
    """The interrupted reply went on while the rep was still speaking."""
    stopped: bool = False
    """The buyer fell silent for good at a sound that asked for nothing."""
    hold_s: float | None = None
    """Or fell silent, and went on after so long."""


@dataclass(slots=True)
class CallSeen:
    steps: list[Seen] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    cpu_s: float = 0.0
    wall_s: float = 0.0
    """Without the silences."""
    silent_cpu_s: float = 0.0
    silent_wall_s: float = 0.0

    def document(self) -> dict[str, Any]:
        return asdict(self)


async def seen_that(true: Callable[[], bool], limit_s: float) -> bool:
    """Whether it became true within the limit."""
    until = time.time() + limit_s
    while not true():
        if time.time() > until:
            return False
        await asyncio.sleep(0.02)
    return True


class Rep:
    """Does the steps of one call."""

    def __init__(self, line: BenchLine, call: Call, sounds: Mapping[str, Sound]) -> None:
        self._line = line
        self._call = call
        self._sounds = sounds
        self._settle_s = BREATH_S
        self.seen = CallSeen()

    async def greeted(self) -> None:
        if not await seen_that(lambda: bool(self._line.output.playbacks), GREETING_LIMIT_S):
            raise RuntimeError("the buyer did not pick up")

    async def do(self, step: Step) -> None:
        settle_s, self._settle_s = self._settle_s, BREATH_S
        match step.kind:
            case "turn":
                await self._line.quiet(settle_s)
                self.seen.steps.append(await self._turn(step))
            case "interrupt":
                self.seen.steps.append(await self._interrupt(step))
            case "overlap":
                self.seen.steps.append(await self._overlap(step))
                self._settle_s = SETTLED_S
            case "silence":
                await self._line.quiet(max(settle_s, 1.0))
                await self._silence()

    def _new(self, step: Step) -> Seen:
        sound = self._sounds[step.sound]
        return Seen(step.kind, step.group, step.sound, sound.human)

    async def _turn(self, step: Step) -> Seen:
        said, speaking = self._line.begin(self._sounds[step.sound])
        seen = self._new(step)
        await self._answered(seen, said, speaking)
        return seen

    async def _answered(self, seen: Seen, said: Said, speaking: "asyncio.Task[None]") -> None:
        await speaking
        answer = await self._line.answer(said.end, ANSWER_LIMIT_S)
        if answer is not None and answer.audible_at is not None:
            seen.gap_s = answer.audible_at - said.end
            seen.started_s = answer.started_at - said.end
        committed = [at for at in self._call.committed if at > said.start + 0.1]
        seen.committed_s = [round(at - said.end, 3) for at in committed]
        seen.n_half = sum(at < said.end for at in committed)

    async def _reply_at(self, after_s: float) -> Playback | None:
        """The reply under way, once so much of it was heard; None when there is none, or not
        enough of it left to go over."""
        reply = self._line.output.now
        while reply is not None and reply.ended_at is None:
            heard_at = reply.audible_at
            if heard_at is not None and time.time() >= heard_at + after_s and not reply.is_held:
                return reply if reply.left_s > 0.3 else None
            await asyncio.sleep(0.01)
        return None

    async def _interrupt(self, step: Step) -> Seen:
        reply = await self._reply_at(step.after_s)
        if reply is None:  # it was over already: a turn like any other
            await self._line.quiet(BREATH_S)
            return await self._turn(Step("turn", step.group, step.sound))
        said, speaking = self._line.begin(self._sounds[step.sound])
        seen = self._new(step)
        seen.after_interruption = True
        silent = asyncio.create_task(self._silent(reply, said.start))
        await self._answered(seen, said, speaking)
        silent_at = await silent
        seen.silenced_s = None if silent_at is None else silent_at - said.start
        if silent_at is not None:
            seen.went_on = reply.played_after(silent_at + FRAME_S) > WENT_ON_S
        return seen

    async def _silent(self, reply: Playback, since: float) -> float | None:
        await seen_that(
            lambda: reply.ended_at is not None or reply.silent_from(since) is not None,
            since + STOP_LIMIT_S - time.time(),
        )
        return reply.silent_from(since)

    async def _overlap(self, step: Step) -> Seen:
        seen = self._new(step)
        reply = await self._reply_at(step.after_s)
        if reply is None:
            seen.void = True
            return seen
        said, speaking = self._line.begin(self._sounds[step.sound])
        await speaking
        silent_at = await self._silent(reply, said.start)
        if silent_at is None:
            return seen
        since = silent_at + FRAME_S
        await seen_that(
            lambda: reply.ended_at is not None or reply.played_after(since) > WENT_ON_S,
            HOLD_LIMIT_S,
        )
        if reply.played_after(since) > WENT_ON_S:
            seen.hold_s = next(at for at, _, _ in reply.played if at >= since) - silent_at
        else:
            seen.stopped = True
        return seen

    async def _silence(self) -> None:
        cpu_s, at = time.process_time(), time.perf_counter()
        await asyncio.sleep(SILENCE_S)
        self.seen.silent_cpu_s += time.process_time() - cpu_s
        self.seen.silent_wall_s += time.perf_counter() - at


async def hold(open_call: OpenCall, steps: Sequence[Step], sounds: Mapping[str, Sound]) -> CallSeen:
    """The steps over one call, or over several when the buyer ends one early."""
    total, left = CallSeen(), list(steps)
    while left:
        n_before = len(left)
        async with _timed(total):
            line = BenchLine()
            async with open_call(line) as call:
                rep = Rep(line, call, sounds)
                await _do(rep, call, left)
            _add(total, rep.seen, call)
        if len(left) == n_before:
            raise RuntimeError("a call ended before its first step")
    return total


async def _do(rep: Rep, call: Call, left: list[Step]) -> None:
    """Takes from `left` what could be done before the call ended."""
    await rep.greeted()
    over = asyncio.create_task(call.ended.wait())
    while left:
        step = asyncio.create_task(rep.do(left[0]))
        await asyncio.wait({step, over}, return_when=asyncio.FIRST_COMPLETED)
        if not step.done():
            step.cancel()
            await asyncio.gather(step, return_exceptions=True)
            del left[0]  # the buyer hung up on it: it is left out, and the rest goes on
            break
        await step
        del left[0]
    over.cancel()


@asynccontextmanager
async def _timed(total: CallSeen) -> AsyncIterator[None]:
    cpu_s, at = time.process_time(), time.perf_counter()
    silent = total.silent_cpu_s, total.silent_wall_s
    yield
    total.cpu_s += time.process_time() - cpu_s - (total.silent_cpu_s - silent[0])
    total.wall_s += time.perf_counter() - at - (total.silent_wall_s - silent[1])


def _add(total: CallSeen, seen: CallSeen, call: Call) -> None:
    total.steps += seen.steps
    total.stages += call.stages
    total.silent_cpu_s += seen.silent_cpu_s
    total.silent_wall_s += seen.silent_wall_s
