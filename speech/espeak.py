"""espeak-ng behind the Synthesizer seam: the fallback whose wheel carries library and data."""

import ctypes
import threading
from collections.abc import Iterator
from pathlib import Path

import espeakng_loader  # noqa: TID251 - the one file that talks to espeak-ng
import numpy as np
from numpy.typing import NDArray

from speech.clip import Clip
from speech.fault import SpeechFault

# From espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2  # 20 ms a call quicker than retrieval, with the same sound
_INITIALIZE_DONT_EXIT = 0x8000
_RATE = 1
_NORMAL_WPM = 175
_CHARS_UTF8 = 1
_POS_CHARACTER = 1
_OK = 0

_PIECE_S = 0.5
_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class EspeakSynthesizer:
    """One espeak-ng voice, about a hundred times faster than real time.

    voice: an espeak-ng language with an optional variant, such as "en-us+f3".
    rate: speaking rate against the engine's 175 words a minute, 0.5 to 2.
    Raises SpeechFault "espeak-voice-unknown", "espeak-broken".
    """

    rough = True

    def __init__(self, voice: str = "en-us", rate: float = 1.0) -> None:
        if not 0.5 <= rate <= 2:
            raise ValueError(f"rate is from 0.5 to 2, not {rate}")
        self.name = f"espeak-ng {voice}"
        self._voice = voice
        self._wpm = round(_NORMAL_WPM * rate)
        self._engine = _the_engine()
        self._engine.check(voice)

    @property
    def rate_hz(self) -> int:
        return self._engine.rate_hz

    def synthesize(self, text: str) -> Iterator[Clip]:
        """See Synthesizer. All sound is made at the first piece, which takes milliseconds."""
        if not any(character.isalnum() for character in text):
            return
        sound = self._engine.speak(text, self._voice, self._wpm)
        step = round(self.rate_hz * _PIECE_S)
        for first in range(0, len(sound), step):
            yield Clip(sound[first : first + step], self.rate_hz)


class _Engine:
    """The one engine of the process: the library keeps voice and callback in globals."""

    def __init__(self) -> None:
        self._data = Path(espeakng_loader.get_data_path())
        library = espeakng_loader.load_library()
        if library is None:
            raise _broken()
        self._library = library
        self._lock = threading.Lock()
        self._heard: list[NDArray[np.int16]] = []
        options = _INITIALIZE_DONT_EXIT
        self.rate_hz: int = library.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS, 0, str(self._data).encode(), options
        )
        if self.rate_hz <= 0:
            raise _broken()
        self._callback = _Callback(self._take)  # held: the library keeps only the address
        library.espeak_SetSynthCallback(self._callback)

    def check(self, voice: str) -> None:
        """Raises SpeechFault "espeak-voice-unknown" for a voice or variant that is not there:
        the library itself would speak on without an unknown variant."""
        variant = voice.partition("+")[2]
        known = not variant or (self._data / "voices" / "!v" / variant).is_file()
        with self._lock:
            if known and self._library.espeak_SetVoiceByName(voice.encode()) == _OK:
                return
        raise SpeechFault(
            "espeak-voice-unknown",
            f'An espeak-ng voice such as "en-us+f3" was expected, not "{voice}".',
            "Correct the persona's voice; espeak-ng --voices lists languages, variants are "
            "f1 to f5 and m1 to m8.",
        )

    def speak(self, text: str, voice: str, wpm: int) -> NDArray[np.float32]:
        """Mono, in [-1, 1], shape (n_samples,), at rate_hz."""
        data = text.replace("\0", " ").encode()
        with self._lock:
            self._heard.clear()
            set_voice = self._library.espeak_SetVoiceByName(voice.encode())
            set_rate = self._library.espeak_SetParameter(_RATE, wpm, 0)
            spoke = self._library.espeak_Synth(
                ctypes.c_char_p(data),
                ctypes.c_size_t(len(data) + 1),
                0,
                _POS_CHARACTER,
                0,
                _CHARS_UTF8,
                None,
                None,
            )
            done = self._library.espeak_Synchronize()
            pieces = self._heard.copy()
            self._heard.clear()
        if (set_voice, set_rate, spoke, done) != (_OK, _OK, _OK, _OK):
            raise _broken()
        sound = np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
        return (sound / np.float32(32768)).astype(np.float32)

    def _take(self, wave: "ctypes._Pointer[ctypes.c_short]", n: int, _events: int | None) -> int:
        if n > 0 and wave:
            self._heard.append(np.ctypeslib.as_array(wave, (n,)).copy())
        return 0  # go on


_engine: _Engine | None = None
_engine_lock = threading.Lock()


def _the_engine() -> _Engine:
    global _engine
    with _engine_lock:
        if _engine is None:
            _engine = _Engine()
        return _engine


def _broken() -> SpeechFault:
    return SpeechFault(
        "espeak-broken",
        "espeak-ng was expected to run from its wheel, and failed.",
        "Install it again: uv pip install --reinstall espeakng-loader",
    )
