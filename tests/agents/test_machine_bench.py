"""What is measured of a machine. Only that it is measured is held here, never how quick it is."""

import shutil
from pathlib import Path

import pytest

from agents.machine_bench import Machine, MachineBench, measure, spoken
from configs.load import load_catalogue
from configs.settings import Settings, load_settings
from speech.fault import SpeechFault
from speech.models import WHISPER_MODELS, folder_of, path_of
from speech.whisper_bench import WhisperBencher, thread_counts
from tests.models.tiny_whisper import build_tiny_whisper

PERSONAS = tuple(load_catalogue().personas.values())


def settings(tmp_path: Path, **more: str) -> Settings:
    env = {"REHEARSE_DATA_FOLDER": str(tmp_path), "REHEARSE_MODELS_DOWNLOAD": "never"}
    return load_settings(file=None, env=env | more)


def roles(bench: MachineBench) -> list[str]:
    return [f"{one.role}: {one.name.partition(' ')[0]}" for one in bench.others]


@pytest.fixture
def base_only(tmp_path: Path) -> Path:
    """A models folder with base.en alone, a tiny one."""
    build_tiny_whisper(path_of(WHISPER_MODELS["base.en"], tmp_path / "models"))
    return tmp_path / "models"


def test_with_models_each_way_to_run_whisper_is_measured_and_the_persona_s_voice(
    tmp_path: Path, tiny_models: Path
) -> None:
    steps: list[str] = []
    chosen = settings(tmp_path, REHEARSE_MODELS_FOLDER=str(tiny_models))
    bench = measure(chosen, PERSONAS, steps.append)
    ways = {(one.model, one.n_threads, one.window_s) for one in bench.whisper.figures}
    threads = thread_counts(bench.machine.n_cores)
    assert ways >= {("base.en", n_threads, 10.0) for n_threads in threads}
    assert len(ways) + bench.whisper.n_left_out in (len(threads), 3 * len(threads))
    assert all(one.words_s > 0 and one.n_runs >= 2 for one in bench.whisper.figures)
    assert roles(bench) == [
        "first clause: Piper",
        "first clause: espeak-ng",
        "voice activity: livekit",
        "end of turn: livekit",
    ]
    assert all(one.takes_s > 0 for one in bench.others)
    assert steps[0] == "base.en, 1 thread, a window of 10 s"


def test_without_a_model_pocketsphinx_is_measured_in_its_place(tmp_path: Path) -> None:
    bench = measure(settings(tmp_path), PERSONAS)
    assert bench.whisper.figures == ()
    assert roles(bench)[0] == "speech to text: pocketsphinx"
    assert bench.others[0].core_share is not None
    assert bench.peak_mb > 0


def test_a_broken_model_and_a_broken_voice_are_passed_over(
    tmp_path: Path, tiny_models: Path
) -> None:
    shutil.copytree(tiny_models, tmp_path / "models")
    (folder_of(WHISPER_MODELS["base.en"], tmp_path / "models") / "model.bin").write_bytes(b"none")
    for voice in (tmp_path / "models" / "piper").glob("*/*.onnx"):
        voice.write_bytes(b"no voice")
    build_tiny_whisper(path_of(WHISPER_MODELS["tiny.en"], tmp_path / "models"))
    bench = measure(settings(tmp_path), PERSONAS)
    assert {one.model for one in bench.whisper.figures} == {"tiny.en"}
    assert [one.fault.code for one in bench.whisper.unusable] == ["whisper-model-broken"]
    assert [one.fault.code for one in bench.voices_unusable] == ["piper-voice-broken"]


def test_a_number_format_that_the_processor_lacks_is_a_fault(
    tmp_path: Path, base_only: Path
) -> None:
    with pytest.raises(SpeechFault) as caught:
        measure(settings(tmp_path, REHEARSE_SPEECH_WHISPER_COMPUTE="int3"), PERSONAS)
    assert caught.value.code == "whisper-compute-unknown"


def test_however_short_the_time_one_way_is_measured_and_the_rest_is_counted(
    base_only: Path,
) -> None:
    bench = WhisperBencher(
        ("base.en",),
        base_only,
        sound=spoken(1.0),
        n_cores=8,
        compute_type="int8",
        on_step=lambda step: None,
        limit_s=0.0,
    ).run()
    assert len(bench.figures) == 1
    assert bench.n_left_out >= 3


def test_threads_are_tried_up_to_the_cores_and_to_where_they_stop_helping() -> None:
    assert [thread_counts(n) for n in (1, 2, 3, 6, 64)] == [
        (1,),
        (1, 2),
        (1, 2, 3),
        (1, 2, 4, 6),
        (1, 2, 4, 8),
    ]


def test_the_speech_is_as_long_as_was_asked_for() -> None:
    assert spoken(3.0).duration_s == 3.0


def test_a_machine_with_half_of_its_cores_taken_is_busy() -> None:
    assert Machine(n_cores=4, memory_mb=8000, load=2.0).busy
    assert not Machine(n_cores=4, memory_mb=8000, load=1.9).busy
