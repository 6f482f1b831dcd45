"""Who the rep talks to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """How a persona sounds, one name per engine."""

    piper: str
    """A voice of the Piper catalogue, such as "en_US-amy-medium"."""
    espeak: str
    """An espeak-ng voice with its variant, such as "en-us+f3"."""
    rate: float = 1.0
    """Speaking rate against the voice's own, 0.5 to 2."""


@dataclass(frozen=True, slots=True)
class Persona:
    id: str
    name: str
    """As the rep sees and hears it."""
    role: str
    company: str
    manner: str
    """Two or three sentences: how this person talks and what they care about."""
    voice: Voice
    trust: int = 0
    """At the start, -5 to 5."""
    interest: int = 0
    """At the start, -5 to 5."""
    patience: int = 8
    """Turns that lead nowhere before the persona wants to end the call."""
    fillers: tuple[str, ...] = ()
    """Small spoken openers, such as "Hm." or "Look,"."""
    speaks_like: str = "dry"
    """A manner's id: the wordings for whatever a scenario has none of its own for."""
    backchannels: tuple[str, ...] = ("Mm-hm.", "Right.")
    """Said into a long turn of the rep; () for a silent listener."""
    talks_over_s: float | None = None
    """Seconds of unbroken talk of the rep into which this persona speaks; None never does."""
    turn_patience_s: float | None = None
    """Silence after which the persona answers even half a sentence; None is the setting's."""
