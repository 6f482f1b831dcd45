"""Sound for the tests of speech/, made here: nothing is recorded, nothing is shipped."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from speech.clip import Clip
from speech.espeak import EspeakSynthesizer
from speech.sphinx import SphinxTranscriber

Say = Callable[[str], Clip]


@pytest.fixture(scope="session")
def say() -> Say:
    """Speech in one clip at 22,050 Hz."""
    voice = EspeakSynthesizer("en-us+m3")

    def spoken(text: str) -> Clip:
        pieces = [piece.samples for piece in voice.synthesize(text)]
        return Clip(np.concatenate(pieces), voice.rate_hz)

    return spoken


@pytest.fixture(scope="session")
def sphinx() -> Iterator[SphinxTranscriber]:
    transcriber = SphinxTranscriber()
    yield transcriber
    transcriber.close()
