"""The catalogue, and models on this disk."""

import json
from pathlib import Path

import pytest

from speech.fault import SpeechFault
from speech.models import (
    CHECKSUMS,
    PIPER_VOICES,
    WHISPER_MODELS,
    Checksum,
    find_model,
    folder_of,
    installed,
    path_of,
    verify,
)
from tests.fakes.model_hub import blob_sha1

MODEL = WHISPER_MODELS["base.en"]


def put(folder: Path) -> Path:
    own = folder_of(MODEL, folder)
    own.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt", "model.bin"):
        (own / name).write_bytes(name.encode())
    return own


def record(own: Path) -> None:
    files = {
        path.name: {
            "n_bytes": path.stat().st_size,
            "kind": "git-sha1",
            "digest": blob_sha1(path.read_bytes()),
        }
        for path in own.iterdir()
    }
    (own / CHECKSUMS).write_text(json.dumps({"files": files}))


def test_a_voice_is_found_where_piper_keeps_it() -> None:
    assert PIPER_VOICES["en_GB-jenny_dioco-medium"].files == (
        ("en/en_GB/jenny_dioco/medium/en_GB-jenny_dioco-medium.onnx.json",),
        ("en/en_GB/jenny_dioco/medium/en_GB-jenny_dioco-medium.onnx",),
    )


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(SpeechFault, match=r"base\.en") as caught:
        find_model("whisper", "base-en")
    assert caught.value.code == "model-unknown"
    assert find_model("piper", "en_US-amy-medium").kind == "piper"


def test_engines_get_a_folder_or_a_voice_file(tmp_path: Path) -> None:
    assert path_of(MODEL, tmp_path) == tmp_path / "whisper" / "base.en"
    voice = PIPER_VOICES["en_US-amy-medium"]
    file = tmp_path / "piper" / "en_US-amy-medium" / "en_US-amy-medium.onnx"
    assert path_of(voice, tmp_path) == file


def test_a_model_is_installed_when_all_its_files_are_there(tmp_path: Path) -> None:
    assert not installed(MODEL, tmp_path)
    own = put(tmp_path)
    assert installed(MODEL, tmp_path)
    (own / "vocabulary.txt").rename(own / "vocabulary.json")
    assert installed(MODEL, tmp_path)
    (own / "model.bin").unlink()
    assert not installed(MODEL, tmp_path)


def test_a_file_cut_short_is_not_installed(tmp_path: Path) -> None:
    own = put(tmp_path)
    record(own)
    assert installed(MODEL, tmp_path)
    (own / "model.bin").write_bytes(b"mod")
    assert not installed(MODEL, tmp_path)


def test_verify_finds_a_changed_bit_and_a_missing_file(tmp_path: Path) -> None:
    own = put(tmp_path)
    record(own)
    assert verify(MODEL, tmp_path) == ()
    (own / "model.bin").write_bytes(b"nodel.bin")
    (own / "config.json").unlink()
    assert set(verify(MODEL, tmp_path)) == {"model.bin", "config.json"}


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"files": {"a": {"size": 1}}}'])
def test_without_readable_checksums_nothing_is_claimed(tmp_path: Path, content: str | None) -> None:
    own = put(tmp_path)
    if content is not None:
        (own / CHECKSUMS).write_text(content)
    with pytest.raises(SpeechFault) as caught:
        verify(MODEL, tmp_path)
    assert caught.value.code == "model-not-verifiable"
    assert installed(MODEL, tmp_path)


def test_git_checksums_are_gits_own(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"hello\n")  # git hash-object says:
    known = Checksum(6, "git-sha1", "ce013625030ba8dba906f756967f9e9ca394464a")
    assert known.matches(tmp_path / "file")


def test_the_tests_own_models_are_installed(tiny_models: Path) -> None:
    assert all(installed(model, tiny_models) for model in (MODEL, *PIPER_VOICES.values()))
