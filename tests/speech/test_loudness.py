"""Loudness is what the standard says, and every voice comes out equally loud."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.clip import Clip
from speech.espeak import EspeakSynthesizer
from speech.loudness import (
    _HIGH_PASS,
    _SHELF,
    MAX_GAIN,
    PHRASE,
    TARGET_LUFS,
    VoiceGains,
    gain_for,
    loudness_lufs,
    with_gain,
)
from speech.synthesizer import Synthesizer
from tests.fakes.tone_synthesizer import ToneSynthesizer

RATES_HZ = st.sampled_from([16_000, 22_050, 24_000, 48_000])


def sine(hz: float, peak: float, rate_hz: int = 48_000, duration_s: float = 3.0) -> Clip:
    angle = 2 * np.pi * hz * np.arange(round(rate_hz * duration_s)) / rate_hz
    return Clip((peak * np.sin(angle)).astype(np.float32), rate_hz)


def speech_like(seed: int, peak: float, rate_hz: int) -> Clip:
    """Noise in syllables and pauses."""
    chance = np.random.default_rng(seed)
    level = np.repeat(chance.choice([0.0, 0.3, 1.0], 20), rate_hz // 8)
    noise = chance.uniform(-1, 1, len(level)) * level
    smooth = np.convolve(noise, np.ones(12) / 12, mode="same")
    largest = max(float(np.abs(smooth).max()), 1e-9)
    return Clip((peak * smooth / largest).astype(np.float32), rate_hz)


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 44_100, 48_000])
def test_the_standards_own_tone_reads_as_it_says(rate_hz: int) -> None:
    assert loudness_lufs(sine(997, 1.0, rate_hz)) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize(
    "clip",
    [sine(60, 0.5), sine(997, 0.1), sine(9_000, 0.3), speech_like(3, 0.5, 48_000)],
    ids=["60 Hz", "997 Hz", "9 kHz", "like speech"],
)
def test_it_reads_as_the_standards_recursive_filters_do(clip: Clip) -> None:
    assert loudness_lufs(clip) == pytest.approx(slow_loudness_lufs(clip), abs=0.1)


def slow_loudness_lufs(clip: Clip) -> float:
    """BS.1770 sample by sample, at 48 kHz."""
    weighted = np.square(filtered(filtered(clip.samples.tolist(), _SHELF), _HIGH_PASS))
    starts = range(0, len(weighted) - 19_200 + 1, 4_800)
    power = np.array([weighted[first : first + 19_200].mean() for first in starts])
    heard = power[-0.691 + 10 * np.log10(power + 1e-12) > -70]
    gate = -0.691 + 10 * np.log10(heard.mean()) - 10
    heard = heard[-0.691 + 10 * np.log10(heard) > gate]
    return float(-0.691 + 10 * np.log10(heard.mean()))


def filtered(
    samples: list[float], biquad: tuple[tuple[float, ...], tuple[float, ...]]
) -> list[float]:
    (b0, b1, b2), (_, a1, a2) = biquad
    out, x1, x2, y1, y2 = [], 0.0, 0.0, 0.0, 0.0
    for x in samples:
        y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        x1, x2, y1, y2 = x, x1, y, y1
        out.append(y)
    return out


@given(st.floats(0.01, 1.0), RATES_HZ)
def test_a_gain_moves_loudness_by_itself(gain: float, rate_hz: int) -> None:
    loud = speech_like(1, 1.0, rate_hz)
    quiet = Clip(loud.samples * np.float32(gain), rate_hz)
    moved = loudness_lufs(quiet) - loudness_lufs(loud)
    assert moved == pytest.approx(20 * np.log10(gain), abs=0.01)


def test_pauses_do_not_count() -> None:
    said = sine(997, 0.1)
    pause = np.zeros(5 * said.rate_hz, np.float32)
    with_pause = Clip(np.concatenate([said.samples, pause]), said.rate_hz)
    assert loudness_lufs(with_pause) == pytest.approx(loudness_lufs(said), abs=0.3)


@given(st.integers(0, 1000), st.floats(0.15, 1.0), st.floats(0.15, 1.0), RATES_HZ)
def test_two_voices_come_out_equally_loud(seed: int, one: float, two: float, rate: int) -> None:
    voices = [speech_like(seed, one, rate), speech_like(seed + 1, two, rate)]
    evened = [with_gain(voice, gain_for(voice)) for voice in voices]
    loudness = [loudness_lufs(voice) for voice in evened if np.any(voice.samples)]
    assert loudness == pytest.approx([TARGET_LUFS] * len(loudness), abs=1)


@given(st.integers(0, 1000), st.floats(0, MAX_GAIN), RATES_HZ)
def test_nothing_is_ever_beyond_full_scale(seed: int, gain: float, rate_hz: int) -> None:
    clip = with_gain(speech_like(seed, 1.0, rate_hz), gain)
    assert np.abs(clip.samples).max() <= 1
    assert clip.samples.dtype == np.float32


def test_a_gain_leaves_the_clip_it_was_given_alone() -> None:
    clip = sine(997, 1.0)
    before = clip.samples.copy()
    with_gain(clip, 4.0)
    assert np.array_equal(clip.samples, before)


@pytest.mark.parametrize("n_samples", [0, 1, 100, 48_000])
def test_silence_stays_silence(n_samples: int) -> None:
    silence = Clip(np.zeros(n_samples, np.float32), 48_000)
    assert loudness_lufs(silence) == float("-inf")
    assert gain_for(silence) == 1
    assert not with_gain(silence, MAX_GAIN).samples.any()


def test_a_whisper_is_not_blown_up_beyond_all_measure() -> None:
    assert gain_for(sine(997, 1e-3)) == MAX_GAIN


def test_a_voice_is_measured_once() -> None:
    voice, gains = ToneSynthesizer(), VoiceGains()
    assert gains.of(voice) == gains.of(voice)
    assert voice.said == [PHRASE]


@pytest.mark.parametrize("name", ["en-us+f3", "en-gb-x-rp+m7", "en-us+m3"])
def test_the_voices_of_the_personas_are_equally_loud(name: str) -> None:
    voice: Synthesizer = EspeakSynthesizer(name)
    gain = VoiceGains().of(voice)
    said = np.concatenate([c.samples for c in voice.synthesize("Who is this, please? I am busy.")])
    evened = with_gain(Clip(said, voice.rate_hz), gain)
    assert loudness_lufs(evened) == pytest.approx(TARGET_LUFS, abs=3)
