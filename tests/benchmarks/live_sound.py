"""The rep's sounds of the benchmark: what is said, when, and what is only noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.file_line import RATE_HZ
from speech.clip import Clip
from speech.resample import resample
from speech.span import Span
from speech.spans import HOP_S, JOIN_GAP_S, frame_levels, speech_spans
from speech.words import Word

LEAD_S: Final = 0.1
TAIL_S: Final = 0.15
"""Of a recording's own room kept before and after speech."""
FADE_S: Final = 0.01
NEAR_S: Final = 0.2
"""How far around a word's estimated end the quietest moment is looked for."""
LOUDNESS_DB: Final = -20.0
"""dBFS of speech while it sounds, the same for every recording."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """What the rep lets be heard at one go."""

    id: str
    clip: Clip
    """At the line's rate."""
    words: tuple[Word, ...]
    """In seconds of the clip; () for a noise."""
    spans: tuple[Span, ...]
    """Where it sounds, in seconds of the clip."""
    human: bool = False
    """A person was recorded."""

    @property
    def start_s(self) -> float:
        return self.spans[0].start_s

    @property
    def end_s(self) -> float:
        """Where speech truly ends, taken from the sound."""
        return self.spans[-1].end_s


def spoken(id: str, clip: Clip, text: str, *, human: bool = False) -> Sound:
    """A recording of the words in `text`, cut to its speech; word times are spread over it."""
    spans = speech_spans(clip)
    cut = clip.between(spans[0].start_s - LEAD_S, spans[-1].end_s + TAIL_S)
    clip = faded(at_one_loudness(resample(cut, RATE_HZ)))
    spans = speech_spans(clip)
    return Sound(id, clip, spread(text, spans), spans, human)


def timed(id: str, clip: Clip, words: Sequence[Word], span: Span, *, human: bool) -> Sound:
    """A part of a longer recording whose words were annotated by hand."""
    zero_s = max(0.0, span.start_s - LEAD_S)
    cut = faded(at_one_loudness(resample(clip.between(zero_s, span.end_s + TAIL_S), RATE_HZ)))
    inside = tuple(
        replace(w, start_s=w.start_s - zero_s, end_s=w.end_s - zero_s)
        for w in words
        if span.start_s <= (w.start_s + w.end_s) / 2 <= span.end_s
    )
    return Sound(id, cut, inside, _stretches(inside), human)


def _stretches(words: Sequence[Word]) -> tuple[Span, ...]:
    """Words that follow each other, apart by JOIN_GAP_S or more."""
    found: list[Span] = []
    for word in words:
        if found and word.start_s - found[-1].end_s < JOIN_GAP_S:
            found[-1] = Span(found[-1].start_s, word.end_s)
        else:
            found.append(Span(word.start_s, word.end_s))
    return tuple(found)


def noise(id: str, clip: Clip, *, human: bool = False) -> Sound:
    """A sound that says nothing."""
    clip = faded(resample(clip, RATE_HZ))
    return Sound(id, clip, (), (Span(0.0, clip.duration_s),), human)


def spread(text: str, spans: Sequence[Span]) -> tuple[Word, ...]:
    """Words over the time that is spoken, each as long as its letters ask for."""
    texts = text.split()
    ends = np.cumsum([len(one) + 1 for one in texts])
    total_s = sum(span.duration_s for span in spans)
    edges_s = [0.0, *(float(end / ends[-1]) * total_s for end in ends)]
    return tuple(
        Word(one, _placed(start_s, spans, False), _placed(end_s, spans, True))
        for one, start_s, end_s in zip(texts, edges_s, edges_s[1:], strict=False)
    )


def _placed(spoken_s: float, spans: Sequence[Span], is_end: bool) -> float:
    """Where so many seconds of speech have passed."""
    for span in spans:
        if spoken_s < span.duration_s or (is_end and spoken_s <= span.duration_s + 1e-9):
            return span.start_s + spoken_s
        spoken_s -= span.duration_s
    return spans[-1].end_s


def with_pause(sound: Sound, after_word: int, pause_s: float) -> Sound:
    """The same turn with a pause of that length put in after the word with that number, at the
    quietest moment there; the pause holds the recording's own faint noise."""
    cut_s = quietest_s(sound.clip, sound.words[after_word].end_s)
    at = round(cut_s * RATE_HZ)
    before, after = sound.clip.samples[:at].copy(), sound.clip.samples[at:].copy()
    ramp = np.linspace(1, 0, round(FADE_S * RATE_HZ), dtype=np.float32)
    before[-len(ramp) :] *= ramp
    after[: len(ramp)] *= ramp[::-1]
    gap = room(sound.clip, pause_s)
    clip = Clip(np.concatenate([before, gap, after]), RATE_HZ)
    words = tuple(
        w
        if i <= after_word
        else replace(w, start_s=max(w.start_s, cut_s) + pause_s, end_s=w.end_s + pause_s)
        for i, w in enumerate(sound.words)
    )
    words = tuple(replace(w, end_s=min(w.end_s, cut_s)) if w.start_s < cut_s else w for w in words)
    spans = _opened(sound.spans, cut_s, pause_s)
    return Sound(f"{sound.id}+{pause_s:.1f}s@{after_word}", clip, words, spans, sound.human)


def _opened(spans: Sequence[Span], at_s: float, pause_s: float) -> tuple[Span, ...]:
    """The spans with a pause put in at that time."""
    before = [Span(s.start_s, min(s.end_s, at_s)) for s in spans if s.start_s < at_s]
    after = [
        Span(max(s.start_s, at_s) + pause_s, s.end_s + pause_s) for s in spans if s.end_s > at_s
    ]
    return (*before, *after)


def joined(id: str, first: Sound, second: Sound, pause_s: float) -> Sound:
    """Two turns as one."""
    zero_s = first.clip.duration_s + pause_s
    clip = Clip(
        np.concatenate([first.clip.samples, room(first.clip, pause_s), second.clip.samples]),
        RATE_HZ,
    )
    moved = (replace(w, start_s=w.start_s + zero_s, end_s=w.end_s + zero_s) for w in second.words)
    spans = (Span(s.start_s + zero_s, s.end_s + zero_s) for s in second.spans)
    human = first.human and second.human
    return Sound(id, clip, (*first.words, *moved), (*first.spans, *spans), human)


def first_phrase(id: str, sound: Sound, n_words: int) -> Sound:
    """The first words alone, cut where the quietest moment after them is."""
    cut_s = quietest_s(sound.clip, sound.words[n_words - 1].end_s)
    clip = faded(sound.clip.between(0.0, cut_s))
    words = tuple(replace(w, end_s=min(w.end_s, cut_s)) for w in sound.words[:n_words])
    spans = tuple(Span(s.start_s, min(s.end_s, cut_s)) for s in sound.spans if s.start_s < cut_s)
    return Sound(id, clip, words, spans, sound.human)


def quietest_s(clip: Clip, near_s: float) -> float:
    levels = frame_levels(clip)
    first = max(0, round((near_s - NEAR_S) / HOP_S))
    around = levels[first : round((near_s + NEAR_S) / HOP_S)]
    wide = np.convolve(around, np.full(5, 0.2), mode="same")
    return float((first + int(np.argmin(wide[2:-2])) + 2) * HOP_S)


def room(clip: Clip, duration_s: float) -> Samples:
    """The recording's noise between words, as noise of the same level."""
    level_db = float(np.percentile(frame_levels(clip), 3))
    random = np.random.default_rng(7)
    made = random.standard_normal(round(duration_s * clip.rate_hz)) * 10 ** (level_db / 20)
    return made.astype(np.float32)


def at_one_loudness(clip: Clip) -> Clip:
    levels = frame_levels(clip)
    loud = levels[levels > levels.max() - 25]
    gain = 10 ** ((LOUDNESS_DB - float(10 * np.log10(np.mean(10 ** (loud / 10))))) / 20)
    return Clip(np.clip(clip.samples * np.float32(gain), -1, 1), clip.rate_hz)


def faded(clip: Clip) -> Clip:
    samples = clip.samples.copy()
    ramp = np.linspace(0, 1, min(len(samples), round(FADE_S * clip.rate_hz)), dtype=np.float32)
    samples[: len(ramp)] *= ramp
    samples[len(samples) - len(ramp) :] *= ramp[::-1]
    return Clip(samples, clip.rate_hz)


# -- made sounds ------------------------------------------------------------------------------


def cough(seed: int) -> Clip:
    """Two bursts of breath through a throat: sharp attack, 0.4 s in all."""
    random = np.random.default_rng(seed)
    bursts = [_burst(random, 0.16, 0.05, 0.35), _burst(random, 0.22, 0.08, 0.2)]
    gap = np.zeros(round(0.04 * RATE_HZ), np.float32)
    return Clip(np.concatenate([bursts[0], gap, bursts[1]]), RATE_HZ)


def clicks(seed: int) -> Clip:
    """Six keys of a keyboard in 0.8 s."""
    random = np.random.default_rng(seed)
    sound = np.zeros(round(0.8 * RATE_HZ), np.float32)
    for at_s in np.sort(random.uniform(0.0, 0.75, 6)):
        key = _burst(random, 0.03, 0.006, 0.25)
        at = round(float(at_s) * RATE_HZ)
        sound[at : at + len(key)] += key
    return Clip(np.clip(sound, -1, 1), RATE_HZ)


def burst(seed: int) -> Clip:
    """0.2 s of steady noise: a chair, a door."""
    random = np.random.default_rng(seed)
    n = round(0.2 * RATE_HZ)
    return Clip(_band(random.standard_normal(n), 200, 4000, 0.15), RATE_HZ)


def hum(seed: int) -> Clip:
    """ "mm-hm": two closed-mouth hums, the second higher and longer, with a breath between."""
    random = np.random.default_rng(seed)
    first_hz = float(random.uniform(105, 190))
    parts = [_hum(first_hz, 0.98, 0.17), np.zeros(round(0.05 * RATE_HZ), np.float32)]
    parts.append(_hum(first_hz * 1.2, 1.08, 0.26))
    return Clip(np.concatenate(parts), RATE_HZ)


def _hum(from_hz: float, glide: float, duration_s: float) -> Samples:
    n = round(duration_s * RATE_HZ)
    hz = from_hz * np.linspace(1.0, glide, n)
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    tones = sum(np.sin(k * phase) / k**1.7 for k in range(1, 9))
    envelope = np.minimum(1.0, np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.04 * RATE_HZ))
    return (0.14 * np.asarray(tones) * envelope).astype(np.float32)


def _burst(random: np.random.Generator, duration_s: float, decay_s: float, peak: float) -> Samples:
    n = round(duration_s * RATE_HZ)
    shape = np.exp(-np.arange(n) / (decay_s * RATE_HZ)) * np.minimum(1, np.arange(n) / 60)
    return _band(random.standard_normal(n) * shape, 300, 3500, peak)


def _band(sound: NDArray[np.float64], low_hz: float, high_hz: float, peak: float) -> Samples:
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum[(hz < low_hz) | (hz > high_hz)] *= 0.05
    sound = np.fft.irfft(spectrum, len(sound))
    return (sound / np.abs(sound).max() * peak).astype(np.float32)
