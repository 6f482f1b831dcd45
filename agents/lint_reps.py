"""Synthetic reps for scenario lint: a weak, an average and a strong one, who talk to the buyer in
text. Their sentences come from the scenario itself and go through the same rules as a person's."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from agents.beat import Beat
from configs.persona import Persona
from configs.scenario import Concession, HiddenFact, Objection, Scenario
from scoring.topics import n_touched, tokens

PolicyName = Literal["weak", "average", "strong"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How likely the rep is to do what a good one does, each 0 to 1, and how the rep sounds."""

    name: PolicyName
    asks: float
    acknowledges: float
    explores: float
    answers: float
    confirms: float
    waits: float
    """Lets the buyer finish."""
    rambles: float
    fillers: float
    """Share of words after an um or a filler word."""
    wpm: tuple[int, int]
    hurry: int
    """Turns after which the rep begins to ask for a next step."""


POLICIES: Final = (
    Policy("weak", 0.12, 0.08, 0.05, 0.3, 0.05, 0.4, 0.12, 0.2, (150, 290), 4),
    Policy("average", 0.6, 0.5, 0.5, 0.7, 0.4, 0.9, 0.03, 0.02, (140, 215), 9),
    Policy("strong", 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.005, (145, 185), 99),
)
_ACKNOWLEDGES = (
    "I hear you, and {concern} is a fair point.",
    "That makes sense. {concern_cap} is not a small thing.",
    "I understand that {concern} matters to you.",
)
_EXPLORES = (
    "What is behind that for you?",
    "Can you tell me more about what worries you most there?",
    "What would have to be different for you there?",
)
_CONFIRMS = (
    "Does that settle it for you?",
    "Does that answer your concern?",
    "Is that settled for you, or is something still open?",
)
_NEXT_STEPS = (
    "Can we set up a call on Thursday with everyone who should be there?",
    "Shall we put thirty minutes in the calendar for Tuesday?",
    "How about a second meeting next week to plan the first step?",
)
_ARGUES = (
    "With respect, that is not true.",
    "You are wrong about that, you need to see the whole picture.",
    "No, but you should look at it differently.",
)
_SELLER = re.compile(
    r"\b(?:You sell|customers of|account manager at|(?:after|manage) [^.]*? for)"
    r" ([A-Z][\w'&-]*(?: [A-Z][\w'&-]*)*)"
)
"""What a briefing calls the product, or the company that the rep speaks for."""
_NODS = ("Okay, great.", "Right, thanks.", "Sure, sounds good.")


@dataclass(slots=True)
class Rep:
    """One synthetic rep on one call."""

    policy: Policy
    scenario: Scenario
    persona: Persona
    gatekeeper: Persona | None
    chance: random.Random
    _asked: Counter[str] = field(default_factory=Counter)
    _handled: Counter[str] = field(default_factory=Counter)
    _told: set[str] = field(default_factory=set)
    _granted: set[str] = field(default_factory=set)
    _tried: Counter[str] = field(default_factory=Counter)
    _n_turns: int = 0
    _n_steps: int = 0
    _greeted: bool = False

    def says(self, beat: Beat) -> str:
        """The rep's next words after the buyer's beat."""
        self._told.update(beat.fact_ids)
        if beat.kind == "concede" and beat.concession_id:
            self._granted.add(beat.concession_id)
        if beat.voice == "gatekeeper":
            return self._to_the_gatekeeper(beat)
        self._n_turns += 1
        if not self._greeted:
            return self._hello()
        if beat.kind == "agree":
            return (
                f"Great, I will send you the invitation today. Thank you, {self._first}. Goodbye."
            )
        if beat.kind == "prompt_silence":
            return "Yes, I am still here."
        objection = self._in_the_air(beat)
        if objection is not None and beat.kind not in ("settle", "defer", "go_quiet"):
            return self._on_objection(objection, beat)
        if self._rolls(self.policy.rambles):
            return " ".join(self.chance.choices(self.scenario.product_facts, k=30))
        blocked = objection is not None and beat.kind in ("defer", "go_quiet")
        if self.policy.name == "strong" and blocked and objection is not None:
            return self._on_objection(objection, beat)
        return self._forward(beat)

    # -- at the gate ------------------------------------------------------------------------------

    def _to_the_gatekeeper(self, beat: Beat) -> str:
        gatekeeper = self.scenario.gatekeeper
        assert gatekeeper is not None
        why = self._fitting(gatekeeper.reason_words) or " ".join(gatekeeper.reason_words[:2])
        seller = self._seller or "our office"
        hello = f"Good morning, this is Alex Reed from {seller}."
        please = f"Could you put me through to {self.persona.name}, please?"
        if self.policy.name == "strong":
            return f"{hello} It is about this. {why} {please}"
        if self.policy.name == "average":
            return (
                hello if beat.kind in ("open", "ask_who") else f"It is about this. {why} {please}"
            )
        if beat.kind == "ask_who" and self._rolls(0.25):
            return f"Alex here, from {seller}. {self._pitch()}"
        return self.chance.choice((f"I need to talk to {self._first}.", self._pitch(), why))

    # -- with the buyer ---------------------------------------------------------------------------

    def _hello(self) -> str:
        self._greeted = True
        hello = f"Hi {self._first}, this is Alex{f' from {self._seller}' if self._seller else ''}."
        if self._rolls(self.policy.asks):
            fact = self._next_fact()
            return f"{hello} Thanks for taking the time. {fact.question if fact else ''}".strip()
        return f"{hello} {self._pitch()}"

    def _on_objection(self, objection: Objection, beat: Beat) -> str:
        policy, nth = self.policy, self._handled[objection.id]
        self._handled[objection.id] += 1
        met = beat.kind in ("explain_objection", "reveal", "answer", "continue", "ask", "soften")
        if (nth == 0 or not met) and nth < 4:
            parts = []
            if self._rolls(policy.acknowledges):
                parts.append(self._acknowledged(objection))
            if self._rolls(policy.explores):
                parts.append(self.chance.choice(_EXPLORES))
            if parts:
                return " ".join(parts)
        if not self._rolls(policy.answers):
            return self.chance.choice(_ARGUES) + " " + self._pitch()
        answer = self._fitting(objection.answer_words) or self._pitch()
        confirm = self.chance.choice(_CONFIRMS) if self._rolls(policy.confirms) else ""
        return f"{answer} {confirm}".strip()

    def _forward(self, beat: Beat) -> str:
        if self._n_turns >= self.policy.hurry and self._rolls(0.6):
            return self._next_step()
        fact = self._next_fact()
        if fact is not None and self._rolls(self.policy.asks):
            return fact.question
        concession = self._next_concession()
        if concession is not None and self._rolls(self.policy.asks):
            self._tried[concession.id] += 1
            return f"Could we talk about this: {self._asking(concession)}?"
        if fact is None or self.policy.name == "strong":
            return self._next_step()
        if beat.kind == "ask" or self._rolls(0.8):
            return self._pitch()
        return self.chance.choice(_NODS)

    def _next_step(self) -> str:
        self._n_steps += 1
        if self._n_steps > 7:
            return f"Thank you for your time, {self._first}. Goodbye."
        return self.chance.choice(_NEXT_STEPS)

    def _next_fact(self) -> HiddenFact | None:
        """What has not been told: easy things first, those that take trust last, each up to three
        times."""
        order = {"free": 1, "asked": 0, "trusted": 2}
        left = [f for f in self.scenario.facts if f.id not in self._told and self._asked[f.id] < 3]
        if self.policy.name != "strong":
            self.chance.shuffle(left)
        fact = min(left, key=lambda f: (self._asked[f.id], order[f.unlock]), default=None)
        if fact is not None:
            self._asked[fact.id] += 1
        return fact

    def _next_concession(self) -> Concession | None:
        left = (c for c in self.scenario.concessions if c.id not in self._granted)
        return next((c for c in left if self._tried[c.id] < 2), None)

    def _asking(self, concession: Concession) -> str:
        return ", ".join(concession.asked_by[:2])

    def _in_the_air(self, beat: Beat) -> Objection | None:
        found = (o for o in self.scenario.objections if o.id == beat.objection_id)
        return next(found, None)

    def _acknowledged(self, objection: Objection) -> str:
        concern = objection.concern
        wording = self.chance.choice(_ACKNOWLEDGES)
        return wording.format(concern=concern, concern_cap=concern[0].upper() + concern[1:])

    def _fitting(self, words: Sequence[str]) -> str | None:
        """The product fact that holds most of the words."""
        scored = [(n_touched(tokens(f), tuple(words)), f) for f in self.scenario.product_facts]
        best = max(scored, key=lambda one: one[0])
        return best[1] if best[0] else None

    def _pitch(self) -> str:
        return self.chance.choice(self.scenario.product_facts)

    @property
    def _seller(self) -> str | None:
        """None where the rep speaks for nobody else, as a colleague does."""
        found = _SELLER.search(self.scenario.briefing)
        return found.group(1) if found else None

    @property
    def _first(self) -> str:
        return self.persona.name.split()[0]

    def _rolls(self, p: float) -> bool:
        return self.chance.random() < p
