"""One rate to another."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from speech.clip import Clip

_BLOCK = 1 << 18
"""Samples handed over at a time, which bounds the memory."""

# A Kaiser window over 128 taps: flat to 7/8 of half the lower rate, 100 dB down above that half,
# where swresample's own 32 taps let the edge fold back at -13 dB.
_FILTER = "filter_size=128:phase_shift=10:cutoff=0.91:filter_type=kaiser:kaiser_beta=9"


def resample(clip: Clip, rate_hz: int) -> Clip:
    """The same sound at rate_hz, band-limited to both rates, round(n * rate_hz / clip.rate_hz)
    samples. By FFmpeg's swresample (windowed sinc), which keeps the sound where it was in time.
    """
    if rate_hz == clip.rate_hz:
        return clip
    n_out = round(len(clip.samples) * rate_hz / clip.rate_hz)
    pieces = list(_pieces(clip, rate_hz)) if n_out else []
    sound = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    missing = max(0, n_out - len(sound))
    return Clip(np.pad(sound[:n_out], (0, missing)).astype(np.float32, copy=False), rate_hz)


def _pieces(clip: Clip, rate_hz: int) -> Iterator[NDArray[np.float32]]:
    graph, samples = _graph(clip.rate_hz, rate_hz), clip.samples.astype(np.float32, copy=False)
    for first in range(0, len(samples), _BLOCK):
        block = np.ascontiguousarray(samples[None, first : first + _BLOCK])
        frame = av.AudioFrame.from_ndarray(block, format="flt", layout="mono")
        frame.rate, frame.pts, frame.time_base = clip.rate_hz, first, Fraction(1, clip.rate_hz)
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _graph(from_hz: int, to_hz: int) -> Graph:
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=from_hz, format="flt", layout="mono", time_base=Fraction(1, from_hz)
    )
    middle = graph.add("aresample", f"{to_hz}:{_FILTER}")
    sink = graph.add("abuffersink")
    source.link_to(middle)
    middle.link_to(sink)
    graph.configure()
    return graph


def _ready(graph: Graph) -> Iterator[NDArray[np.float32]]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        yield np.asarray(frame.to_ndarray()[0], np.float32)
