"""A Whisper-format model of a megabyte, written without PyTorch; README.md says what it does."""

import json
from pathlib import Path

import numpy as np
from ctranslate2.specs import common_spec
from ctranslate2.specs.attention_spec import MultiHeadAttentionSpec
from ctranslate2.specs.transformer_spec import FeedForwardSpec
from ctranslate2.specs.whisper_spec import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from tokenizers.pre_tokenizers import ByteLevel

SENTENCE = ("so", " what", " would", " have", " to", " happen", "?")
"""What it hears in every 30 s of sound, as tokens."""
WORD_S = 0.3
"""Between one word and the next; the first starts near zero."""

_N_MELS, _N_FRAMES, _N_POSITIONS = 80, 1500, 448
_HALF = 32
"""The first half of a state counts the steps, the second half points at a frame."""
_D = 2 * _HALF
_FRAMES_PER_S = 50
_FIRST_WORD = 256
_SPECIAL = ("<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>",
            "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")  # fmt: skip


def build_tiny_whisper(folder: Path, *, hears_speech: bool = True) -> Path:
    """Writes an English-only model for faster-whisper into folder and returns it.

    hears_speech False: it takes every sound for silence, and is unsure of each word.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokens = _tokens()
    ids = {token: number for number, token in enumerate(tokens)}
    spec = WhisperSpec(1, 2, 1, 2)
    random = np.random.default_rng(0)
    _fill_encoder(spec, random)
    _fill_decoder(spec, random, ids, hears_speech)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = []
    spec.config.alignment_heads = [(0, 1)]
    spec.validate()
    spec.optimize("int8")
    spec.save(str(folder))
    _write_tokenizer(folder, ids)
    _write_features(folder)
    return folder


def _tokens() -> list[str]:
    byte_level = sorted(ByteLevel.alphabet())
    words = [word.replace(" ", "Ġ") for word in SENTENCE if word != "?"]
    times = [f"<|{n * 0.02:.2f}|>" for n in range(_N_FRAMES + 1)]
    return [*byte_level, *words, *_SPECIAL, *times]


def _steps(ids: dict[str, int]) -> list[int]:
    """The token that each position predicts, the start of transcript being position 0."""
    words = [ids[word.replace(" ", "Ġ")] for word in SENTENCE]
    end = f"<|{len(SENTENCE) * WORD_S + 0.1:.2f}|>"
    return [ids["<|0.00|>"], *words, ids[end], ids["<|endoftext|>"]]


def _fill_encoder(spec: WhisperSpec, random: np.random.Generator) -> None:
    encoder = spec.encoder
    for conv, n_in in ((encoder.conv1, _N_MELS), (encoder.conv2, _D)):
        conv.weight = _noise(random, _D, n_in, 3) / 20  # it listens to nothing
        conv.bias = np.zeros(_D, np.float32)
    places = np.zeros((_N_FRAMES, _D), np.float32)
    # All frames after the last word look alike, so that none of them draws an earlier word.
    last = len(SENTENCE) * WORD_S * _FRAMES_PER_S
    places[:, _HALF:] = _pointer(np.minimum(np.arange(_N_FRAMES), last))
    encoder.position_encodings.encodings = places
    _fill_norm(encoder.layer_norm)
    layer = encoder.layer[0]
    _fill_attention(layer.self_attention, random, (3 * _D, _D))
    _fill_ffn(layer.ffn, random)


def _fill_decoder(
    spec: WhisperSpec, random: np.random.Generator, ids: dict[str, int], hears_speech: bool
) -> None:
    decoder = spec.decoder
    steps = _steps(ids)
    decoder.embeddings.weight = _noise(random, len(ids), _D)
    places = np.zeros((_N_POSITIONS, _D), np.float32)
    for step in range(_N_POSITIONS):
        places[step, min(step, _HALF - 1)] = 4.0
        spoken_s = max(0.0, (step - 0.5) * WORD_S)
        places[step, _HALF:] = _pointer(np.array([spoken_s * _FRAMES_PER_S]))
    decoder.position_encodings.encodings = places
    _fill_norm(decoder.layer_norm)
    weight = _noise(random, len(ids), _D)
    for step, token in enumerate(steps):
        weight[token, step] = 4.0 if hears_speech else 0.2
    weight[ids["<|nospeech|>"], 0] = -4.0 if hears_speech else 8.0
    decoder.projection.weight = weight
    layer = decoder.layer[0]
    _fill_attention(layer.self_attention, random, (3 * _D, _D))
    _fill_attention(layer.attention, random, (_D, 2 * _D, _D))
    # The second head looks from a step at the frame it points to.
    at = np.arange(_HALF, _D)
    layer.attention.linear[0].weight[at, at] = 4.0
    layer.attention.linear[1].weight[at, at] = 1.0
    _fill_ffn(layer.ffn, random)


def _pointer(frames: np.ndarray) -> np.ndarray:
    """Sines and cosines of a frame's number, shape (n, _HALF): alike only for near frames."""
    waves = 2 * np.pi / np.geomspace(20, 2000, _HALF // 2)
    angles = frames[:, None] * waves[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def _fill_attention(
    spec: MultiHeadAttentionSpec, random: np.random.Generator, sizes: tuple[int, ...]
) -> None:
    _fill_norm(spec.layer_norm)
    for linear, n_out in zip(spec.linear, (*sizes[:-1], _D), strict=True):
        linear.weight = _noise(random, n_out, _D)
        linear.bias = np.zeros(n_out, np.float32)


def _fill_ffn(spec: FeedForwardSpec, random: np.random.Generator) -> None:
    _fill_norm(spec.layer_norm)
    for linear in (spec.linear_0, spec.linear_1):
        linear.weight = _noise(random, _D, _D)
        linear.bias = np.zeros(_D, np.float32)


def _fill_norm(spec: common_spec.LayerNormSpec) -> None:
    spec.gamma = np.ones(_D, np.float32)
    spec.beta = np.zeros(_D, np.float32)


def _noise(random: np.random.Generator, *shape: int) -> np.ndarray:
    return (random.standard_normal(shape) * 0.002).astype(np.float32)


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
