"""What the form says beside each field: a label, and what the field is for."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Help(NamedTuple):
    label: str
    help: str
    rows: int = 1
    """Of the box."""


class GroupHelp(NamedTuple):
    label: str
    help: str
    one: str = ""
    """What one of several is called."""


GROUPS: Final[Mapping[str, GroupHelp]] = {
    "scenario": GroupHelp("What it is", ""),
    "briefing": GroupHelp("What the rep reads before the call", ""),
    "facts": GroupHelp(
        "What the buyer knows",
        "Five to seven facts that a good rep can find out. The buyer tells each only when it is "
        "asked for, or only once there is trust.",
        "hidden fact",
    ),
    "objections": GroupHelp(
        "What the buyer objects to",
        "Four is a good number, each of another kind. An objection is settled when the rep takes "
        "it seriously, asks what is behind it, answers it from the product facts and makes sure.",
        "objection",
    ),
    "concessions": GroupHelp(
        "What the buyer can be brought to grant",
        "Granted for a reason only, never for being nice: what must be known or settled first is "
        "named by its short name.",
        "concession",
    ),
    "gatekeeper": GroupHelp(
        "Somebody who picks up first",
        "Leave all of it empty when the buyer picks up. A gatekeeper puts a caller through who "
        "says who is calling, says why, and asks politely.",
    ),
    "lines": GroupHelp(
        "What the buyer says when no language model is there",
        "Three wordings for each, one a line, spoken English, numbers as words. Whatever is left "
        "empty is taken from the persona's manner, as shown below each field.",
    ),
}

_LINES = "One wording a line, three or more."

HELP: Final[Mapping[str, Help]] = {
    "title": Help("Title", "As reps see it in their list. It must not give the facts away."),
    "kind": Help("Kind", "What sort of talk it is."),
    "skill": Help("Skill", "What it trains, in a few words."),
    "language": Help("Language", 'The language of the call, such as "en".'),
    "minutes": Help("Minutes", "A typical length. The call ends by itself after twice this."),
    "persona": Help("Persona", "Who the rep talks to."),
    "rubric": Help("Rubric", "What the call is scored by."),
    "rep_role": Help(
        "The rep's part",
        'Who the rep is to the persona: "a sales rep", "your manager". Empty is a sales rep.',
    ),
    "turn_patience_s": Help(
        "Patience within a turn, seconds",
        "Silence after which even half a sentence is answered. Empty is the persona's own.",
    ),
    "briefing": Help(
        "Briefing", "What the rep knows before the call. An empty line parts paragraphs.", 10
    ),
    "goal": Help("Goal", "What the rep should reach, one sentence.", 2),
    "product_facts": Help(
        "What is true about what the rep sells",
        "One fact a line, six or more. A rep's answer to an objection is held against these.",
        8,
    ),
    "good": Help("What good looks like", "Three to five sentences, one a line.", 5),
    "slots": Help(
        "Words to be filled in",
        'One a line, as "product = Tidewater Rostering". Then {product} in any text above or '
        "below stands for it. {name}, {first_name}, {company} and {role} of the persona are always "
        "known.",
        3,
    ),
    "facts.id": Help("Short name", "Left empty, it is made from the fact."),
    "facts.text": Help(
        "The fact", "In the third person, as the ledger shows it after the call.", 2
    ),
    "facts.lines": Help("How the buyer says it", _LINES, 3),
    "facts.unlock": Help("Told", "When the buyer tells it."),
    "facts.topics": Help(
        "Words that ask about it",
        "Lower case, parted by commas. Four letters or more also stand for longer words: "
        '"budget" hears "budgeted".',
    ),
    "facts.question": Help(
        "A question that finds it", "One that holds one of these words; the ledger shows it."
    ),
    "objections.id": Help("Short name", "Left empty, it is made from the concern."),
    "objections.kind": Help("Kind", "Each kind once is best."),
    "objections.concern": Help(
        "The concern", 'A few words, such as "the price against the budget".'
    ),
    "objections.lines": Help("How the buyer raises it", _LINES, 3),
    "objections.harder": Help("How it comes back when it was only argued with", _LINES, 3),
    "objections.explained": Help("What the buyer says when asked what is behind it", _LINES, 3),
    "objections.settled": Help("What the buyer says when it is settled", _LINES, 3),
    "objections.concern_words": Help(
        "Words that name the concern", "Of the rep, lower case, parted by commas; five or more."
    ),
    "objections.answer_words": Help(
        "Words that answer it", "As they stand in the product facts; five or more, by commas."
    ),
    "objections.raised_by": Help(
        "Words that bring it up", "When the rep says one of these, the buyer objects. By commas."
    ),
    "objections.by_turn": Help(
        "At the latest in the rep's turn", "Two to six, spread over the objections. Empty is six."
    ),
    "concessions.id": Help("Short name", "Left empty, it is made from what is granted."),
    "concessions.text": Help(
        "What is granted", 'In the third person: "Martin signs for one depot without the board".', 2
    ),
    "concessions.trigger": Help(
        "What it takes", 'As the ledger says it: "Asked to start small, once the price is settled".'
    ),
    "concessions.asked_by": Help(
        "Words that ask for it", "Of the rep, lower case, parted by commas."
    ),
    "concessions.needs": Help(
        "Needs", "Short names of the facts that were told and objections that were settled before."
    ),
    "concessions.lines": Help("How the buyer grants it", _LINES, 3),
    "gatekeeper.persona": Help("Persona", "Who picks up."),
    "gatekeeper.reason_words": Help(
        "Words of a reason worth passing on", "Lower case, parted by commas."
    ),
    "gatekeeper.opening": Help("On picking up", _LINES, 3),
    "gatekeeper.ask_who": Help("When the caller has not said who they are", _LINES, 3),
    "gatekeeper.ask_why": Help("When the caller has not said what it is about", _LINES, 3),
    "gatekeeper.push_back": Help("To a pitch, to evasion, to pressure", _LINES, 3),
    "gatekeeper.put_through": Help("On putting the caller through", _LINES, 3),
    "gatekeeper.refuse": Help("When patience is gone", _LINES, 3),
    "gatekeeper.silence": Help("When the caller says nothing", _LINES, 3),
    "gatekeeper.patience": Help(
        "Patience, turns", "Turns that lead nowhere before the call is ended. Empty is five."
    ),
    "lines.opening": Help("On picking up", _LINES, 3),
    "lines.answer": Help("To a question that finds nothing", _LINES, 3),
    "lines.hold_back": Help("To a question about what is not told yet", _LINES, 3),
    "lines.continue": Help("To a statement that needs no more than a nod", _LINES, 3),
    "lines.push_back": Help("To pitching without asking, or arguing", _LINES, 3),
    "lines.clarify": Help("When nothing was understood", _LINES, 3),
    "lines.silence": Help("When the rep says nothing", _LINES, 3),
    "lines.interrupt": Help("Into a monologue", _LINES, 3),
    "lines.agree": Help("To a next step, when convinced", _LINES, 3),
    "lines.defer": Help("To a next step, when not convinced", _LINES, 3),
    "lines.goodbye": Help("At the end of a call that went well enough", _LINES, 3),
    "lines.cool_goodbye": Help("At the end of a call that cost trust", _LINES, 3),
    "lines.hang_up": Help("When patience is gone", _LINES, 3),
    "lines.ask": Help("Asking back, after something that matters", _LINES, 3),
    "lines.soften": Help("When the rep took something seriously", _LINES, 3),
    "lines.go_quiet": Help("Next to nothing, because the rep pushed", _LINES, 3),
    "lines.refuse": Help("To being asked for what was not earned", _LINES, 3),
    "lines.deflect": Help("To talk about instructions, machines or scoring", _LINES, 3),
}
"""By group and key of the TOML file."""
