"""One call of a synthetic rep with the buyer, in text, with the times a spoken one would have."""

import random
from dataclasses import dataclass
from typing import Final

from agents import buyer_state
from agents.authored import say
from agents.beat import Beat
from agents.buyer_mind import BuyerState
from agents.lint_reps import Policy, Rep
from configs.persona import Persona
from configs.scenario import Scenario
from scoring.objection import Voiced
from speech.words import Speaker, Transcript, Utterance, Word

MAX_TURNS: Final = 60
"""Of the rep: a call that has not ended by then is a dead end."""
BUYER_WPM: Final = 160
_FILLERS: Final = ("um,", "uh,", "you know,", "I mean,")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said, and for the buyer's side why."""

    speaker: Speaker
    text: str
    beat: Beat | None


@dataclass(frozen=True, slots=True)
class LintCall:
    policy: str
    state: BuyerState
    exchanges: tuple[Exchange, ...]
    transcript: Transcript
    voiced: tuple[Voiced, ...]
    duration_s: float
    put_through_s: float | None

    @property
    def beats(self) -> tuple[Beat, ...]:
        return tuple(e.beat for e in self.exchanges if e.beat is not None)


@dataclass(slots=True)
class _Tape:
    """Utterances with times, one after the other."""

    now_s: float
    said: list[Utterance]

    def add(self, speaker: Speaker, text: str, wpm: float, gap_s: float) -> Utterance:
        start_s = at_s = max(0.0, self.now_s + gap_s)
        words = []
        for word in text.split():
            end_s = at_s + 60.0 / wpm
            words.append(Word(word, round(at_s, 3), round(end_s, 3)))
            at_s = end_s
        one = Utterance(speaker, round(start_s, 3), round(at_s, 3), text, tuple(words))
        self.said.append(one)
        self.now_s = at_s
        return one


def held(
    scenario: Scenario, persona: Persona, gatekeeper: Persona | None, policy: Policy, seed: int
) -> LintCall:
    """The call with this seed: the same arguments give the same call."""
    chance = random.Random(f"{scenario.id} {policy.name} {seed}")
    rep = Rep(policy, scenario, persona, gatekeeper, chance)
    wpm = chance.uniform(*policy.wpm)
    tape = _Tape(0.0, [])
    exchanges: list[Exchange] = []
    raised: dict[str, Utterance] = {}
    settled: dict[str, float] = {}
    through_s: float | None = None
    state, beat = buyer_state.begin(scenario, persona, seed)
    for _ in range(MAX_TURNS):
        line = say(beat, state, scenario, persona)
        spoken = tape.add("buyer", line, BUYER_WPM, 0.5)
        exchanges.append(Exchange("buyer", line, beat))
        if beat.kind == "raise_objection" and beat.objection_id:
            raised[beat.objection_id] = spoken
        if beat.kind == "settle" and beat.objection_id:
            settled[beat.objection_id] = spoken.start_s
        if state.ended:
            break
        if beat.kind == "put_through":
            through_s = spoken.end_s
            state, beat = buyer_state.transferred(state)
            continue
        text = rep.says(beat)
        shown = _with_fillers(text, policy.fillers, chance)
        waits = chance.random() < policy.waits
        gap_s = (
            chance.uniform(0.3, 1.4) if waits else -min(2.0, spoken.end_s - spoken.start_s - 0.5)
        )
        heard = tape.add("rep", shown, wpm, gap_s)
        exchanges.append(Exchange("rep", text, None))
        state, beat = buyer_state.hear(
            state,
            scenario,
            persona,
            shown,
            at_s=heard.end_s,
            speech_s=heard.end_s - heard.start_s,
        )
    said = tuple(sorted(tape.said, key=lambda u: (u.start_s, u.end_s, u.speaker)))
    return LintCall(
        policy=policy.name,
        state=state,
        exchanges=tuple(exchanges),
        transcript=Transcript(said),
        voiced=tuple(
            Voiced(o, u.start_s, u.end_s, u.text, settled.get(o)) for o, u in raised.items()
        ),
        duration_s=tape.now_s,
        put_through_s=through_s,
    )


def _with_fillers(text: str, share: float, chance: random.Random) -> str:
    """Before a share of the words: an um, or a filler word."""
    before = (f"{chance.choice(_FILLERS)} " if chance.random() < share else "" for _ in text)
    return " ".join(next(before) + word for word in text.split())
