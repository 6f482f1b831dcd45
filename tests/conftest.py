"""Tiny real models for the tests of every floor, built once per run."""

from pathlib import Path

import pytest

from speech.models import PIPER_VOICES, WHISPER_MODELS, path_of
from tests.models.tiny_piper import build_tiny_piper_voice
from tests.models.tiny_whisper import build_tiny_whisper

TINY_VOICES = ("en_US-amy-medium", "en_US-ryan-medium")


@pytest.fixture(scope="session")
def tiny_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny Whisper-format model; tests/models/README.md says what it hears."""
    return build_tiny_whisper(tmp_path_factory.mktemp("whisper") / "tiny")


@pytest.fixture(scope="session")
def deaf_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny Whisper-format model that takes every sound for silence."""
    return build_tiny_whisper(tmp_path_factory.mktemp("whisper") / "deaf", hears_speech=False)


@pytest.fixture(scope="session")
def tiny_piper_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Piper-format voices that hum, named as TINY_VOICES: NAME.onnx(.json)."""
    folder = tmp_path_factory.mktemp("piper")
    for name in TINY_VOICES:
        build_tiny_piper_voice(folder, name)
    return folder


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder (models.folder of the settings) where base.en and every Piper voice of the
    catalogue are installed, each a tiny one."""
    folder = tmp_path_factory.mktemp("models")
    build_tiny_whisper(path_of(WHISPER_MODELS["base.en"], folder))
    for voice in PIPER_VOICES.values():
        build_tiny_piper_voice(path_of(voice, folder).parent, voice.name)
    return folder
