"""The ladder of engines: the best that is on this machine, and a clear word when it is not."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from agents.worker import Engines, EngineStatus
from configs.load import load_catalogue
from configs.settings import Settings, load_settings
from speech.models import PIPER_VOICES, WHISPER_MODELS, folder_of
from tests.fakes.model_hub import model_hub

PERSONAS = tuple(load_catalogue().personas.values())


def settings(tmp_path: Path, **more: str) -> Settings:
    env = {"REHEARSE_DATA_FOLDER": str(tmp_path), "REHEARSE_MODELS_DOWNLOAD": "never"}
    return load_settings(file=None, env=env | more)


@contextmanager
def engines(chosen: Settings) -> Iterator[Engines]:
    made = Engines(chosen, PERSONAS)
    try:
        yield made
    finally:
        made.close()


def row(of: Engines, role: str) -> EngineStatus:
    return next(r for r in of.status() if r.role == role)


def test_with_no_model_a_call_can_be_held_and_the_status_says_what_mends_it(
    tmp_path: Path,
) -> None:
    with engines(settings(tmp_path)) as made:
        heard = row(made, "speech to text")
        assert (heard.name, heard.rough) == ("pocketsphinx en-US", True)
        assert heard.remedy == "rehearse models download"
        assert row(made, f"voice of {PERSONAS[0].name}").rough
        assert row(made, "buyer's words").name == "authored lines"
        kit = made.for_call(PERSONAS[0])
        assert kit.names["speech_to_text"] == "pocketsphinx en-US"
        assert kit.transcriber.keeps_pace


def test_models_on_this_machine_are_used(tmp_path: Path, tiny_models: Path) -> None:
    with engines(settings(tmp_path, REHEARSE_MODELS_FOLDER=str(tiny_models))) as made:
        kit = made.for_call(PERSONAS[0])
        assert kit.names["speech_to_text"] == "faster-whisper base.en int8"
        assert kit.names["text_to_speech"] == f"Piper {PERSONAS[0].voice.piper}"
        assert not kit.transcriber.keeps_pace
        assert not any(r.rough and r.remedy == "rehearse models download" for r in made.status())


def test_two_personas_with_one_voice_of_piper_speak_at_their_own_rates(
    tmp_path: Path, tiny_models: Path
) -> None:
    slow = replace(PERSONAS[0], voice=replace(PERSONAS[0].voice, rate=0.8))
    fast = replace(PERSONAS[0], voice=replace(PERSONAS[0].voice, rate=1.6))
    made = Engines(settings(tmp_path, REHEARSE_MODELS_FOLDER=str(tiny_models)), (slow, fast))
    try:
        lengths_s = [
            sum(c.duration_s for c in made.voice(p).synthesize("Hello there."))
            for p in (slow, fast)
        ]
        assert lengths_s[0] > 1.5 * lengths_s[1]
        assert made.voice(slow) is made.voice(slow)
        slow_kit, fast_kit = made.for_call(slow), made.voicing(fast)
        assert slow_kit.openers is not fast_kit.openers
        assert slow_kit.backchannels is not fast_kit.backchannels
        assert slow_kit.backchannels is made.voicing(slow).backchannels
    finally:
        made.close()


def test_a_broken_model_leaves_its_fallback_in_use_and_says_so(
    tmp_path: Path, tiny_models: Path
) -> None:
    shutil.copytree(tiny_models, tmp_path / "models")
    model = folder_of(WHISPER_MODELS["base.en"], tmp_path / "models") / "model.bin"
    model.write_bytes(b"not a model")
    (model.parent / "checksums.json").unlink(missing_ok=True)
    with engines(settings(tmp_path)) as made:
        heard = row(made, "speech to text")
        assert heard.name == "pocketsphinx en-US"
        assert "cannot be used" in heard.why


def test_what_the_settings_ask_for_is_used_and_nothing_better_is_fetched(
    tmp_path: Path, tiny_models: Path
) -> None:
    asked = settings(
        tmp_path,
        REHEARSE_MODELS_FOLDER=str(tiny_models),
        REHEARSE_SPEECH_TRANSCRIBER="pocketsphinx",
        REHEARSE_SPEECH_SYNTHESIZER="espeak",
        REHEARSE_MODELS_DOWNLOAD="background",
    )
    with engines(asked) as made:
        assert row(made, "speech to text").why == "Asked for in the settings."
        assert made.for_call(PERSONAS[0]).names["text_to_speech"].startswith("espeak-ng")
        assert made.download_in_background() is None


def test_the_ladder_is_climbed_when_the_models_arrive(tmp_path: Path, tiny_models: Path) -> None:
    files: dict[str, bytes] = {}
    for model in (WHISPER_MODELS["base.en"], *PIPER_VOICES.values()):
        own = folder_of(model, tiny_models)
        for path in (p for group in model.files for p in group):
            if (own / Path(path).name).exists():
                files[f"{model.repo}/{path}"] = (own / Path(path).name).read_bytes()
    with model_hub(files) as hub:
        asked = settings(
            tmp_path, REHEARSE_MODELS_HUB=hub.address, REHEARSE_MODELS_DOWNLOAD="background"
        )
        with engines(asked) as made:
            assert made.transcriber.rough
            thread = made.download_in_background()
            assert thread is not None
            thread.join(60)
            assert made.transcriber.name == "faster-whisper base.en int8"
            assert made.for_call(PERSONAS[0]).names["text_to_speech"].startswith("Piper")
            assert made.missing() == ()


def test_a_hub_that_cannot_be_reached_costs_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    asked = settings(tmp_path, REHEARSE_MODELS_HUB=address, REHEARSE_MODELS_DOWNLOAD="background")
    with engines(asked) as made:
        thread = made.download_in_background()
        assert thread is not None
        thread.join(10)
        assert not thread.is_alive()
        heard = row(made, "speech to text")
        assert "could not be downloaded" in heard.why
        assert heard.progress is None


def test_a_key_or_an_endpoint_of_a_model_is_taken_up_by_itself(tmp_path: Path) -> None:
    asked = settings(tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_MODEL="small")
    with engines(asked) as made:
        words = row(made, "buyer's words")
        assert words.name == "small at 127.0.0.1"
        assert not words.rough


def test_the_load_of_the_one_pool_is_told(tmp_path: Path) -> None:
    with engines(settings(tmp_path)) as made:
        told = row(made, "inference")
        assert told.name.startswith(f"{made.pool.n_workers} workers")
        assert "% busy in the last 10 s, nothing waiting" in told.why
        assert not told.rough
