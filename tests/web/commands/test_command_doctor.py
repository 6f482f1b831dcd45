"""`rehearse doctor`: what is in use, why, and what mends the rest."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from configs.load import Catalogue, load_catalogue
from configs.settings import Data, Settings, load_settings
from web.commands.health import Row, place_rows, setting_rows

Run = Callable[..., subprocess.CompletedProcess[str]]
ROLES = (
    "voice activity",
    "end of turn",
    "speech to text",
    "buyer's words",
    "storage",
    "recordings",
    "disk",
    "scenarios",
)


@pytest.mark.slow
def test_without_models_it_tells_of_rough_engines_and_of_one_command(rehearse: Run) -> None:
    ran = rehearse("doctor")
    assert ran.returncode == 0, ran.stderr
    for role in ROLES:
        assert role in ran.stdout
    assert "pocketsphinx" in ran.stdout
    assert "rehearse models download" in ran.stdout
    assert "A call can be held." in ran.stdout


@pytest.mark.slow
def test_with_models_it_tells_of_the_main_engines(rehearse: Run, tiny_models: Path) -> None:
    ran = rehearse("doctor", "--json", REHEARSE_MODELS_FOLDER=str(tiny_models))
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    rows = {row["role"]: row for row in document["roles"]}
    assert rows["speech to text"]["name"].startswith("faster-whisper base.en")
    assert rows["speech to text"]["state"] == "good"
    assert rows["speech to text"]["remedy"] == ""
    assert document["can_hold_a_call"] is True


@pytest.mark.slow
def test_a_key_is_never_printed(rehearse: Run) -> None:
    key = "sk-very-secret"
    ran = rehearse("doctor", "--json", OPENAI_API_KEY=key)
    assert key not in ran.stdout + ran.stderr
    settings = {row["name"]: row for row in json.loads(ran.stdout)["settings"]}
    assert settings["words.api_key"]["value"] == "set"
    assert settings["data.folder"]["is_default"] is False
    assert settings["server.port"] == {
        "name": "server.port",
        "env": "REHEARSE_SERVER_PORT",
        "value": "8420",
        "is_default": True,
    }


@pytest.mark.slow
def test_where_nothing_can_be_kept_it_ends_with_1(rehearse: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = rehearse("doctor", REHEARSE_DATA_FOLDER=str(tmp_path / "file" / "data"))
    assert ran.returncode == 1
    assert "No call can be held yet." in ran.stdout
    assert "REHEARSE_DATA_FOLDER" in ran.stdout
    assert "Traceback" not in ran.stderr


def rows_of(folder: Path, catalogue: Catalogue | None = None) -> dict[str, Row]:
    settings = Settings(data=Data(folder=folder))
    return {row.role: row for row in place_rows(settings, catalogue or load_catalogue())}


def test_a_fresh_folder_is_fine_and_is_not_made_by_looking(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "data")
    assert {row.state for row in rows.values()} == {"good"}
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_no_database_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "rehearse.db").write_bytes(b"no database at all" * 100)
    row = rows_of(tmp_path)["storage"]
    assert row.state == "missing"
    assert row.remedy


def test_a_broken_scenario_is_named_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text('titel = "Mine"\n')
    row = rows_of(tmp_path, load_catalogue(tmp_path))["scenarios"]
    assert row.state == "rough"
    assert "mine.toml" in row.why
    assert "title" in row.remedy


def test_nothing_to_rehearse_means_no_call(tmp_path: Path) -> None:
    assert rows_of(tmp_path, Catalogue({}, {}, {}))["scenarios"].state == "missing"


def test_every_setting_has_its_row(tmp_path: Path) -> None:
    rows = {row.name: row for row in setting_rows(Settings(data=Data(folder=tmp_path)))}
    assert rows["data.folder"].value == str(tmp_path)
    assert not rows["data.folder"].is_default
    assert rows["call.min_endpointing_s"].is_default


@pytest.mark.slow
def test_bench_measures_chooses_and_writes_what_the_next_start_reads(
    rehearse: Run, tiny_models: Path, tmp_path: Path
) -> None:
    file = tmp_path / "rehearse.toml"
    file.write_text("# ours\n[server]\nport = 9000\n")
    ran = rehearse("doctor", "--bench", REHEARSE_MODELS_FOLDER=str(tiny_models))
    assert ran.returncode == 0, ran.stderr
    assert "chosen" in ran.stdout
    assert "Written into rehearse.toml" in ran.stdout
    assert file.read_text().startswith("# ours\n[server]\nport = 9000\n")
    settings = load_settings(file=file, env={})
    assert settings.server.port == 9000
    assert settings.speech.whisper_model == "base.en"


@pytest.mark.slow
def test_a_dry_run_writes_nothing_and_names_the_variable_that_would_win(
    rehearse: Run, tiny_models: Path, tmp_path: Path
) -> None:
    ran = rehearse(
        *("doctor", "--bench", "--dry-run"),
        REHEARSE_MODELS_FOLDER=str(tiny_models),
        REHEARSE_SPEECH_WHISPER_THREADS="1",
        REHEARSE_SPEECH_WHISPER_MODEL="small.en",
    )
    assert ran.returncode == 0, ran.stderr
    assert "Nothing was written" in ran.stdout
    assert 'speech.whisper_model = "base.en"' in ran.stdout
    assert "unset REHEARSE_SPEECH_WHISPER_THREADS" in ran.stdout
    assert "rehearse models download --whisper small.en" in ran.stdout
    assert not (tmp_path / "rehearse.toml").exists()


@pytest.mark.slow
def test_bench_without_a_model_says_what_is_not_known_and_how_to_get_one(
    rehearse: Run, tmp_path: Path
) -> None:
    ran = rehearse("doctor", "--bench")
    assert ran.returncode == 1
    assert "There is no Whisper model to measure" in ran.stdout
    assert "pocketsphinx" in ran.stdout
    assert "rehearse models download" in ran.stdout
    assert not (tmp_path / "rehearse.toml").exists()


@pytest.mark.slow
def test_bench_as_a_document_holds_the_figures_and_the_choice(
    rehearse: Run, tiny_models: Path, tmp_path: Path
) -> None:
    ran = rehearse("doctor", "--bench", "--json", REHEARSE_MODELS_FOLDER=str(tiny_models))
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert document["choice"]["speech.whisper_model"] == "base.en"
    assert document["written"] is True
    assert document["file"] == str(tmp_path / "rehearse.toml")
    assert {one["window_s"] for one in document["whisper"]} >= {10.0}
    assert "voice activity" in {one["role"] for one in document["others"]}


def test_a_dry_run_without_bench_is_wrong_usage(rehearse: Run) -> None:
    ran = rehearse("doctor", "--dry-run")
    assert ran.returncode == 2
    assert "--bench" in ran.stderr


@pytest.mark.slow
def test_a_settings_file_that_cannot_be_written_is_a_fault_after_the_figures(
    rehearse: Run, tiny_models: Path, tmp_path: Path
) -> None:
    # A link into a folder that is not there: nobody can write that, root included.
    (tmp_path / "rehearse.toml").symlink_to(tmp_path / "gone" / "rehearse.toml")
    ran = rehearse("doctor", "--bench", REHEARSE_MODELS_FOLDER=str(tiny_models))
    assert ran.returncode == 1
    assert 'speech.whisper_model = "base.en"' in ran.stdout
    assert "error[setting-file-not-written]" in ran.stderr
    assert "Traceback" not in ran.stderr
