"""Piper behind the Synthesizer seam: the main voice."""

import copy
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from onnxruntime.capi.onnxruntime_pybind11_state import (  # type: ignore[import-untyped]
    EPFail,
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoModel,
    NotImplemented,
    RuntimeException,
)
from piper import PiperVoice, SynthesisConfig  # noqa: TID251 - the one file that talks to Piper

from speech.clip import Clip
from speech.fault import SpeechFault

# At DEBUG Piper logs what it is to say.
logging.getLogger("piper").setLevel(logging.INFO)

_EngineError = (
    EPFail,
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoModel,
    NotImplemented,
    RuntimeException,
    RuntimeError,
    ValueError,
    OSError,
)


class PiperSynthesizer:
    """One Piper voice, a clip for each sentence.

    model: the voice's .onnx, with its .onnx.json beside it; never downloads.
    rate: speaking rate against the voice's own, 0.5 to 2.
    Loads at construction. Raises SpeechFault "piper-voice-missing", "piper-voice-broken"; when
    used, "piper-failed".
    """

    rough = False

    def __init__(self, model: Path, rate: float = 1.0) -> None:
        self.name = f"Piper {model.stem}"
        _check(model)
        try:
            self._voice = PiperVoice.load(model)
        except (*_EngineError, KeyError, TypeError) as error:
            raise _broken() from error
        self.rate_hz: int = self._voice.config.sample_rate
        self._config = self._at(rate)

    def at_rate(self, rate: float) -> "PiperSynthesizer":
        """The same loaded voice at another rate, 0.5 to 2."""
        other = copy.copy(self)
        other._config = self._at(rate)
        return other

    def _at(self, rate: float) -> SynthesisConfig:
        if not 0.5 <= rate <= 2:
            raise ValueError(f"rate is from 0.5 to 2, not {rate}")
        return replace(SynthesisConfig(), length_scale=self._voice.config.length_scale / rate)

    def synthesize(self, text: str) -> Iterator[Clip]:
        """See Synthesizer. The interpreter's lock is free while the model works."""
        if not any(character.isalnum() for character in text):
            return
        # Piper reads [[...]] as phonemes; nobody here means that.
        plain = text.replace("[[", "").replace("]]", "").replace("\0", " ")
        try:
            for chunk in self._voice.synthesize(plain, self._config):
                samples = np.asarray(chunk.audio_float_array, np.float32)
                yield Clip(samples.reshape(-1), self.rate_hz)
        except _EngineError as error:
            raise SpeechFault(
                "piper-failed",
                "The Piper voice was expected to speak a sentence, and failed.",
                "If it stays so, download the voice again: rehearse models download",
                retry=True,
            ) from error


def _check(model: Path) -> None:
    missing = [path.suffix for path in (model, _config_of(model)) if not path.is_file()]
    if missing:
        raise SpeechFault(
            "piper-voice-missing",
            f"The Piper voice {model.stem} was expected, but its {' and '.join(missing)} file is "
            "not there.",
            "Download it: rehearse models download",
        )


def _config_of(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _broken() -> SpeechFault:
    return SpeechFault(
        "piper-voice-broken",
        "A Piper voice was expected, but its files cannot be loaded.",
        "Remove them and download the voice again: rehearse models download",
    )
