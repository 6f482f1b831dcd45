"""`rehearse models`: what is here, and a hub that cannot be reached."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from speech.models import PIPER_VOICES, WHISPER_MODELS, path_of
from tests.fakes.model_hub import model_hub

Run = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[[subprocess.CompletedProcess[str], str], None]
START_S = 15.0
"""For the process itself, on a busy machine."""


@pytest.fixture
def mute_hub() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def closed_hub() -> str:
    """Nobody listens there any more."""
    with socket.socket() as once:
        once.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{once.getsockname()[1]}"


def test_a_hub_that_is_not_there_costs_one_plain_sentence(
    rehearse: Run, refused: Refused, closed_hub: str
) -> None:
    started = time.monotonic()
    ran = rehearse("models", "download", REHEARSE_MODELS_HUB=closed_hub)
    assert time.monotonic() - started < 5 + START_S
    refused(ran, "hub-unreachable")


@pytest.mark.slow
def test_a_hub_that_never_answers_costs_no_more_than_the_limit(
    rehearse: Run, refused: Refused, mute_hub: str
) -> None:
    started = time.monotonic()
    ran = rehearse("models", "download", REHEARSE_MODELS_HUB=mute_hub)
    assert time.monotonic() - started < 5 + START_S
    refused(ran, "hub-unreachable")


def test_an_unknown_model_names_the_nearest(rehearse: Run, refused: Refused) -> None:
    ran = rehearse("models", "download", "--whisper", "base.eng")
    refused(ran, "model-unknown")
    assert '"base.en"' in ran.stderr
    refused(rehearse("models", "download", "--again", "base"), "model-unknown")


def test_the_list_tells_what_is_here(rehearse: Run, tiny_models: Path) -> None:
    assert " no" in rehearse("models", "list").stdout
    ran = rehearse("models", "list", REHEARSE_MODELS_FOLDER=str(tiny_models))
    assert ran.returncode == 0
    assert "base.en" in ran.stdout
    assert " no" not in ran.stdout


def test_nothing_is_fetched_when_all_is_here(
    rehearse: Run, tiny_models: Path, closed_hub: str
) -> None:
    ran = rehearse(
        "models",
        "download",
        REHEARSE_MODELS_FOLDER=str(tiny_models),
        REHEARSE_MODELS_HUB=closed_hub,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Nothing to fetch" in ran.stdout


def test_models_that_the_settings_do_without_are_not_asked_for(rehearse: Run) -> None:
    ran = rehearse(
        "models",
        "download",
        REHEARSE_SPEECH_TRANSCRIBER="pocketsphinx",
        REHEARSE_SPEECH_SYNTHESIZER="espeak",
    )
    assert ran.returncode == 0, ran.stderr
    assert "no model" in ran.stdout


def test_a_model_without_recorded_checksums_is_not_called_verified(
    rehearse: Run, refused: Refused, tiny_models: Path
) -> None:
    assert path_of(WHISPER_MODELS["base.en"], tiny_models).is_dir()
    ran = rehearse("models", "list", "--verify", REHEARSE_MODELS_FOLDER=str(tiny_models))
    refused(ran, "model-damaged")
    assert "rehearse models download --again base.en" in ran.stderr


@pytest.mark.slow
def test_a_voice_is_downloaded_goes_on_where_it_broke_off_and_is_verified(
    rehearse: Run, tiny_models: Path, tmp_path: Path
) -> None:
    voice = PIPER_VOICES["en_US-amy-medium"]
    path = voice.files[1][0]
    kept = path_of(voice, tiny_models)
    files = {
        f"{voice.repo}/{path}": kept.read_bytes() + bytes(100_000),
        f"{voice.repo}/{path}.json": kept.with_name(kept.name + ".json").read_bytes(),
    }
    with model_hub(files) as hub:
        hub.cut_after = [40_000, 40_000, 40_000, 40_000]
        ran = rehearse("models", "download", "--voice", voice.name, REHEARSE_MODELS_HUB=hub.address)
        again = rehearse(
            "models", "download", "--voice", voice.name, REHEARSE_MODELS_HUB=hub.address
        )
    assert again.returncode == 0, ran.stderr + again.stderr
    assert any(asked_for for _, _, asked_for in hub.asked)  # a Range: it went on
    assert (
        path_of(voice, tmp_path / "data" / "models").read_bytes() == files[f"{voice.repo}/{path}"]
    )
    listed = rehearse("models", "list", "--verify")
    assert voice.name in listed.stdout
