"""What Whisper looks at: a log-mel spectrogram."""

import numpy as np
from numpy.typing import NDArray

_N_FFT, _HOP = 400, 160
"""Samples at 16 kHz: 25 ms, and 10 ms."""
_BLOCK = 16
"""Frames per multiplication. Small ones stay on the calling thread: numpy would spread a large one
over every core, and wait tens of milliseconds for one that is busy with a call."""


class MelFeatures:
    """filters: a model's mel filters, shape (n_mels, 201), as faster-whisper makes them."""

    def __init__(self, filters: NDArray[np.float32]) -> None:
        self._filters = filters.astype(np.float32)
        self._window = np.hanning(_N_FFT + 1)[:-1].astype(np.float32)

    def of(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-mel of sound at 16 kHz, a column for each 10 ms begun, shape (n_mels, n_frames).

        As Radford et al. 2022, section 2.2, compute it, and openai/whisper's audio.py: the
        loudest is about 1.5, nothing is more than 2 below it. The sound has 200 samples or more.
        """
        n_frames = -(-len(samples) // _HOP)
        padded = np.pad(samples.astype(np.float32, copy=False), (_N_FFT // 2, 0), mode="reflect")
        padded = np.pad(padded, (0, _N_FFT))
        frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[::_HOP][:n_frames]
        power = np.abs(np.fft.rfft(frames * self._window)) ** 2
        log = np.log10(np.maximum(self._mel(power.astype(np.float32, copy=False)), 1e-10))
        return np.asarray((np.maximum(log, log.max() - 8.0) + 4.0) / 4.0, np.float32)

    def _mel(self, power: NDArray[np.float32]) -> NDArray[np.float32]:
        """From shape (n_frames, 201) to (n_mels, n_frames)."""
        n_frames, n_bins = power.shape
        n_blocks = -(-n_frames // _BLOCK)
        blocks = np.zeros((n_blocks * _BLOCK, n_bins), np.float32)
        blocks[:n_frames] = power
        mel = np.matmul(blocks.reshape(n_blocks, _BLOCK, n_bins), self._filters.T)
        return np.ascontiguousarray(mel.reshape(-1, len(self._filters))[:n_frames].T)
