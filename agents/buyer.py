"""The buyer's mind on a live call: what the rep said goes in, the next beat comes out.

What to answer can be considered ahead of time, as often as one likes: only what is taken up
changes the buyer's state. Every input is an agents.buyer_log.Entry, so that the log replays.
"""

from dataclasses import dataclass, replace
from typing import Any

from agents import buyer_state
from agents.beat import Beat
from agents.buyer_log import Entry, Step, taken_back
from agents.buyer_state import BuyerState
from agents.noted import Said
from configs.persona import Persona
from configs.scenario import Objection, Scenario


@dataclass(frozen=True, slots=True)
class Acts:
    """What a model made of the rep's words, where it may decide (agents/model_acts.py)."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    disagreed: tuple[tuple[str, str], ...] = ()
    """Each act on which rules and model disagree, with who had the say: rules or model."""

    @property
    def decided_by(self) -> str:
        return "model" if self.added or self.removed else "rules"


BY_RULES = Acts()


@dataclass(frozen=True, slots=True)
class Plan:
    """What the buyer would do next, and what it rests on."""

    step: Step
    revision: int
    """How often the buyer's mind had changed when it was made; see Buyer.still_good."""
    acts: Acts = BY_RULES
    """Who read the rep's words how."""

    @property
    def beat(self) -> Beat:
        return self.step.beat

    @property
    def state(self) -> BuyerState:
        """After the beat was decided."""
        return self.step.after

    @property
    def entry(self) -> dict[str, Any]:
        """For the log."""
        return self.step.entry.to_data()

    @property
    def decided_by(self) -> str:
        """rules, or model where it read the rep's words otherwise and had the say."""
        return self.acts.decided_by

    @property
    def said(self) -> tuple[Said, ...]:
        """What the rep claimed or promised in this turn."""
        known = set(self.step.before.noted)
        return tuple(one for one in self.state.noted if one not in known)


class Buyer:
    """Holds the buyer's state through one call and the beat that is being voiced."""

    def __init__(
        self,
        scenario: Scenario,
        persona: Persona,
        seed: int,
        state: BuyerState | None = None,
    ) -> None:
        """`state`: to go on from (agents.buyer_log.resumed); None begins a call."""
        self._scenario = scenario
        self._persona = persona
        self._unvoiced: Beat | None = None
        self._last: Step | None = None
        self._revision = 0
        begun, opening = buyer_state.begin(scenario, persona, seed)
        self._state = begun if state is None else state
        self._opening = Plan(Step(Entry("pick_up"), begun, opening, begun), 0)

    @property
    def state(self) -> BuyerState:
        return self._state

    @property
    def in_the_air(self) -> Objection | None:
        """The objection whose words matter now: in play, or answered and not yet confirmed."""
        return buyer_state.listening_for(self._state, self._scenario)

    @property
    def voicing(self) -> Beat | None:
        """The beat that was taken up last; None when all of it was heard or dropped."""
        return self._unvoiced

    # -- considering ------------------------------------------------------------------------------

    def opening(self) -> Plan:
        """Somebody picks up: the gatekeeper where there is one, else the buyer."""
        return self._opening

    def reply_to(self, text: str, *, speech_s: float, at_s: float, acts: Acts = BY_RULES) -> Plan:
        """The rep has said this, or may have; at_s: seconds of the call."""
        entry = Entry("said", at_s, text, speech_s, acts.added, acts.removed)
        if self._unvoiced is None:
            return replace(self._plan(entry), acts=acts)
        return replace(self._plan_again(self._unvoiced, entry), acts=acts)

    def to_silence(self, at_s: float) -> Plan:
        """Nobody has spoken for long: the buyer reacts in character."""
        return self._plan(Entry("silence", at_s))

    def to_monologue(self, at_s: float, speech_s: float, text_so_far: str) -> Plan:
        """The rep talks and talks: the buyer speaks into it."""
        return self._plan(Entry("cut_in", at_s, text_so_far, speech_s))

    def after_transfer(self, at_s: float) -> Plan:
        """The gatekeeper has put the rep through: the buyer picks up."""
        return self._plan(Entry("transfer", at_s))

    def at_end_of_time(self) -> Plan:
        """The scenario's time is up: the buyer ends the call."""
        return self._plan(Entry("time_over"))

    def still_good(self, plan: Plan) -> bool:
        """Nothing has happened since that the plan does not know of."""
        return plan.revision == self._revision

    def _plan(self, entry: Entry, before: BuyerState | None = None) -> Plan:
        before = self._state if before is None else before
        state, beat = entry.applied(before, self._scenario, self._persona)
        return Plan(Step(entry, before, beat, state), self._revision)

    def _plan_again(self, unvoiced: Beat, more: Entry) -> Plan:
        """The rep went on before a word of the reply was heard: it was half a turn, so it is
        heard again as a whole, from the state before it."""
        before = taken_back(self._last, self._state, unvoiced)
        half = self._last.entry if self._last and self._last.entry.kind == "said" else Entry("said")
        whole = Entry(
            "said",
            more.at_s,
            f"{half.text} {more.text}".strip(),
            half.speech_s + more.speech_s,
            more.added,
            more.removed,
            again=True,
        )
        return self._plan(whole, before)

    # -- deciding ---------------------------------------------------------------------------------

    def take_up(self, plan: Plan) -> None:
        """This is what the buyer does; its words are on their way."""
        self._state, self._last, self._unvoiced = plan.state, plan.step, plan.beat
        self._revision += 1

    def voiced(self, beat: Beat, heard_share: float) -> None:
        """Tell the state how much of the beat's words, 0 to 1, the rep really heard."""
        self._last = None
        self._revision += 1
        self._state = buyer_state.heard(self._state, beat, heard_share)
        if beat is self._unvoiced:
            self._unvoiced = None
