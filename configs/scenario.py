"""One conversation to rehearse."""

from dataclasses import dataclass, field
from typing import Literal

ObjectionKind = Literal["price", "timing", "authority", "need", "trust", "competitor", "status_quo"]
ScenarioKind = Literal[
    "cold_call",
    "discovery",
    "follow_up",
    "pricing",
    "competitor",
    "renewal",
    "upsell",
    "inbound",
    "executive",
    "objection_drill",
    "difficult_discussion",
    "feedback",
]
Unlock = Literal["free", "asked", "trusted"]


@dataclass(frozen=True, slots=True)
class HiddenFact:
    """Something the buyer knows and the rep does not."""

    id: str
    text: str
    """The fact, third person, as the model and the ledger read it."""
    lines: tuple[str, ...]
    """How the buyer says it, two or more wordings."""
    unlock: Unlock
    """free: whenever it fits; asked: when asked about; trusted: when asked, once trusted."""
    topics: tuple[str, ...]
    """Words or phrases in the rep's question that ask about it, lower case, word stems allowed."""
    question: str
    """A question that would have found it, for the ledger."""


@dataclass(frozen=True, slots=True)
class Objection:
    id: str
    kind: ObjectionKind
    concern: str
    """The concern as a short noun phrase, such as "the price against the budget"."""
    lines: tuple[str, ...]
    """How the buyer raises it, two or more wordings."""
    harder: tuple[str, ...]
    """How it comes back after it was only argued with."""
    explained: tuple[str, ...]
    """What the buyer says when the rep explores it."""
    settled: tuple[str, ...]
    """What the buyer says when it is settled."""
    concern_words: tuple[str, ...]
    """Words of the rep that name the concern, lower case stems."""
    answer_words: tuple[str, ...]
    """Words of the rep that answer it from the product facts, lower case stems or numbers."""
    raised_by: tuple[str, ...] = ()
    """Topics of the rep that bring it up, lower case stems."""
    by_turn: int = 6
    """The rep's turn by which it is raised anyway."""


@dataclass(frozen=True, slots=True)
class Concession:
    """Something the buyer grants only for a reason, never for being liked."""

    id: str
    text: str
    """What is granted, third person, such as "Martin signs for one depot without the board"."""
    trigger: str
    """What it takes, as the ledger says it: "Asked to start small, once the price is settled"."""
    asked_by: tuple[str, ...]
    """Words or phrases with which the rep asks for it, lower case stems."""
    needs: tuple[str, ...]
    """Ids of the facts that must have been told and of the objections that must be settled; one or
    more."""
    lines: tuple[str, ...]
    """How the buyer grants it, two or more wordings."""


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Who picks up first, and decides whether the rep is put through."""

    persona: str
    """A persona's id."""
    reason_words: tuple[str, ...]
    """Words of the rep that make a reason worth passing on, lower case stems."""
    opening: tuple[str, ...]
    """On picking up."""
    ask_who: tuple[str, ...]
    """When the rep has not said who is calling."""
    ask_why: tuple[str, ...]
    """When the rep has not said what it is about."""
    push_back: tuple[str, ...]
    """To a pitch, to evasion, to pressure."""
    put_through: tuple[str, ...]
    """When the rep said who, why, and asked politely."""
    refuse: tuple[str, ...]
    """When patience is gone: the call ends."""
    silence: tuple[str, ...]
    """When the rep says nothing."""
    patience: int = 5
    """Turns that lead nowhere before the gatekeeper ends the call."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What the buyer says without a model, by beat; every list has two or more wordings."""

    opening: tuple[str, ...]
    """On picking up."""
    answer: tuple[str, ...]
    """To a question that unlocks nothing."""
    hold_back: tuple[str, ...]
    """To a question about a fact that is not yet unlocked."""
    continue_: tuple[str, ...] = field(metadata={"toml": "continue"})
    """To a statement that calls for no more than a nod and a nudge."""
    push_back: tuple[str, ...]
    """To pitching without asking, or arguing."""
    clarify: tuple[str, ...]
    """When nothing was understood."""
    silence: tuple[str, ...]
    """When the rep says nothing."""
    interrupt: tuple[str, ...]
    """To a monologue."""
    agree: tuple[str, ...]
    """To a next step, when convinced."""
    defer: tuple[str, ...]
    """To a next step, when not convinced ("send me an e-mail")."""
    goodbye: tuple[str, ...]
    """At the end of a call that went well enough."""
    cool_goodbye: tuple[str, ...]
    """At the end of a call that cost trust."""
    hang_up: tuple[str, ...]
    """When patience is gone."""
    ask: tuple[str, ...]
    """Asking back, after the rep said something that matters to the buyer."""
    soften: tuple[str, ...]
    """When the rep took something seriously: a small opening."""
    go_quiet: tuple[str, ...]
    """Next to nothing, because the rep pushed."""
    refuse: tuple[str, ...]
    """To being asked for something that was not earned."""
    deflect: tuple[str, ...]
    """To talk about instructions, machines or scoring: puzzled, as a person would be."""


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    """The file's stem, lower case with hyphens."""
    title: str
    kind: ScenarioKind
    skill: str
    """What it trains, a few words."""
    language: str
    """BCP 47, such as "en"."""
    minutes: int
    """A typical length; also the time limit is twice this."""
    briefing: str
    """What the rep knows before the call; paragraphs parted by an empty line."""
    goal: str
    """What the rep should reach, one sentence."""
    product_facts: tuple[str, ...]
    """What is true about what the rep sells."""
    good: tuple[str, ...]
    """What good looks like, three to five sentences."""
    persona: str
    """A persona's id."""
    rubric: str
    """A rubric's id."""
    facts: tuple[HiddenFact, ...]
    objections: tuple[Objection, ...]
    """Three or more."""
    lines: Lines
    concessions: tuple[Concession, ...] = ()
    gatekeeper: Gatekeeper | None = None
    rep_role: str = "a sales rep"
    """Who the rep is to the persona, for a model: "a sales rep", "your manager"."""
    variant_of: str | None = None
    """The id of the scenario that trains the same on other facts; None for a scenario that is
    rehearsed openly."""
    turn_patience_s: float | None = None
    """Silence after which the buyer answers even half a sentence; None is the persona's."""
