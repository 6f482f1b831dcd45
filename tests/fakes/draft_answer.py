"""A document, and what a model that keeps to the schema drafts from it."""

from typing import Any

_SAYS = (
    "Coldchain Watch tells a warehouse within a minute that a cold room is getting warm",
    "A sensor costs nine dollars a month and runs four years on a battery",
    "The alarm goes to the phone of whoever is on duty, and to the next one after five minutes",
    "It is installed in a day, without a technician",
    "Every reading is kept for ten years, as inspectors ask for",
    "It works with doors and motors of any maker",
    "A wholesaler in Leeds lost two rooms of fish before it had sensors",
    "Their night guard wrote temperatures on paper that nobody read",
    "They had been promised alarms by the maker of the cold rooms, who never came",
    "The owner decides alone, and has set aside three thousand dollars",
    "The insurer asks for a log of every room by summer",
)
DOCUMENT = ". ".join(_SAYS) + "."
_KINDS = ("price", "timing", "trust", "status_quo")


def _sourced(text: str, n: int) -> dict[str, Any]:
    return {"text": text, "source": f"{_SAYS[n]}."}


def _three(text: str) -> list[str]:
    return [f"{text}, {end}." for end in ("I think", "as I said", "if you ask me")]


def draft_answer() -> dict[str, Any]:
    """A new one each time, to be changed."""
    return {
        "title": _sourced("Cold rooms at a fish wholesaler", 0),
        "kind": "discovery",
        "skill": _sourced("Finding out what warm rooms cost", 6),
        "briefing": _sourced("You sell sensors.\n\nThey lost fish.\n\nYou call the owner.", 6),
        "goal": _sourced("Agree on a trial in one room.", 3),
        "product_facts": [_sourced(f"{text}.", n) for n, text in enumerate(_SAYS[:6])],
        "good": [_sourced(f"Ask about room {n}.", 6) for n in ("one", "two", "three")],
        "facts": [
            {
                "text": f"{text}.",
                "source": f"{text}.",
                "unlock": unlock,
                "lines": _three(f"Well, it is {topic}"),
                "topics": [topic],
                "question": f"How is it with the {topic}?",
            }
            for text, unlock, topic in zip(
                _SAYS[6:],
                ("free", "asked", "asked", "trusted", "trusted"),
                ("fish", "guard", "maker", "owner", "insurer"),
                strict=True,
            )
        ],
        "objections": [
            {
                "kind": kind,
                "concern": f"the {kind} of it",
                "source": f"{_SAYS[7]}.",
                "lines": _three(f"I worry about {kind}"),
                "harder": _three(f"I still worry about {kind}"),
                "explained": _three(f"It is the {kind} of last year"),
                "settled": _three(f"Then {kind} is fine"),
                "concern_words": [kind, "worry", "last year"],
                "answer_words": ["nine dollars", "battery", f"{kind}s"],
                "raised_by": ["sensor"],
            }
            for kind in _KINDS
        ],
    }
