"""The test set: every sound of the rep, and the calls that are made of them.

What ships is flite's and espeak-ng's speech, made noises and a keyboard recorded for livekit;
`--data FOLDER` adds people: jfk.flac, acoustic_corpus.wav with its TextGrid, mfa_*.flac.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Final, Literal

import live_sound as make
import numpy as np
from live_sound import Sound

from configs.demo import load_demo
from configs.load import load_catalogue
from speech.audio_file import read_tracks
from speech.clip import Clip
from speech.espeak import EspeakSynthesizer
from speech.resample import resample
from speech.span import Span
from speech.words import Word

Group = Literal[
    "plain", "paused", "short", "pitch", "backchannel", "cough", "keyboard", "noise", "silence"
]
TURNS: Final[tuple[Group, ...]] = ("plain", "paused", "short", "pitch")
OVERLAPS: Final[tuple[Group, ...]] = ("backchannel", "cough", "keyboard", "noise")
SOUND: Final = Path(str(files("configs"))) / "demo" / "sound"
PER_CALL: Final = 4
"""Turns in one call: a buyer keeps patience for so many."""

# Turn of the demo, number of the word after which the rep thinks, and for how long, in seconds.
FLITE_PAUSES: Final = (
    ("ask-fuel", 3, 0.4),
    ("next-step", 7, 0.5),
    ("pitch-order-system", 9, 0.6),
    ("ask-others", 6, 0.7),
    ("season-argue-again", 8, 0.8),
    ("next-step", 1, 0.9),
    ("pitch-order-system", 1, 0.9),
    ("ask-fuel", 6, 0.8),
)
COMPLETE: Final = ("ask-today", "ask-fuel", "savings-understand", "season-argue-again")
"""Turns that livekit's detector reads as complete after any short silence."""
CORPUS: Final = (
    "This is the acoustic corpus. I'm talking pretty fast here. There's nothing going else going "
    "on. We're just yknow, there's some speech errors, but who cares? Um, this is me talking "
    "really slow and slightly lower in intensity. We're just saying some words, and here's some "
    "more words, words, word, words. Um, and that should be all. Thanks."
)
"""What acoustic_corpus.wav says, as it would be written: its TextGrid has no marks."""
FLITE_PLAIN: Final = ("ask-price", *COMPLETE, "drivers-ask", "push-again")
SHORT: Final = ("Yes.", "Sure.", "Yes, it does.", "No, not yet.")
NODS: Final = ("Right.", "Yeah.", "Okay.")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the rep does."""

    kind: Literal["turn", "interrupt", "overlap", "silence"]
    """turn: after the buyer has finished. interrupt: a turn over the buyer's reply. overlap: a
    sound over it that asks for nothing. silence: nobody speaks."""
    group: Group
    sound: str = ""
    after_s: float = 0.0
    """Of the buyer's sound, before the rep goes over it."""

    def document(self) -> dict[str, Any]:
        return {n: getattr(self, n) for n in ("kind", "group", "sound", "after_s")}


class TestSet:
    """Sounds by group, people first."""

    def __init__(self, data: Path | None) -> None:
        self.groups: dict[Group, list[Sound]] = {g: [] for g in (*TURNS, *OVERLAPS)}
        people = _people(data) if data else {}
        for group, made in _shipped().items():
            human = people.get(group, [])
            mixed = chain.from_iterable(zip_longest(human, made))
            self.groups[group] += [one for one in mixed if one is not None]
        self.sounds = {one.id: one for group in self.groups.values() for one in group}

    def crowd(self, n_calls: int, n_turns: int = 4) -> list[list[Step]]:
        """Calls of COMPLETE turns, each beginning with another one: how load delays an answer is
        looked for, and not how the turn detector's doubt does."""
        ids = [COMPLETE[i % len(COMPLETE)] for i in range(n_calls + n_turns)]
        return [[Step("turn", "plain", id) for id in ids[i : i + n_turns]] for i in range(n_calls)]

    def calls(self, n_turns: int) -> list[list[Step]]:
        """n_turns turns in calls of PER_CALL; every reply meets something: a sound that asks for
        nothing, an interruption, or (the last) silence."""
        turns = _dealt({g: self.groups[g] for g in TURNS}, n_turns)
        overlaps = _dealt({g: self.groups[g] for g in OVERLAPS}, 4 * n_turns)
        calls = []
        after_s = _cycle(0.6, 1.4, 2.4, 1.0, 3.1)
        while group := turns[:PER_CALL]:
            turns = turns[PER_CALL:]
            calls.append(_call(group, overlaps, after_s))
        return calls


def _call(
    turns: list[tuple[Group, Sound]],
    overlaps: list[tuple[Group, Sound]],
    after_s: Iterator[float],
) -> list[Step]:
    """Every second turn interrupts the reply before it; the other replies meet two sounds."""
    steps = []
    for i, (group, sound) in enumerate(turns):
        interrupts = i % 2 == 1 and group in ("plain", "paused")
        if interrupts:
            steps.append(Step("interrupt", group, sound.id, next(after_s)))
        else:
            steps.append(Step("turn", group, sound.id))
        if i % 2 == 1 or i == len(turns) - 1:
            pair = [overlaps.pop(0), overlaps.pop(0)]
            if (
                len(overlaps) % 4 == 2
            ):  # the second of a pair is lost when the first stops the buyer
                pair.reverse()
            for at_s, (over_group, over) in zip((0.9, 2.8), pair, strict=True):
                steps.append(Step("overlap", over_group, over.id, at_s))
    return [*steps, Step("silence", "silence")]


def _cycle(*values: float) -> Iterator[float]:
    while True:
        yield from values


def _dealt(groups: dict[Group, list[Sound]], n: int) -> list[tuple[Group, Sound]]:
    """n sounds, groups mixed evenly by their size, each from its first on and round again. A call
    never holds the same sound twice, as long as there are enough."""
    total = sum(map(len, groups.values()))
    placed = [
        ((i + 0.5) / len(sounds), group, sound)
        for group, sounds in groups.items()
        for i, sound in enumerate(sounds)
    ]
    one_round = [(group, sound) for _, group, sound in sorted(placed, key=lambda one: one[0])]
    return [one_round[i % total] for i in range(n)]


# -- what ships -------------------------------------------------------------------------------


def _shipped() -> dict[Group, list[Sound]]:
    flite = _flite()
    espeak = {text: _espeak(text) for text in (*SHORT, *NODS)}
    pauses = [make.with_pause(flite[name], word, s) for name, word, s in FLITE_PAUSES]
    pitch = make.joined("pitch-phone-and-system", flite["pitch-phone"],
                        flite["pitch-order-system"], 0.5)  # fmt: skip
    second = make.joined("pitch-speed-and-savings", flite["pitch-speed"],
                         flite["pitch-savings"], 0.7)  # fmt: skip
    right = make.first_phrase("flite right", flite["pitch-savings"], 1)
    return {
        "plain": [flite[name] for name in FLITE_PLAIN],
        "paused": pauses,
        "short": [
            make.first_phrase("flite okay great", flite["ask-fuel"], 2),
            *(espeak[text] for text in SHORT),
        ],
        "pitch": [pitch, second],
        "backchannel": [
            right,
            _nod("mm-hm", make.hum(1)),
            espeak["Yeah."],
            _nod("mm-hm higher", make.hum(2)),
            espeak["Okay."],
            espeak["Right."],
        ],
        "cough": [make.noise(f"cough {n}", make.cough(n)) for n in (1, 2, 3)],
        "keyboard": [*_keyboard(), make.noise("clicks", make.clicks(1))],
        "noise": [make.noise(f"noise {n}", make.burst(n)) for n in (1, 2, 3)],
    }


def _flite() -> dict[str, Sound]:
    found: dict[str, Sound] = {}
    for scenario in load_catalogue().scenarios.values():
        for turn in load_demo(scenario).turns:
            file = SOUND / scenario.id / f"{turn.id}.ogg"
            found.setdefault(turn.id, make.spoken(turn.id, read_tracks(file)[0], turn.text))
    return found


def _espeak(text: str) -> Sound:
    voice = EspeakSynthesizer("en-us+m3")
    samples = np.concatenate([clip.samples for clip in voice.synthesize(text)])
    return make.spoken(f"espeak {text}", Clip(samples, voice.rate_hz), text)


def _nod(id: str, clip: Clip) -> Sound:
    return make.spoken(id, clip, "mm-hm")


def _keyboard() -> list[Sound]:
    """A second each of the typing that livekit ships."""
    folder = Path(str(files("livekit.agents"))) / "resources"
    found = []
    for name in ("keyboard-typing", "keyboard-typing2"):
        clip = resample(read_tracks(folder / f"{name}.ogg")[0], make.RATE_HZ)
        peak = float(np.abs(clip.samples).max())
        loud = Clip(clip.samples * np.float32(0.25 / peak), clip.rate_hz)
        start_s = max(0.0, float(np.abs(loud.samples).argmax()) / loud.rate_hz - 0.3)
        found.append(make.noise(name, loud.between(start_s, start_s + 1.0)))
    return found


# -- people -----------------------------------------------------------------------------------


def _people(data: Path) -> dict[Group, list[Sound]]:
    found: dict[Group, list[Sound]] = {}
    _add(found, _corpus(data))
    _add(found, _jfk(data))
    _add(found, _effects(data))
    return found


def _add(found: dict[Group, list[Sound]], more: dict[Group, list[Sound]]) -> None:
    for group, sounds in more.items():
        found.setdefault(group, []).extend(sounds)


def _corpus(data: Path) -> dict[Group, list[Sound]]:
    """Spans by ear and by the TextGrid beside it."""
    file, grid = data / "acoustic_corpus.wav", data / "acoustic_corpus.TextGrid"
    if not (file.is_file() and grid.is_file()):
        return {}
    clip, words = read_tracks(file)[0], _as_written(_grid_words(grid), CORPUS)

    def cut(id: str, start_s: float, end_s: float) -> Sound:
        inside = [w for w in words if w.end_s <= end_s + 0.05]
        last = replace(
            inside[-1], text=inside[-1].text.rstrip(",") + "." * inside[-1].text.endswith(",")
        )
        return make.timed(id, clip, [*inside[:-1], last], Span(start_s, end_s), human=True)

    fast = cut("corpus fast", 1.05, 7.54)
    saying = cut("corpus saying words", 14.87, 17.19)
    return {
        "plain": [fast, saying, cut("corpus more words", 18.35, 22.33)],
        "paused": [
            cut("corpus slow", 8.02, 13.9),
            make.with_pause(fast, 8, 0.6),
            cut("corpus um and that", 22.9, 25.25),
            make.with_pause(saying, 2, 0.9),
            make.with_pause(fast, 4, 0.8),
        ],
        "short": [cut("corpus who cares", 6.75, 7.54), cut("corpus thanks", 24.95, 25.25)],
        "pitch": [cut("corpus pitch", 1.05, 13.9)],
    }


def _jfk(data: Path) -> dict[Group, list[Sound]]:
    if not (data / "jfk.flac").is_file():
        return {}
    clip = read_tracks(data / "jfk.flac")[0]

    def cut(id: str, start_s: float, end_s: float, text: str) -> Sound:
        return make.spoken(id, clip.between(start_s, end_s), text, human=True)

    what, ask = "What your country can do for you.", "Ask what you can do for your country."
    second = cut("jfk ask", 8.0, 11.0, ask)
    return {
        "plain": [cut("jfk what", 5.2, 7.8, what), second],
        "paused": [
            cut("jfk both", 5.2, 11.0, f"{what} {ask}"),
            make.with_pause(second, 3, 0.7),
        ],
    }


def _effects(data: Path) -> dict[Group, list[Sound]]:
    """A laugh and two breaths; nothing is said in them."""
    found = []
    for name, start_s, end_s in (("laughter", 9.33, 9.9), ("breaths", 1.13, 1.53)):
        file = data / f"mfa_{name}.flac"
        if file.is_file():
            clip = read_tracks(file)[0].between(start_s, end_s)
            found.append(make.noise(f"mfa {name}", clip, human=True))
    return {"cough": found}


def _as_written(words: list[Word], text: str) -> list[Word]:
    """The same words with the capitals and marks of the text, as Whisper prints speech."""
    written = text.split()
    plain = ["".join(c for c in one.lower() if c.isalpha() or c == "'") for one in written]
    if plain != [w.text for w in words]:
        raise SystemExit("the TextGrid of acoustic_corpus does not hold the words it should")
    return [replace(w, text=one) for w, one in zip(words, written, strict=True)]


def _grid_words(grid: Path) -> list[Word]:
    """The first tier of a short TextGrid."""
    lines = grid.read_text().splitlines()
    first = lines.index('"words"')
    n = int(lines[first + 3])
    rows = lines[first + 4 : first + 4 + 3 * n]
    return [
        Word(rows[i + 2].strip('"'), float(rows[i]), float(rows[i + 1]))
        for i in range(0, len(rows), 3)
        if rows[i + 2].strip('"')
    ]
