"""What the rep hears while the gatekeeper puts the call through."""

from typing import Final

import numpy as np

from speech.clip import Clip

RING_S: Final = 0.4
RING_HZ: Final = (440.0, 480.0)
"""The two tones of a line that rings."""
LEVEL: Final = 0.06
"""Of each, far below a voice."""
EDGE_S: Final = 0.03
"""It swells and fades for as long, so that it does not click."""


def ring_tone(rate_hz: int) -> Clip:
    """One soft ring, RING_S long."""
    t = np.arange(round(RING_S * rate_hz)) / rate_hz
    tone = sum(LEVEL * np.sin(2 * np.pi * hz * t) for hz in RING_HZ)
    edge = np.clip(np.minimum(t, RING_S - t) / EDGE_S, 0.0, 1.0)
    return Clip((tone * edge).astype(np.float32), rate_hz)
