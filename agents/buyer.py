"""The buyer's mind on a live call: what the rep said goes in, the next beat comes out.

What to answer can be considered ahead of time, as often as one likes: only what is taken up
changes the buyer's state.
"""

from dataclasses import dataclass

from agents import buyer_state
from agents.beat import Beat
from agents.buyer_state import BuyerState
from configs.persona import Persona
from configs.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn of the rep whose reply has not been heard yet."""

    state_before: BuyerState
    text: str
    speech_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What the buyer would do next, and what it rests on."""

    beat: Beat
    state: BuyerState
    """After the beat was decided."""
    heard: Heard | None
    """None for what no words of the rep caused."""
    revision: int
    """How often the buyer's mind had changed when it was made; see Buyer.still_good."""


class Buyer:
    """Holds the buyer's state through one call and the beat that is being voiced."""

    def __init__(self, scenario: Scenario, persona: Persona, seed: int) -> None:
        self._scenario = scenario
        self._persona = persona
        self._unvoiced: Beat | None = None
        self._heard: Heard | None = None
        self._revision = 0
        self._state, opening = buyer_state.begin(scenario, persona, seed)
        self._opening = self._plan(opening, self._state, None)

    @property
    def state(self) -> BuyerState:
        return self._state

    @property
    def voicing(self) -> Beat | None:
        """The beat that was taken up last; None when all of it was heard or dropped."""
        return self._unvoiced

    # -- considering ------------------------------------------------------------------------------

    def opening(self) -> Plan:
        """The buyer picks up."""
        return self._opening

    def reply_to(self, text: str, *, speech_s: float, at_s: float) -> Plan:
        """The rep has said this, or may have; at_s: seconds of the call."""
        turn = Heard(self._state, text, speech_s)
        if self._unvoiced is not None:
            turn = self._taken_back(self._unvoiced, turn)
        state, beat = buyer_state.hear(
            turn.state_before,
            self._scenario,
            self._persona,
            turn.text,
            at_s=at_s,
            speech_s=turn.speech_s,
        )
        return self._plan(beat, state, turn)

    def to_silence(self, at_s: float) -> Plan:
        """Nobody has spoken for long: the buyer reacts in character."""
        state, beat = buyer_state.silent(self._state, self._scenario, self._persona, at_s=at_s)
        return self._plan(beat, state, None)

    def at_end_of_time(self) -> Plan:
        """The scenario's time is up: the buyer ends the call."""
        state, beat = buyer_state.time_over(self._state, self._scenario, self._persona)
        return self._plan(beat, state, None)

    def still_good(self, plan: Plan) -> bool:
        """Nothing has happened since that the plan does not know of."""
        return plan.revision == self._revision

    def _plan(self, beat: Beat, state: BuyerState, heard: Heard | None) -> Plan:
        return Plan(beat, state, heard, self._revision)

    def _taken_back(self, unvoiced: Beat, more: Heard) -> Heard:
        """The rep went on before a word of the reply was heard: it was half a turn, so it is
        heard again as a whole, from the state before it."""
        if self._heard is None:  # the opening, or words into a silence
            before = buyer_state.heard(self._state, unvoiced, 0.0)
            return Heard(before, more.text, more.speech_s)
        first = self._heard
        return Heard(
            first.state_before, f"{first.text} {more.text}".strip(), first.speech_s + more.speech_s
        )

    # -- deciding ---------------------------------------------------------------------------------

    def take_up(self, plan: Plan) -> None:
        """This is what the buyer does; its words are on their way."""
        self._state, self._heard, self._unvoiced = plan.state, plan.heard, plan.beat
        self._revision += 1

    def voiced(self, beat: Beat, heard_share: float) -> None:
        """Tell the state how much of the beat's words, 0 to 1, the rep really heard."""
        self._heard = None
        self._revision += 1
        self._state = buyer_state.heard(self._state, beat, heard_share)
        if beat is self._unvoiced:
            self._unvoiced = None
