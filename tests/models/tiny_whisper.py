"""Whisper-format models written without PyTorch; README.md says what they do."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from ctranslate2.specs import common_spec
from ctranslate2.specs.attention_spec import MultiHeadAttentionSpec
from ctranslate2.specs.transformer_spec import FeedForwardSpec
from ctranslate2.specs.whisper_spec import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from tokenizers.pre_tokenizers import ByteLevel

SENTENCE = ("so", " what", " would", " have", " to", " happen", "?")
"""What the tiny model hears in every stretch of sound, as tokens."""
SHAPED_SENTENCE = (*SENTENCE[:-1], " for", " this", " to", " be", " worth", " it", "?")
"""What a model of a real shape hears, 13 tokens."""
WORD_S = 0.3
"""Between one word and the next; the first starts near zero."""

_N_MELS, _N_FRAMES, _N_POSITIONS = 80, 1500, 448
_FRAMES_PER_S = 50
_SPECIAL = ("<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>",
            "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")  # fmt: skip
_N_MULTILINGUAL = 51_865
"""Tokens from which CTranslate2 takes a model for multilingual."""


@dataclass(frozen=True, slots=True)
class _Shape:
    n_layers: int
    """Of the encoder, and again of the decoder."""
    n_heads: int
    d: int
    """Width of a state. Its first half counts the steps; one head after it points at a frame."""
    d_ffn: int
    sentence: tuple[str, ...] = SHAPED_SENTENCE
    n_tokens: int | None = 51_864
    """None: as few as the sentence needs."""
    languages: tuple[str, ...] = ()
    """Of a multilingual model, such as "en"."""
    hears_speech: bool = True
    ends: bool = True
    """False: it repeats the sentence until it is stopped."""

    @property
    def pointing(self) -> slice:
        """The part of a state that points at a frame, as wide as a head."""
        return slice(self.d // 2, self.d // 2 + self.d // self.n_heads)

    @property
    def n_prompt(self) -> int:
        """Tokens before the first that is written, when times are written too."""
        return 3 if self.languages else 1


_SHAPES = {
    "base": _Shape(n_layers=6, n_heads=8, d=512, d_ffn=2048),
    "tiny": _Shape(n_layers=4, n_heads=6, d=384, d_ffn=1536),
}


def build_tiny_whisper(
    folder: Path, *, hears_speech: bool = True, multilingual: bool = False, ends: bool = True
) -> Path:
    """Writes a model of a megabyte for faster-whisper into folder and returns it.

    hears_speech False: it takes every sound for silence, and is unsure of each word.
    multilingual: English and German, with the tokens that say so; 6 MB.
    ends False: it goes on repeating the sentence, as Whisper does when it is lost.
    """
    shape = _Shape(
        n_layers=1,
        n_heads=2,
        d=64,
        d_ffn=64,
        sentence=SENTENCE,
        n_tokens=_N_MULTILINGUAL + 1 if multilingual else None,
        languages=("en", "de") if multilingual else (),
        hears_speech=hears_speech,
        ends=ends,
    )
    return _build(folder, shape)


def build_shaped_whisper(folder: Path, shape: Literal["base", "tiny"] = "base") -> Path:
    """Writes an English-only model into folder that costs what base.en or tiny.en costs (layers,
    widths, tokens, int8) and writes SHAPED_SENTENCE; seconds, 100 or 60 MB. Returns folder."""
    return _build(folder, _SHAPES[shape])


def _build(folder: Path, shape: _Shape) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    tokens = _tokens(shape)
    ids = {token: number for number, token in enumerate(tokens)}
    spec = WhisperSpec(shape.n_layers, shape.n_heads, shape.n_layers, shape.n_heads)
    random = np.random.default_rng(0)
    _fill_encoder(spec, random, shape)
    _fill_decoder(spec, random, ids, shape)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [ids[f"<|{code}|>"] for code in shape.languages]
    spec.config.alignment_heads = [(shape.n_layers - 1, shape.n_heads // 2)]
    spec.validate()
    spec.optimize("int8")
    spec.save(str(folder))
    _write_tokenizer(folder, ids)
    _write_features(folder)
    return folder


def _tokens(shape: _Shape) -> list[str]:
    """Plain tokens, then the special ones, then the times, as in a real model."""
    plain = sorted(ByteLevel.alphabet())
    plain += dict.fromkeys(word.replace(" ", "Ġ") for word in shape.sentence if word != "?")
    languages = [f"<|{code}|>" for code in shape.languages]
    special = [*_SPECIAL[:2], *languages, *_SPECIAL[2:]]
    times = [f"<|{n * 0.02:.2f}|>" for n in range(_N_FRAMES + 1)]
    n_missing = (shape.n_tokens or 0) - len(plain) - len(special) - len(times)
    plain += [f"Ġunused{n}" for n in range(n_missing)]
    return [*plain, *special, *times]


def _steps(ids: dict[str, int], shape: _Shape) -> list[int]:
    """The token that each position predicts, the last of the prompt without times' token being
    position 0."""
    words = [ids[word.replace(" ", "Ġ")] for word in shape.sentence]
    end = f"<|{len(shape.sentence) * WORD_S + 0.1:.2f}|>"
    return [ids["<|0.00|>"], *words, ids[end], ids["<|endoftext|>"]]


def _fill_encoder(spec: WhisperSpec, random: np.random.Generator, shape: _Shape) -> None:
    encoder = spec.encoder
    for conv, n_in in ((encoder.conv1, _N_MELS), (encoder.conv2, shape.d)):
        conv.weight = _noise(random, shape.d, n_in, 3) / 20  # it listens to nothing
        conv.bias = np.zeros(shape.d, np.float32)
    places = np.zeros((_N_FRAMES, shape.d), np.float32)
    # All frames after the last word look alike, so that none of them draws an earlier word.
    last = len(shape.sentence) * WORD_S * _FRAMES_PER_S
    places[:, shape.pointing] = _pointer(np.minimum(np.arange(_N_FRAMES), last), shape)
    encoder.position_encodings.encodings = places
    _fill_norm(encoder.layer_norm, shape.d)
    for layer in encoder.layer:
        _fill_attention(layer.self_attention, random, (3 * shape.d, shape.d))
        _fill_ffn(layer.ffn, random, shape)


def _fill_decoder(
    spec: WhisperSpec, random: np.random.Generator, ids: dict[str, int], shape: _Shape
) -> None:
    decoder = spec.decoder
    decoder.embeddings.weight = _noise(random, len(ids), shape.d)
    decoder.position_encodings.encodings = _places(shape)
    _fill_norm(decoder.layer_norm, shape.d)
    decoder.projection.weight = _projection(random, ids, shape)
    for layer in decoder.layer:
        _fill_attention(layer.self_attention, random, (3 * shape.d, shape.d))
        _fill_attention(layer.attention, random, (shape.d, 2 * shape.d, shape.d))
        _fill_ffn(layer.ffn, random, shape)
    # One head of the last layer looks from a step at the frame it points to.
    at = np.arange(shape.pointing.start, shape.pointing.stop)
    decoder.layer[-1].attention.linear[0].weight[at, at] = 4.0
    decoder.layer[-1].attention.linear[1].weight[at, at] = 1.0


def _places(shape: _Shape) -> np.ndarray:
    """What tells a position of the text from another: its step, and the frame it points at."""
    places = np.zeros((_N_POSITIONS, shape.d), np.float32)
    n_steps = len(shape.sentence) + 3
    for position in range(_N_POSITIONS):
        step = max(0, position - shape.n_prompt + 1)
        if not shape.ends and step > 0:
            step = 1 + (step - 1) % len(shape.sentence)
        places[position, min(step, n_steps - 1)] = 4.0
        spoken_s = max(0.0, (step - 0.5) * WORD_S)
        places[position, shape.pointing] = _pointer(np.array([spoken_s * _FRAMES_PER_S]), shape)
    # Whether anybody speaks is asked at the start of the transcript.
    places[0, shape.d // 2 - 1] = 4.0
    return places


def _projection(random: np.random.Generator, ids: dict[str, int], shape: _Shape) -> np.ndarray:
    weight = _noise(random, len(ids), shape.d)
    for step, token in enumerate(_steps(ids, shape)):
        weight[token, step] = 4.0 if shape.hears_speech else 0.2
    weight[ids["<|nospeech|>"], shape.d // 2 - 1] = -4.0 if shape.hears_speech else 8.0
    return weight


def _pointer(frames: np.ndarray, shape: _Shape) -> np.ndarray:
    """Sines and cosines of a frame's number, shape (n, d / n_heads): alike only for near
    frames."""
    waves = 2 * np.pi / np.geomspace(20, 2000, shape.d // shape.n_heads // 2)
    angles = frames[:, None] * waves[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def _fill_attention(
    spec: MultiHeadAttentionSpec, random: np.random.Generator, sizes: tuple[int, ...]
) -> None:
    d = sizes[-1]
    _fill_norm(spec.layer_norm, d)
    for linear, n_out in zip(spec.linear, sizes, strict=True):
        linear.weight = _noise(random, n_out, d)
        linear.bias = np.zeros(n_out, np.float32)


def _fill_ffn(spec: FeedForwardSpec, random: np.random.Generator, shape: _Shape) -> None:
    _fill_norm(spec.layer_norm, shape.d)
    sizes = ((shape.d_ffn, shape.d), (shape.d, shape.d_ffn))
    for linear, (n_out, n_in) in zip((spec.linear_0, spec.linear_1), sizes, strict=True):
        linear.weight = _noise(random, n_out, n_in)
        linear.bias = np.zeros(n_out, np.float32)


def _fill_norm(spec: common_spec.LayerNormSpec, d: int) -> None:
    spec.gamma = np.ones(d, np.float32)
    spec.beta = np.zeros(d, np.float32)


def _noise(random: np.random.Generator, *shape: int) -> np.ndarray:
    return random.standard_normal(shape, np.float32) * np.float32(0.002)


def _write_tokenizer(folder: Path, ids: dict[str, int]) -> None:
    special = {token: number for token, number in ids.items() if token.startswith("<|")}
    plain = {token: number for token, number in ids.items() if token not in special}
    tokenizer = Tokenizer(models.BPE(vocab=plain, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special])
    if any(tokenizer.token_to_id(token) != number for token, number in ids.items()):
        raise AssertionError("model and tokenizer number the tokens differently")
    tokenizer.save(str(folder / "tokenizer.json"))


def _write_features(folder: Path) -> None:
    features = {
        "feature_size": _N_MELS,
        "sampling_rate": 16_000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(features))
