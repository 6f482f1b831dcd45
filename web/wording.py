"""How figures, times and codes read on a page."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from configs.scenario import ObjectionKind, ScenarioKind, Unlock
from scoring.measure import Measure
from scoring.objection import Check


class Mark(NamedTuple):
    """A check as five small marks show it: never by colour alone."""

    letter: str
    name: str
    sign: str
    word: str


CHECKS: Final[Mapping[str, tuple[str, str]]] = {
    "listen": ("L", "Listen"),
    "acknowledge": ("A", "Acknowledge"),
    "explore": ("E", "Explore"),
    "respond": ("R", "Respond"),
    "confirm": ("C", "Confirm"),
}
GATE_CHECKS: Final[Mapping[str, tuple[str, str]]] = {
    "said_who": ("W", "Said who is calling"),
    "said_why": ("Y", "Said why"),
    "asked_politely": ("A", "Asked politely"),
    "did_not_pitch": ("P", "Did not pitch"),
    "put_through": ("T", "Was put through"),
}
"""Of the talk with a gatekeeper."""
VERDICTS: Final[Mapping[str, tuple[str, str]]] = {
    "yes": ("✓", "met"),
    "no": ("✗", "not met"),
    "not_applicable": ("–", "not applicable"),
}
FIRST_MOVES: Final[Mapping[str, str]] = {
    "asked": "asked a question",
    "acknowledged": "acknowledged it",
    "answered": "answered at once",
    "argued": "argued against it",
    "silent": "said nothing",
}
OBJECTION_ENDS: Final[Mapping[str, str]] = {
    "settled": "settled",
    "answered": "answered, but never confirmed as settled",
    "dropped": "argued down, and not forgotten",
    "open": "still open at the end",
    "never_came_up": "never came up",
}
ENGINE_ROLES: Final[Mapping[str, str]] = {
    "voice_activity": "Voice activity",
    "end_of_turn": "End of turn",
    "speech_to_text": "Speech to text",
    "live_speech_to_text": "Speech to text during the call",
    "text_to_speech": "Text to speech",
    "words": "Buyer's words",
}
ROLES: Final[Mapping[str, str]] = {
    "rep": "Rep",
    "manager": "Manager",
    "team_lead": "Team lead",
    "admin": "Admin",
}
KINDS: Final[Mapping[ScenarioKind, str]] = {
    "cold_call": "Cold call",
    "discovery": "Discovery call",
    "follow_up": "Follow-up",
    "pricing": "Pricing talk",
    "competitor": "Competitor in place",
    "renewal": "Renewal",
    "upsell": "Upsell",
    "inbound": "Inbound lead",
    "executive": "Executive sponsor",
    "objection_drill": "Objection drill",
    "difficult_discussion": "Difficult discussion",
    "feedback": "Feedback",
}

OUTCOMES: Final[Mapping[str, str]] = {
    "next_step_agreed": "a next step was agreed",
    "put_off": "the buyer put it off",
    "said_goodbye": "both said goodbye, without a next step",
    "hung_up": "the buyer hung up",
    "time_over": "the time was over",
    "not_put_through": "the rep was not put through",
    "no end": "the call came to no end",
}
"""Of a call with a synthetic rep."""
OBJECTION_KINDS: Final[Mapping[ObjectionKind, str]] = {
    "price": "Price",
    "timing": "Timing",
    "authority": "Authority: who decides",
    "need": "Need",
    "trust": "Trust",
    "competitor": "A competitor",
    "status_quo": "What is done today",
}
UNLOCKS: Final[Mapping[Unlock, str]] = {
    "free": "Whenever it fits",
    "asked": "When asked about",
    "trusted": "When asked, once there is trust",
}


def mark(check: Check) -> Mark:
    """The check as a letter, a name, a sign and a word."""
    known = CHECKS.get(check.name) or GATE_CHECKS[check.name]
    return Mark(*known, *VERDICTS[check.verdict])


def clock(seconds: float) -> str:
    """A place in a call, such as "3:07"."""
    whole = max(0, math.floor(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def lasted(seconds: float) -> str:
    """A length of time, such as "4 min 7 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"


def figure(value: float) -> str:
    """As many digits as can be meant: 142, 43.5, 1.25."""
    size = abs(value)
    text = f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short.replace("-", "−")


def interval(measure: Measure) -> str:
    """The 95 % interval, such as "128 to 156"; "" when the figure is exact or absent."""
    if measure.value is None or measure.low is None or measure.high is None:
        return ""
    return f"{figure(measure.low)} to {figure(measure.high)}"


def day(at: datetime) -> str:
    """A moment on the clock of this machine, such as "Tue 24 Nov, 14:05"."""
    local = _local(at)
    year = f" {local.year}" if local.year != datetime.now().astimezone().year else ""
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def iso(at: datetime) -> str:
    """For machines, such as the datetime of a <time>."""
    return _local(at).isoformat(timespec="seconds")


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    ended = text if text.endswith((".", "!", "?", "…")) else f"{text}."
    return ended[:1].upper() + ended[1:]


def _local(at: datetime) -> datetime:
    # SQLite gives times without a zone; they are UTC.
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone()
