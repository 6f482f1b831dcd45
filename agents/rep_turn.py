"""One utterance of the rep on its way to the buyer's next beat."""

from dataclasses import dataclass, replace

from agents.beat import Beat, BeatKind
from agents.buyer_mind import (
    BuyerState,
    Outcome,
    Phase,
    closed,
    moved,
    spoken,
    with_objection,
)
from agents.objection_state import ObjectionState, Step, confirmed, handled, reopened
from agents.rep_move import Move
from configs.persona import Persona
from configs.scenario import Concession, HiddenFact, Objection, Scenario

TRUSTED = 2
"""Trust from which a "trusted" fact is told."""
AGREE_TRUST, AGREE_INTEREST = 2, 2
"""What a next step takes, beside something learned or settled."""
MAX_UNCLEAR = 2
"""Times in a row that the buyer asks to say it again."""
MAX_PITCHES = 2
"""Statements in a row that the buyer nods off before pushing back."""
QUIET_AFTER = 3
"""The request for a next step to which the buyer says next to nothing."""
MAX_DEFERS = 4
"""Requests for a next step that the buyer puts off before ending the call."""

Decision = tuple[BuyerState, Beat]

_CONVINCED = Step("agree", "nothing stands in the way, and the buyer is convinced")


@dataclass(frozen=True, slots=True)
class RepTurn:
    """What was heard, and the state it falls on (which counts this turn already)."""

    state: BuyerState
    scenario: Scenario
    persona: Persona
    move: Move

    def decided(self) -> Decision:
        """The state and beat that follow; the order here is the buyer's order of importance."""
        if self.move.rude:
            return self._insulted()
        if self.move.nothing:
            return self._unclear()
        turn = replace(self, state=replace(self.state, n_unclear=0))
        return (
            turn._out_of_frame()
            or turn._objection_in_play()
            or turn._over_talked()
            or turn._settled_late()
            or turn._last_words()
            or turn._granted()
            or turn._asked_in_time()
            or turn._raised()
            or turn._held_back()
            or turn._refused()
            or turn._next_step()
            or turn._reopened()
            or turn._answered()
            or turn._told()
        )

    # What cannot be talked with.

    def _insulted(self) -> Decision:
        state = replace(self.state, n_rude=self.state.n_rude + 1)
        if state.n_rude > 1:
            return self._end(state, "hang_up", "the rep was rude again", "hung_up")
        return self._follow(
            state, Step("push_back", "the rep was rude", trust=-2, interest=-1, patience=-4)
        )

    def _unclear(self) -> Decision:
        state = replace(self.state, n_unclear=self.state.n_unclear + 1)
        if state.n_unclear > MAX_UNCLEAR:
            step = Step("continue", "nothing was understood, again", patience=-1)
        else:
            step = Step("clarify", "nothing was understood", patience=-1)
        return self._follow(state, step)

    def _out_of_frame(self) -> Decision | None:
        if not self.move.breaks_frame:
            return None
        reason = "the rep talked of something that is not of this call"
        return self._follow(self.state, Step("deflect", reason, patience=-1))

    # Objections.

    def _objection_in_play(self) -> Decision | None:
        current = self.state.in_play
        if current is None:
            return None
        fact = self._asked_fact()
        if fact and self._unlocked(fact) and self.move.asks:
            after = replace(current, stand="explored")
            turn = replace(self, state=with_objection(self.state, after))
            return turn._tell(fact, current.id)
        if self.move.says_goodbye and not self.move.answers:
            return self._last_words()
        return self._take(*handled(current, self.move))

    def _settled_late(self) -> Decision | None:
        waiting = self.state.answered_last
        return self._take(*confirmed(waiting)) if waiting and self.move.confirms else None

    def _raised(self) -> Decision | None:
        chosen = None
        if not self.state.agreed:
            chosen = (
                self._touched_objection() or self._due_objection() or self._before_the_next_step()
            )
        if chosen is None:
            return None
        objection, reason = chosen
        after = replace(self.state.objection(objection.id), stand="raised")
        because = self.move.sentence_with(objection.raised_by)
        return self._take(after, Step("raise_objection", reason), because)

    def _touched_objection(self) -> tuple[Objection, str] | None:
        touched = (o for o in self._dormant() if self.move.touches(o.raised_by))
        return next(((o, "the rep's words brought it up") for o in touched), None)

    def _due_objection(self) -> tuple[Objection, str] | None:
        """One turn early when the rep asked nothing, so that the deadline rarely cuts in."""
        early = 0 if self.move.asks or self.state.n_turns < 2 else 1
        due = [o for o in self._dormant() if self.state.n_turns + early >= o.by_turn]
        first = min(due, key=lambda o: o.by_turn, default=None)
        return (first, "it was on the buyer's mind and its time had come") if first else None

    def _before_the_next_step(self) -> tuple[Objection, str] | None:
        """Whatever is on the buyer's mind comes up at the latest when a next step would be agreed:
        nobody gets past an objection by being quick."""
        if not self.move.wants_next_step or self._in_the_way() is not None:
            return None
        left = min(self._dormant(), key=lambda o: o.by_turn, default=None)
        return (
            (left, "a next step was asked for, and this was still on the buyer's mind")
            if (left)
            else None
        )

    def _dormant(self) -> list[Objection]:
        objections = self.scenario.objections
        return [o for o in objections if self.state.objection(o.id).stand == "dormant"]

    def _reopened(self) -> Decision | None:
        """The way back from an objection that was argued down."""
        if not (self.move.acknowledges or self.move.asks):
            return None
        for objection in self.scenario.objections:
            stood = self.state.objection(objection.id)
            if stood.stand == "dropped" and self.move.touches(objection.concern_words):
                return self._take(*reopened(stood))
        return None

    # Facts.

    def _asked_in_time(self) -> Decision | None:
        """A question is answered before an objection is raised, unless that one cannot wait."""
        fact = self._asked_fact()
        overdue = any(self.state.n_turns >= o.by_turn for o in self._dormant())
        if fact is None or overdue or not self._unlocked(fact):
            return None
        return self._tell(fact, None)

    def _held_back(self) -> Decision | None:
        fact = self._asked_fact()
        if fact is None:
            return None
        if self._unlocked(fact):
            return self._tell(fact, None)
        reason = "asked about something that takes more trust first"
        return self._follow(self.state, Step("hold_back", reason))

    def _asked_fact(self) -> HiddenFact | None:
        """The untold fact that the rep asked about, or a free one that the rep touched on."""
        if self.move.confirms or self.move.wants_next_step:
            return None
        untold = self._untold()
        free = [f for f in untold if f.unlock == "free"]
        return self._closest(untold if self.move.asks else free)

    def _untold(self) -> list[HiddenFact]:
        return [f for f in self.scenario.facts if f.id not in self.state.revealed]

    def _closest(self, facts: list[HiddenFact]) -> HiddenFact | None:
        """The fact most of whose topics the rep's words touch; the scenario's order breaks ties."""
        touched = [f for f in facts if self.move.touches(f.topics)]
        return max(touched, key=lambda f: self.move.touches(f.topics), default=None)

    def _unlocked(self, fact: HiddenFact) -> bool:
        return fact.unlock != "trusted" or self.state.trust >= TRUSTED

    def _tell(self, fact: HiddenFact, objection_id: str | None) -> Decision:
        earned = 0 if fact.unlock == "free" else 1
        state = replace(self.state, revealed=(*self.state.revealed, fact.id), n_pitches=0)
        reason = "the rep asked about it" if earned else "it fitted, and is no secret"
        step = Step("reveal", reason, trust=earned, interest=earned, patience=earned)
        because = self.move.sentence_with(fact.topics)
        return self._follow(state, step, objection_id, because, (fact.id,))

    # Concessions.

    def _granted(self) -> Decision | None:
        """What was asked for is granted for its named trigger, and for nothing else."""
        wanted = self._wanted_concession()
        if wanted is None or not self._earned_by(wanted):
            return None
        state = replace(self.state, granted=(*self.state.granted, wanted.id), n_pitches=0)
        step = Step("concede", "what it takes was there when the rep asked", interest=1)
        because = self.move.sentence_with(wanted.asked_by)
        return self._follow(state, step, because=because, concession_id=wanted.id)

    def _refused(self) -> Decision | None:
        wanted = self._wanted_concession()
        if wanted is None:
            return None
        step = Step("refuse", "asked for something that takes more first", patience=-1)
        because = self.move.sentence_with(wanted.asked_by)
        return self._follow(self.state, step, because=because, concession_id=wanted.id)

    def _wanted_concession(self) -> Concession | None:
        move = self.move
        if not (move.asks or move.wants_next_step or move.confirms or move.proposes):
            return None
        open_ = (c for c in self.scenario.concessions if c.id not in self.state.granted)
        return next((c for c in open_ if move.touches(c.asked_by)), None)

    def _earned_by(self, concession: Concession) -> bool:
        settled = {o.id for o in self.state.objections if o.stand == "settled"}
        return all(need in settled or need in self.state.revealed for need in concession.needs)

    # The way out.

    def _last_words(self) -> Decision | None:
        if self.move.says_goodbye and (self.state.agreed or not self.move.wants_next_step):
            return self._end(self.state, "goodbye", "the rep said goodbye", "said_goodbye")
        if self.state.agreed and not self.move.asks and not self.move.wants_next_step:
            return self._end(self.state, "goodbye", "everything is agreed", "said_goodbye")
        return None

    def _next_step(self) -> Decision | None:
        if not self.move.wants_next_step:
            return None
        blocked = self._in_the_way()
        if blocked is None:
            step = replace(_CONVINCED, patience=-1 if self.state.agreed else 0)
            state, beat = self._follow(replace(self.state, agreed=True), step)
            return self._last_answer(state, beat, "next_step_agreed")
        reason, objection_id = blocked
        state = replace(self.state, n_deferred=self.state.n_deferred + 1)
        if state.n_deferred > 1:
            reason = f"pushed for a next step again: {reason}"
        kind: BeatKind = "go_quiet" if state.n_deferred == QUIET_AFTER else "defer"
        state, beat = self._follow(state, Step(kind, reason, patience=-1), objection_id)
        if state.n_deferred >= MAX_DEFERS and not state.ended:
            return closed(state, "put_off"), replace(beat, ends_call=True)
        return self._last_answer(state, beat, "put_off")

    def _last_answer(self, state: BuyerState, beat: Beat, outcome: Outcome) -> Decision:
        """The answer to a next step asked for in the same breath as a goodbye ends the call."""
        if not self.move.says_goodbye or state.ended:
            return state, beat
        return closed(state, outcome), replace(beat, ends_call=True)

    def _in_the_way(self) -> tuple[str, str | None] | None:
        """Why no next step is agreed, and the objection behind it; None when nothing is."""
        state = self.state
        if state.agreed:
            return None
        unsettled = next((o for o in state.objections if o.unsettled), None)
        if unsettled and unsettled.stand == "answered":
            return "an objection was answered, but never confirmed as settled", unsettled.id
        if unsettled:
            return "an objection was raised and never settled", unsettled.id
        if not self._earned():
            return "nothing was learned or settled yet", None
        if state.trust < AGREE_TRUST:
            return "the buyer does not trust the rep enough", None
        if state.interest < AGREE_INTEREST:
            return "the buyer is not interested enough", None
        return None

    def _earned(self) -> bool:
        """Politeness alone never wins: a fact was found by asking, or an objection settled."""
        found = {f.id for f in self.scenario.facts if f.unlock != "free"}
        settled = any(o.stand == "settled" for o in self.state.objections)
        return settled or any(f in found for f in self.state.revealed)

    # Talk.

    def _over_talked(self) -> Decision | None:
        if not self.move.monologue or self.move.asks or self.move.wants_next_step:
            return None
        reason = "the rep talked for too long without a question"
        return self._follow(self.state, Step("interrupt", reason, interest=-1, patience=-1))

    def cut_short(self) -> Decision:
        """The rep is still talking; the buyer is not listening any more."""
        reason = "the rep talked for so long that the buyer spoke into it"
        return self._follow(self.state, Step("interrupt", reason, interest=-1, patience=-1))

    def _answered(self) -> Decision | None:
        if not self.move.asks:
            return None
        state = replace(self.state, n_pitches=0)
        told = [f for f in self.scenario.facts if f.id in state.revealed]
        if again := self._closest(told):
            step = Step("answer", "asked again about something told before", patience=-1)
            return self._follow(state, step, fact_ids=(again.id,))
        free_fact = next((f for f in self._untold() if f.unlock == "free"), None)
        if free_fact and self.move.asks_openly:
            return self._tell(free_fact, None)
        free = state.n_turns <= 2 or self.move.asks_openly
        step = Step("answer", "the question unlocked nothing", patience=0 if free else -1)
        return self._follow(state, step)

    def _told(self) -> Decision:
        """A statement: a nod, a word about what the buyer told, or one more pitch."""
        cost = 0 if self.state.n_turns <= 1 else -1
        if self.move.nods:
            return self._follow(self.state, Step("continue", "no more than a nod", patience=cost))
        if tie := self._closest(self._not_tied()):
            state = replace(self.state, tied=(*self.state.tied, tie.id), n_pitches=0)
            reason = "the rep came back to what the buyer had told"
            kind: BeatKind = "soften" if self.move.acknowledges else "ask"
            return self._follow(state, Step(kind, reason, interest=1))
        state = replace(self.state, n_pitches=self.state.n_pitches + 1)
        if state.n_pitches > MAX_PITCHES:
            step = Step("push_back", "talking on without asking", interest=-1, patience=-1)
            return self._follow(state, step)
        return self._follow(state, Step("continue", "a statement", patience=cost))

    def _not_tied(self) -> list[HiddenFact]:
        state = self.state
        return [f for f in self.scenario.facts if f.id in state.revealed and f.id not in state.tied]

    # From a step to a beat.

    def _take(self, after: ObjectionState, step: Step, because: str | None = None) -> Decision:
        return self._follow(with_objection(self.state, after), step, after.id, because)

    def _follow(
        self,
        state: BuyerState,
        step: Step,
        objection_id: str | None = None,
        because: str | None = None,
        fact_ids: tuple[str, ...] = (),
        concession_id: str | None = None,
    ) -> Decision:
        """The beat of a step; or, when it used up the last patience, the end of the call."""
        state = moved(
            state, self.persona, trust=step.trust, interest=step.interest, patience=step.patience
        )
        if state.patience == 0:
            return self._end(state, "hang_up", f"patience is gone: {step.reason}", "hung_up")
        because = because or self.move.quote
        beat = Beat(
            step.kind, step.reason, objection_id, fact_ids, because, concession_id=concession_id
        )
        return spoken(replace(state, phase=self._phase(state)), beat)

    def _end(self, state: BuyerState, kind: BeatKind, reason: str, outcome: Outcome) -> Decision:
        beat = Beat(kind, reason, because=self.move.quote, ends_call=True)
        return spoken(closed(state, outcome), beat)

    def _phase(self, state: BuyerState) -> Phase:
        if state.in_play:
            return "objections"
        if state.agreed or self.move.wants_next_step:
            return "close"
        if self.move.asks:
            return "discovery"
        substantial = state.n_turns > 1 and not self.move.nods and not self.move.nothing
        return "pitch" if substantial else state.phase
