"""Who spoke when, from the sound."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.clip import Clip
from speech.pieces import pieces_at_pauses
from speech.spans import JOIN_GAP_S, MIN_SPEECH_S, speech_spans

RATE_HZ = 16_000
Say = Callable[[str], Clip]
Bursts = list[tuple[float, float]]


def bursts_in_noise(bursts: Bursts, duration_s: float, noise_db: float, loud_db: float) -> Clip:
    random = np.random.default_rng(3)
    n_samples = round(duration_s * RATE_HZ)
    sound = random.standard_normal(n_samples) * 10 ** (noise_db / 20)
    for start_s, end_s in bursts:
        at = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
        sound[at] += random.standard_normal(n_samples)[at] * 10 ** (loud_db / 20)
    return Clip(np.clip(sound, -1, 1).astype(np.float32), RATE_HZ)


@pytest.mark.parametrize("noise_db", [-140, -70, -50, -40])
@pytest.mark.parametrize("loud_db", [-25, -15])
def test_bursts_are_found_where_they_are(noise_db: float, loud_db: float) -> None:
    bursts = [(0.5, 1.2), (2.0, 2.4), (3.0, 4.5)]
    spans = speech_spans(bursts_in_noise(bursts, 5.0, noise_db, loud_db))
    assert [span.start_s for span in spans] == pytest.approx([b[0] for b in bursts], abs=0.021)
    assert [span.end_s for span in spans] == pytest.approx([b[1] for b in bursts], abs=0.021)


def test_short_gaps_are_joined_and_clicks_dropped() -> None:
    clip = bursts_in_noise([(1.0, 1.5), (1.6, 2.0), (3.0, 3.03)], 4.0, -60, -20)
    (span,) = speech_spans(clip)
    assert (span.start_s, span.end_s) == pytest.approx((1.0, 2.0), abs=0.021)


@pytest.mark.parametrize("noise_db", [-140, -80, -60, -40, -20])
def test_steady_noise_is_nobody_speaking(noise_db: float) -> None:
    assert speech_spans(bursts_in_noise([], 5.0, noise_db, 0)) == ()


@pytest.mark.parametrize("n_samples", [0, 1, 159, 48_000])
@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_digital_silence_is_nobody_speaking(n_samples: int, offset: float) -> None:
    assert speech_spans(Clip(np.full(n_samples, offset, np.float32), RATE_HZ)) == ()


def test_a_tone_between_silences_is_sound() -> None:
    tone = np.sin(2 * np.pi * 220 * np.arange(RATE_HZ) / RATE_HZ) * 0.3
    sound = np.concatenate([np.zeros(RATE_HZ), tone, np.zeros(RATE_HZ)]).astype(np.float32)
    (span,) = speech_spans(Clip(sound, RATE_HZ))
    assert (span.start_s, span.end_s) == pytest.approx((1, 2), abs=0.021)


@pytest.mark.parametrize("noise_db", [-140, -55, -45])
def test_spoken_sentences_are_covered_and_the_pause_is_not(say: Say, noise_db: float) -> None:
    first, second = say("Thanks for taking the call today."), say("Who else looks at this?")
    pause = np.zeros(first.rate_hz, np.float32)
    sound = np.concatenate([pause, first.samples, pause, second.samples, pause])
    noise = np.random.default_rng(0).standard_normal(len(sound)) * 10 ** (noise_db / 20)
    clip = Clip((sound * 0.7 + noise).astype(np.float32), first.rate_hz)
    spans = speech_spans(clip)
    spoken_s = sum(span.duration_s for span in spans)
    assert spoken_s == pytest.approx(first.duration_s + second.duration_s, abs=0.9)
    middle_s = 1 + first.duration_s + 0.6
    assert not [span for span in spans if span.start_s < middle_s < span.end_s]
    assert spans[0].start_s == pytest.approx(1, abs=0.2)


def test_loudness_makes_no_difference(say: Say) -> None:
    clip = say("Thanks for taking the call. Who else looks at this?")
    quiet = Clip(clip.samples * np.float32(0.1), clip.rate_hz)
    loud_s, quiet_s = (sum(s.duration_s for s in speech_spans(c)) for c in (clip, quiet))
    assert quiet_s == pytest.approx(loud_s, rel=0.1)


BURSTS = st.lists(
    st.tuples(st.floats(0, 7), st.floats(0.05, 2)).map(lambda b: (b[0], b[0] + b[1])), max_size=5
)


@settings(max_examples=60, deadline=None)
@given(BURSTS, st.sampled_from([-140.0, -60.0, -40.0]), st.integers(100, 10 * RATE_HZ))
def test_spans_are_sorted_apart_long_enough_and_inside(
    bursts: Bursts, noise_db: float, n_samples: int
) -> None:
    whole = bursts_in_noise(bursts, 10.0, noise_db, -20)
    clip = Clip(whole.samples[:n_samples], RATE_HZ)
    spans = speech_spans(clip)
    gaps_s = [b.start_s - a.end_s for a, b in pairwise(spans)]
    assert all(gap_s >= JOIN_GAP_S - 1e-9 for gap_s in gaps_s)
    # The last frame of a clip may be cut short.
    assert all(span.duration_s >= MIN_SPEECH_S - 0.0101 for span in spans)
    assert all(0 <= span.start_s <= span.end_s <= clip.duration_s for span in spans)


@settings(max_examples=60, deadline=None)
@given(BURSTS, st.floats(0.8, 6), st.floats(0.3, 3))
def test_pieces_hold_all_speech_and_are_no_longer_than_asked(
    bursts: Bursts, longest_s: float, longest_pause_s: float
) -> None:
    clip = bursts_in_noise(bursts, 10.0, -60, -20)
    pieces = pieces_at_pauses(clip, longest_s, longest_pause_s)
    assert all(piece.duration_s <= longest_s + 1e-6 for piece in pieces)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(pieces))
    for span in speech_spans(clip):
        held_s = sum(
            max(0.0, min(span.end_s, p.end_s) - max(span.start_s, p.start_s)) for p in pieces
        )
        assert held_s == pytest.approx(span.duration_s, abs=1e-6)
