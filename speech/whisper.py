"""faster-whisper behind the Transcriber seam: the main engine."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ctranslate2 import get_supported_compute_types
from faster_whisper import WhisperModel  # noqa: TID251 - the one file that talks to faster-whisper
from faster_whisper.transcribe import Segment  # noqa: TID251

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.pieces import pieces_at_pauses
from speech.resample import resample
from speech.whisper_decode import (
    RATE_HZ,
    SHORTEST_WINDOW_S,
    WindowDecoder,
    check_window,
    failed,
)
from speech.whisper_ear import WhisperEar
from speech.whisper_features import MelFeatures
from speech.whisper_guard import Attempt, made_up
from speech.words import Word

_PIECE_S = 28.0
"""Whisper hears 30 s at a time."""
_LONGEST_PAUSE_S = 4.0
"""Longer ones are cut out: Whisper makes up words in silence."""
_LIVE_S = 30.0
"""Up to here a clip is taken for one of a live call, where speed counts."""


class WhisperTranscriber:
    """Words with times and probabilities, written with case and punctuation ("So," "what").

    folder: a model in CTranslate2's format with its tokenizer.json; never downloads.
    compute_type: of CTranslate2, such as "int8".
    language: what is spoken, such as "en"; an English-only model takes all for English.
    cpu_threads: for one piece of work; a second helps little, and only where a core is idle.
    n_workers: pieces of work at once, others queue; the weights are in memory once.
    window_s: the least that an ear's encoder looks at, 10 to 30; the less, the faster.
    Loads at construction, in seconds. Raises SpeechFault "whisper-model-missing",
    "whisper-model-broken", "whisper-compute-unknown"; when used, "whisper-failed".
    """

    rough = False
    keeps_pace = False

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        compute_type: str = "int8",
        cpu_threads: int = 1,
        n_workers: int = 2,
        language: str = "en",
        window_s: float = SHORTEST_WINDOW_S,
    ) -> None:
        self.name = f"faster-whisper {name} {compute_type}"
        self._language = language
        _check(folder, compute_type)
        check_window(window_s)
        try:
            self._model = WhisperModel(
                str(folder),
                device="cpu",
                compute_type=compute_type,
                cpu_threads=cpu_threads,
                num_workers=n_workers,
                local_files_only=True,
            )
            self._decoder = _decoder(self._model, language, window_s)
        except (RuntimeError, ValueError, OSError, KeyError, TypeError) as error:
            raise _broken() from error

    def transcribe(self, clip: Clip) -> tuple[Word, ...]:
        """See Transcriber. The same clip gives the same words; the interpreter's lock is free
        while the model works."""
        sound = resample(clip, RATE_HZ)
        beam_size = 1 if clip.duration_s <= _LIVE_S else 5
        words: list[Word] = []
        for span in pieces_at_pauses(sound, _PIECE_S, _LONGEST_PAUSE_S):
            piece = sound.between(span.start_s, span.end_s)
            for word in self._words_of(piece, beam_size):
                end_s = min(round(word.end_s + span.start_s, 3), span.end_s)
                start_s = min(round(word.start_s + span.start_s, 3), end_s)
                words.append(replace(word, start_s=start_s, end_s=end_s))
        return tuple(words)

    def listen(self) -> WhisperEar:
        """See Transcriber. Its words cost no pass of alignment, so their times are rougher."""
        return WhisperEar(self._decoder.hear)

    def _words_of(self, piece: Clip, beam_size: int) -> list[Word]:
        try:
            segments, _ = self._model.transcribe(
                piece.samples,
                language=self._language,
                beam_size=beam_size,
                # Warmer second tries are random and up to six times slower.
                temperature=0.0,
                word_timestamps=True,
                condition_on_previous_text=False,
            )
            heard = [segment for segment in segments if not _made_up(segment)]
        except (RuntimeError, ValueError) as error:
            raise failed() from error
        return sorted(_inside(heard, piece.duration_s), key=lambda word: word.start_s)


def _decoder(model: WhisperModel, language: str, window_s: float) -> WindowDecoder:
    tokenizer = model.hf_tokenizer
    tokens = ["<|startoftranscript|>"]
    if model.model.is_multilingual:
        tokens += [f"<|{language}|>", "<|transcribe|>"]
    prompt = [tokenizer.token_to_id(token) for token in (*tokens, "<|notimestamps|>")]
    if None in prompt:
        raise ValueError("the tokenizer lacks a token of Whisper's prompt")
    return WindowDecoder(
        model.model,
        MelFeatures(model.feature_extractor.mel_filters),
        prompt,
        tokenizer.token_to_id("<|endoftext|>"),
        tokenizer.decode,
        window_s,
    )


def _made_up(segment: Segment) -> bool:
    return made_up(Attempt(segment.text, segment.avg_logprob, segment.no_speech_prob, ended=True))


def _inside(segments: list[Segment], duration_s: float) -> Iterator[Word]:
    """Words that start in the clip; Whisper hears 30 s even when the clip is shorter."""
    for segment in segments:
        for word in segment.words or ():
            text = word.word.strip()
            start_s, end_s = float(word.start), min(float(word.end), duration_s)
            if any(c.isalnum() for c in text) and start_s < duration_s:
                p = min(max(float(word.probability), 0.0), 1.0)
                yield Word(text, start_s, max(start_s, end_s), p)


def _check(folder: Path, compute_type: str) -> None:
    """Raises SpeechFault. Without tokenizer.json faster-whisper would reach for the hub."""
    supported = {"default", "auto", *get_supported_compute_types("cpu")}
    if compute_type not in supported:
        raise SpeechFault(
            "whisper-compute-unknown",
            f"This processor computes Whisper as {', '.join(sorted(supported))}, not as "
            f'"{compute_type}".',
            "Set speech.whisper_compute to one of them; int8 is the fastest on most.",
        )
    needed = ("model.bin", "config.json", "tokenizer.json")
    missing = [name for name in needed if not (folder / name).is_file()]
    if not any((folder / f"vocabulary.{end}").is_file() for end in ("txt", "json")):
        missing.append("vocabulary.txt")
    if missing:
        raise SpeechFault(
            "whisper-model-missing",
            f"A Whisper model was expected, but {', '.join(missing)} is not there.",
            "Download it: rehearse models download",
        )
    try:
        for name in ("config.json", "tokenizer.json"):
            json.loads((folder / name).read_bytes())
    except ValueError as error:
        raise _broken() from error


def _broken() -> SpeechFault:
    return SpeechFault(
        "whisper-model-broken",
        "A Whisper model in CTranslate2's format was expected, but the files cannot be loaded.",
        "Remove its folder and download it again: rehearse models download",
    )
