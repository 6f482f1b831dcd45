"""Whisper as an Ear: all that was fed is decoded when its words are asked for."""

import math
import threading
from collections.abc import Callable
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from speech.clip import Clip
from speech.resample import resample
from speech.span import Span
from speech.spans import HOP_S, frame_levels, speech_spans
from speech.whisper_decode import RATE_HZ
from speech.whisper_guard import Attempt, made_up
from speech.whisper_parts import next_cut_s
from speech.whisper_times import words_over
from speech.words import Word

Hear = Callable[[NDArray[np.float32]], Attempt]
_LOUD_DB, _LOUD_S = -45.0, 0.1
"""dBFS; so loud, so long is worth decoding also where no speech stands out: one held vowel."""


class WhisperEar:
    """See Ear. hear: WindowDecoder.hear.

    A long stretch is cut where it is quiet (whisper_parts.py). A part that is over is decoded
    once and its words stay; the last part is decoded as a whole, so that no text is put together
    from two attempts at the same sound.
    """

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._lock = threading.Lock()
        self._fed: list[Clip] = []
        self._closed = False
        self._cuts_s: tuple[float, ...] = (0.0,)
        self._known: dict[Span, tuple[Word, ...]] = {}
        """Words of the parts that are over, and of the latest last part."""

    def feed(self, sound: Clip) -> None:
        """See Ear; costs nothing."""
        with self._lock:
            if not self._closed:
                self._fed.append(sound)

    def words(self) -> tuple[Word, ...]:
        """See Ear. Raises SpeechFault "whisper-failed"."""
        with self._lock:
            fed, cuts_s = tuple(self._fed), self._cuts_s
        sound = _joined(fed)
        cuts_s = _all_cuts_s(sound, cuts_s)
        end_s = sound.duration_s
        parts = [Span(*ends) for ends in pairwise((*cuts_s, max(end_s, cuts_s[-1])))]
        words = [word for part in parts for word in self._words_of(sound, part)]
        self._keep(cuts_s, parts)
        return tuple(words)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._fed, self._cuts_s, self._known = [], (0.0,), {}

    def _words_of(self, sound: Clip, part: Span) -> tuple[Word, ...]:
        with self._lock:
            if self._closed:
                return ()
            known = self._known.get(part)
        if known is not None:
            return known
        words = _heard(sound, part, self._hear)
        with self._lock:
            # Should another thread have been quicker, its words are the same.
            return () if self._closed else self._known.setdefault(part, words)

    def _keep(self, cuts_s: tuple[float, ...], parts: list[Span]) -> None:
        """Drops the words of last parts that have grown since."""
        with self._lock:
            if self._closed or len(cuts_s) < len(self._cuts_s):
                return
            self._cuts_s = cuts_s
            self._known = {part: self._known[part] for part in parts if part in self._known}


def _joined(fed: tuple[Clip, ...]) -> Clip:
    """At Whisper's rate. Resampled as a whole, so that it does not matter how it was fed."""
    runs = [
        _at_our_rate(Clip(np.concatenate([clip.samples for clip in run]), rate_hz))
        for rate_hz, run in groupby(fed, key=lambda clip: clip.rate_hz)
    ]
    return Clip(np.concatenate(runs) if runs else np.zeros(0, np.float32), RATE_HZ)


def _at_our_rate(run: Clip) -> NDArray[np.float32]:
    """Never longer than it was, not by half a sample: no word ends after its stretch."""
    n_most = len(run.samples) * RATE_HZ // run.rate_hz
    return resample(run, RATE_HZ).samples[:n_most]


def _all_cuts_s(sound: Clip, cuts_s: tuple[float, ...]) -> tuple[float, ...]:
    while (cut_s := next_cut_s(sound, cuts_s[-1])) is not None:
        cuts_s = (*cuts_s, cut_s)
    return cuts_s


def _heard(sound: Clip, part: Span, hear: Hear) -> tuple[Word, ...]:
    piece = sound.between(part.start_s, part.end_s)
    spans = speech_spans(piece)
    if not spans and not _is_loud(piece):
        return ()
    attempt = hear(piece.samples)
    # Where no speech stands out the model's doubt is enough.
    if made_up(attempt) or (not spans and attempt.silent):
        return ()
    p = min(1.0, math.exp(attempt.mean_log_p))
    return words_over(attempt.text.split(), _in_stretch(spans, part), p)


def _in_stretch(spans: tuple[Span, ...], part: Span) -> list[Span]:
    """Spans of a part as spans of the stretch; the whole part when there are none."""
    starts_s = [min(part.start_s + span.start_s, part.end_s) for span in spans]
    ends_s = [min(part.start_s + span.end_s, part.end_s) for span in spans]
    return [Span(*ends) for ends in zip(starts_s, ends_s, strict=True)] or [part]


def _is_loud(piece: Clip) -> bool:
    return int(np.sum(frame_levels(piece) > _LOUD_DB)) * HOP_S >= _LOUD_S
