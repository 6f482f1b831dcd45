"""A Piper-format voice of a kilobyte, written byte by byte; README.md says what it does."""

import json
import math
import struct
from pathlib import Path

RATE_HZ = 22_050
SAMPLES_PER_ID = 640
"""Piper makes two ids of a phoneme (itself and a pad), so a phoneme lasts 58 ms."""
_TONE_HZ = 220.0
_IPA = " !'(),-.:;?\"abcdefghijklmnopqrstuvwxyzæçðøħŋœɐɑɒɔɕɖɗɘəɚɛɜɞɟɡɢɣɤɥɦɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢˈˌːˑ˞βθχᵻⱱ"  # noqa: E501

# From onnx.proto3: element types, attribute types and wire types.
_FLOAT, _INT64 = 1, 7
_ATTRIBUTE_INT = 2
_VARINT, _BYTES = 0, 2


def build_tiny_piper_voice(folder: Path, name: str) -> Path:
    """Writes name.onnx and name.onnx.json into folder and returns folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.onnx").write_bytes(_model())
    symbols = {"_": [0], "^": [1], "$": [2]}
    symbols |= {symbol: [number] for number, symbol in enumerate(_IPA, start=3)}
    config = {
        "audio": {"sample_rate": RATE_HZ, "quality": "test"},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "num_symbols": len(symbols),
        "num_speakers": 1,
        "speaker_id_map": {},
        "phoneme_id_map": symbols,
        "language": {"code": "en_US"},
        "dataset": "tone",
    }
    (folder / f"{name}.onnx.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def _model() -> bytes:
    opset = _field(2, _VARINT, 17)
    return (
        _field(1, _VARINT, 8)  # ir_version
        + _field(2, _BYTES, b"rehearse tests")
        + _field(7, _BYTES, _graph())
        + _field(8, _BYTES, opset)
    )


def _graph() -> bytes:
    """output = 0.4 sin(2 pi f t), as long as the ids times length_scale."""
    nodes = [
        _node("Gather", ["scales", "one"], ["length_scale"]),
        _node("Cast", ["input_lengths"], ["n_ids"], to=_FLOAT),
        _node("Mul", ["n_ids", "length_scale"], ["n_scaled"]),
        _node("Mul", ["n_scaled", "samples_per_id"], ["n_samples"]),
        _node("Cast", ["n_samples"], ["n_whole"], to=_INT64),
        _node("Squeeze", ["n_whole"], ["n"]),
        _node("Range", ["zero", "n", "step"], ["index"]),
        _node("Cast", ["index"], ["time"], to=_FLOAT),
        _node("Mul", ["time", "radians"], ["angle"]),
        _node("Sin", ["angle"], ["wave"]),
        _node("Mul", ["wave", "loudness"], ["quiet"]),
        _node("Unsqueeze", ["quiet", "axes"], ["output"]),
    ]
    constants = [
        _constant("one", _INT64, [1]),
        _constant("zero", _INT64, [0]),
        _constant("step", _INT64, [1]),
        _constant("axes", _INT64, [0, 1, 2], shape=[3]),
        _constant("samples_per_id", _FLOAT, [SAMPLES_PER_ID]),
        _constant("radians", _FLOAT, [2 * math.pi * _TONE_HZ / RATE_HZ]),
        _constant("loudness", _FLOAT, [0.4]),
    ]
    inputs = [
        _value("input", _INT64, ["batch", "phonemes"]),
        _value("input_lengths", _INT64, ["batch"]),
        _value("scales", _FLOAT, [3]),
    ]
    outputs = [_value("output", _FLOAT, ["batch", 1, 1, "time"])]
    return (
        b"".join(_field(1, _BYTES, node) for node in nodes)
        + _field(2, _BYTES, b"tone")
        + b"".join(_field(5, _BYTES, constant) for constant in constants)
        + b"".join(_field(11, _BYTES, value) for value in inputs)
        + b"".join(_field(12, _BYTES, value) for value in outputs)
    )


def _node(kind: str, inputs: list[str], outputs: list[str], to: int | None = None) -> bytes:
    node = b"".join(_field(1, _BYTES, name.encode()) for name in inputs)
    node += b"".join(_field(2, _BYTES, name.encode()) for name in outputs)
    node += _field(4, _BYTES, kind.encode())
    if to is not None:
        attribute = _field(1, _BYTES, b"to") + _field(3, _VARINT, to)
        node += _field(5, _BYTES, attribute + _field(20, _VARINT, _ATTRIBUTE_INT))
    return node


def _constant(name: str, kind: int, numbers: list[float], shape: list[int] | None = None) -> bytes:
    raw = struct.pack(f"<{len(numbers)}{'f' if kind == _FLOAT else 'q'}", *numbers)
    dims = b"".join(_field(1, _VARINT, size) for size in shape or [])
    return (
        dims + _field(2, _VARINT, kind) + _field(8, _BYTES, name.encode()) + _field(9, _BYTES, raw)
    )


def _value(name: str, kind: int, shape: list[str | int]) -> bytes:
    dims = b"".join(
        _field(1, _BYTES, _field(1, _VARINT, size) if isinstance(size, int)
               else _field(2, _BYTES, size.encode()))
        for size in shape
    )  # fmt: skip
    tensor = _field(1, _VARINT, kind) + _field(2, _BYTES, dims)
    return _field(1, _BYTES, name.encode()) + _field(2, _BYTES, _field(1, _BYTES, tensor))


def _field(number: int, wire: int, content: int | bytes) -> bytes:
    """One protobuf field."""
    key = _varint(number << 3 | wire)
    if isinstance(content, int):
        return key + _varint(content)
    return key + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
