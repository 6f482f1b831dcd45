"""A far end whose sound does not run as it said is found out within seconds."""

import numpy as np
import pytest

from agents.line_frame import HEADER, MicrophoneFrame
from agents.line_rate import RateBridge, RateCheck
from configs.fault import Fault


def send(
    *, said_hz: int, n_samples: int, step_ms: float = 20, real_s: float = 0.02, n: int = 1_500
) -> None:
    """Frames of n_samples, by a clock that goes step_ms a frame."""
    check = RateCheck()
    for i in range(n):
        ms = round(i * step_ms)
        check.arrived(MicrophoneFrame(i, ms, bytes(2 * n_samples), said_hz), i * real_s)


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 48_000, 192_000])
def test_a_true_rate_passes(rate_hz: int) -> None:
    send(said_hz=rate_hz, n_samples=round(rate_hz / 50))


def test_a_clock_that_trembles_passes() -> None:
    check, rng = RateCheck(), np.random.default_rng(1)
    for i in range(1_000):
        ms = max(0, round(20 * i + float(rng.normal(0, 3))))
        check.arrived(MicrophoneFrame(i, ms, bytes(1_920), 48_000), i * 0.02)


def test_lost_frames_and_a_burst_after_ten_seconds_pass() -> None:
    check = RateCheck()
    check.arrived(MicrophoneFrame(0, 0, bytes(1_920), 48_000), 10.0)
    for i in range(1, 1_000):
        if i % 7:
            came_s = max(10.0, i * 0.02)
            check.arrived(MicrophoneFrame(i, 20 * i, bytes(1_920), 48_000), came_s)


@pytest.mark.parametrize(
    ("n_samples", "came"),
    [(1_920, "96000"), (882, "44100"), (320, "16000")],
    ids=["stereo", "44.1 kHz", "16 kHz"],
)
def test_sound_of_another_rate_than_said_is_told(n_samples: int, came: str) -> None:
    with pytest.raises(Fault, match=f"mono at 48000 Hz, but it sends {came}") as caught:
        send(said_hz=48_000, n_samples=n_samples, n=120)
    assert caught.value.code == "line-rate-not-true"


def test_a_clock_that_stands_still_is_told() -> None:
    with pytest.raises(Fault, match="stands still"):
        send(said_hz=48_000, n_samples=960, step_ms=0)


def test_sound_that_comes_faster_than_time_goes_by_is_told() -> None:
    with pytest.raises(Fault, match="faster than time"):
        send(said_hz=48_000, n_samples=960, real_s=0.001)


def test_a_bridge_keeps_the_length_both_ways() -> None:
    bridge = RateBridge(48_000, 16_000)
    tone = (8_000 * np.sin(np.arange(320) * 0.1)).astype("<i2").tobytes()
    up = b"".join(pcm for _ in range(100) for pcm in bridge.up(tone))
    down = [m for _ in range(100) for m in bridge.down(HEADER.pack(7, 5) + bytes(1_920))]
    assert len(up) / 2 == pytest.approx(96_000, rel=0.02)
    assert sum(len(m) - HEADER.size for m in down) / 2 == pytest.approx(32_000, rel=0.02)
    assert {HEADER.unpack_from(m) for m in down} == {(7, 5)}
