"""The buyer on a live call: the state machine decides, the words are found, livekit speaks them."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from livekit.agents import Agent, ModelSettings, llm
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

from agents import buyer_state
from agents.beat import Beat
from agents.buyer_state import BuyerState
from agents.clock import CallClock
from agents.words import BuyerWords
from configs.persona import Persona
from configs.scenario import Scenario
from speech.words import Utterance


class NoModel(llm.LLM[None]):
    """livekit replies only when a model is set; the words come from Buyer.llm_node instead."""

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> llm.LLMStream:
        raise RuntimeError("the buyer's words come from Buyer.llm_node")


@dataclass(frozen=True, slots=True)
class _Heard:
    """A turn of the rep whose reply has not been heard yet."""

    state_before: BuyerState
    text: str
    speech_s: float


class Buyer(Agent):
    """Holds the buyer's state through one call and the beat that is being voiced."""

    def __init__(
        self,
        *,
        scenario: Scenario,
        persona: Persona,
        words: BuyerWords,
        clock: CallClock,
        seed: int,
        on_beat: Callable[[Beat, BuyerState], None],
        recent: Callable[[], Sequence[Utterance]],
    ) -> None:
        super().__init__(instructions="")
        self._scenario = scenario
        self._persona = persona
        self._words = words
        self._call_clock = clock
        self._on_beat = on_beat
        self._recent = recent
        self._rep_speech_s = 0.0
        self._unvoiced: Beat | None = None
        self._heard: _Heard | None = None
        self._written = ""  # words of the reply so far
        self.state, self._opening = buyer_state.begin(scenario, persona, seed)

    async def on_enter(self) -> None:
        self._say(self._opening)

    def rep_spoke(self, speech_s: float) -> None:
        """Count sound of the rep towards the turn that livekit has not completed yet."""
        self._rep_speech_s += speech_s

    async def on_user_turn_completed(
        self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage
    ) -> None:
        turn = _Heard(self.state, new_message.text_content or "", self._rep_speech_s)
        if self._unvoiced is not None:
            turn = self._taken_back(turn)
        self._heard = turn
        self._rep_speech_s = 0.0
        self.state, beat = buyer_state.hear(
            turn.state_before,
            self._scenario,
            self._persona,
            turn.text,
            at_s=self._call_clock.now_s(),
            speech_s=turn.speech_s,
        )
        self._decide(beat)

    def _taken_back(self, more: "_Heard") -> "_Heard":
        """The rep went on before a word of the reply was heard: it was half a turn, so it is
        heard again as a whole, from the state before it."""
        assert self._unvoiced is not None
        if self._heard is None:  # the opening, or words into a silence
            self.voiced(self._unvoiced, 0.0)
            return _Heard(self.state, more.text, more.speech_s)
        first = self._heard
        return _Heard(
            first.state_before, f"{first.text} {more.text}".strip(), first.speech_s + more.speech_s
        )

    async def llm_node(
        self, chat_ctx: llm.ChatContext, tools: list[llm.Tool], model_settings: ModelSettings
    ) -> AsyncIterator[str]:
        beat = self._unvoiced
        if beat is None:
            return
        async for sentence in self._reply(beat):
            yield sentence

    def rep_is_silent(self) -> None:
        """Nobody has spoken for long: the buyer reacts in character."""
        self.state, beat = buyer_state.silent(
            self.state, self._scenario, self._persona, at_s=self._call_clock.now_s()
        )
        self._say(beat)

    def time_is_over(self) -> None:
        """The scenario's time is up: the buyer ends the call."""
        self.state, beat = buyer_state.time_over(self.state, self._scenario, self._persona)
        self._say(beat)

    def voicing(self) -> Beat | None:
        """The beat whose words were asked for last; None when all was heard or dropped."""
        return self._unvoiced

    def voiced(self, beat: Beat, heard_share: float) -> None:
        """Tell the state how much of the beat, 0 to 1, the rep really heard."""
        self._heard = None
        self.state = buyer_state.heard(self.state, beat, heard_share)
        if beat is self._unvoiced:
            self._unvoiced = None

    def _decide(self, beat: Beat) -> None:
        self._unvoiced = beat
        self._on_beat(beat, self.state)

    def _say(self, beat: Beat) -> None:
        self._heard = None
        self._decide(beat)
        self.session.say(self._reply(beat))

    async def _reply(self, beat: Beat) -> AsyncIterator[str]:
        self._written = ""
        pieces = self._words.reply(beat, self.state, self._scenario, self._persona, self._recent())
        async for piece in pieces:
            self._written += piece
            yield piece

    def share_heard(self, heard_text: str) -> float:
        """How much of the reply's words, 0 to 1, these words are."""
        return min(1.0, len(heard_text.strip()) / max(1, len(self._written.strip())))
