"""Even loudness across voices.

After Recommendation ITU-R BS.1770-5, annex 1, for one channel: K-weighting, blocks of 400 ms that
overlap by three quarters, gates at -70 LUFS and at 10 LU below what passes the first. Weighting is
done on each block's spectrum, which is faster than its recursive filters and good to 0.1 LU.
"""

import threading
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from speech.clip import Clip
from speech.synthesizer import Synthesizer

TARGET_LUFS = -20.0
"""Leaves speech room for its peaks."""
MAX_GAIN = 16.0
"""24 dB: what is quieter still is a fault of the voice, and would come out as noise."""
PHRASE = "We plan the shifts by hand, one week at a time, and it takes most of a morning."
"""What a voice's loudness is measured on."""

_SILENT = float("-inf")
_BLOCK_S, _STEP_S = 0.4, 0.1
_BLOCKS_AT_A_TIME = 64
_OFFSET_LU = -0.691
_KNEE, _CEILING = 0.8, 0.99
"""Samples up to the knee pass as they are; what is above is bent below the ceiling."""
# The two filters of K-weighting at 48 kHz, tables 1 and 2 of BS.1770: numerator, denominator.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))  # fmt: skip # noqa: E501
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def loudness_lufs(clip: Clip) -> float:
    """Integrated loudness, LUFS; minus infinity for silence and for an empty clip."""
    power = np.concatenate([np.zeros(0), *_block_power(clip)])
    heard = power[_lufs(power) > -70]
    if not len(heard):
        return _SILENT
    heard = heard[_lufs(heard) > _lufs(heard.mean()) - 10]
    return float(_lufs(heard.mean()))


def gain_for(clip: Clip, target_lufs: float = TARGET_LUFS) -> float:
    """The factor that brings the clip to target_lufs, up to MAX_GAIN; 1 for silence."""
    measured_lufs = loudness_lufs(clip)
    if measured_lufs == _SILENT:
        return 1.0
    return float(min(MAX_GAIN, 10 ** ((target_lufs - measured_lufs) / 20)))


def with_gain(clip: Clip, gain: float) -> Clip:
    """The clip times gain, its peaks bent so that no sample is beyond full scale."""
    samples = clip.samples * np.float32(gain)
    over = np.abs(samples) > _KNEE
    if over.any():
        room = _CEILING - _KNEE
        bent = _KNEE + room * np.tanh((np.abs(samples[over]) - _KNEE) / room)
        samples[over] = np.sign(samples[over]) * bent
    return Clip(samples.astype(np.float32, copy=False), clip.rate_hz)


class VoiceGains:
    """One gain for each voice of this process, measured once. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gains: dict[str, float] = {}

    def of(self, voice: Synthesizer) -> float:
        """Measured by having the voice say PHRASE at the first call, which blocks; the voice's
        SpeechFault is passed on, and nothing is remembered then."""
        with self._lock:
            known = self._gains.get(voice.name)
        if known is not None:
            return known
        said = [clip.samples for clip in voice.synthesize(PHRASE)]
        sound = np.concatenate(said) if said else np.zeros(0, np.float32)
        gain = gain_for(Clip(sound, voice.rate_hz))
        with self._lock:
            return self._gains.setdefault(voice.name, gain)


def _lufs(power: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET_LU + 10 * np.log10(power))


def _block_power(clip: Clip) -> Iterator[NDArray[np.float64]]:
    """Mean square of each block's weighted sound. A clip shorter than a block is one."""
    n_block = min(round(_BLOCK_S * clip.rate_hz), len(clip.samples))
    if n_block == 0:
        return
    step = max(1, round(_STEP_S * clip.rate_hz))
    blocks = np.lib.stride_tricks.sliding_window_view(clip.samples, n_block)[::step]
    weight = _k_weight(n_block, clip.rate_hz)
    for first in range(0, len(blocks), _BLOCKS_AT_A_TIME):
        spectrum = np.fft.rfft(blocks[first : first + _BLOCKS_AT_A_TIME])
        yield np.square(np.abs(spectrum)) @ weight


def _k_weight(n_block: int, rate_hz: int) -> NDArray[np.float64]:
    """What the power in each bin of a block's spectrum adds to its weighted mean square: the
    filters as they are at 48 kHz, whatever the clip's rate."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(n_block, 1 / rate_hz) / 48_000)
    response = np.ones_like(z)
    for numerator, denominator in (_SHELF, _HIGH_PASS):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    twice = np.full(len(z), 2.0)  # each bin stands for its negative frequency too
    twice[0] = 1
    if n_block % 2 == 0:
        twice[-1] = 1
    weighted: NDArray[np.float64] = twice * np.square(np.abs(response)) / n_block**2
    return weighted
