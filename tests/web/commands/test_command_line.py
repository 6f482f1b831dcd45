"""What holds for every command."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[[subprocess.CompletedProcess[str], str], None]
COMMANDS = (
    ["serve"],
    ["demo"],
    ["score"],
    ["doctor"],
    ["models"],
    ["models", "download"],
    ["models", "list"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_what_it_does(rehearse: Run, command: list[str]) -> None:
    ran = rehearse(*command, "--help")
    assert ran.returncode == 0
    assert "Usage: rehearse" in ran.stdout
    assert command == ["models"] or "Example: rehearse" in ran.stdout


def test_help_comes_at_once_as_no_engine_is_loaded_for_it(rehearse: Run) -> None:
    started = time.monotonic()
    ran = rehearse("--help")
    assert ran.returncode == 0
    assert time.monotonic() - started < 5
    for command in ("serve", "demo", "score", "doctor", "models"):
        assert command in ran.stdout


def test_the_command_line_is_ready_without_loading_an_engine() -> None:
    heavy = ("livekit", "faster_whisper", "onnxruntime", "openai", "sqlalchemy", "av")
    program = (
        f"import sys, web.commands.command_line; sys.exit(any(m in sys.modules for m in {heavy!r}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=False)
    assert ran.returncode == 0


def test_the_version_is_that_of_the_package(rehearse: Run) -> None:
    ran = rehearse("--version")
    assert (ran.returncode, ran.stdout) == (0, "rehearse 0.1.0\n")


@pytest.mark.parametrize(
    "wrong", [["sing"], ["doctor", "--jsn"], ["score"], ["serve", "--port", "many"]], ids=" ".join
)
def test_wrong_usage_ends_with_2_and_says_how_it_is_used(rehearse: Run, wrong: list[str]) -> None:
    ran = rehearse(*wrong)
    assert ran.returncode == 2
    assert "Usage: rehearse" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unknown_setting_names_the_nearest_known_one(rehearse: Run, refused: Refused) -> None:
    ran = rehearse("doctor", REHEARSE_SERVER_PROT="1")
    refused(ran, "setting-unknown")
    assert "REHEARSE_SERVER_PORT" in ran.stderr


def test_an_unknown_key_in_the_settings_file_is_no_shrug(
    rehearse: Run, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "rehearse.toml").write_text("[speech]\nwhisper_modell = 'base.en'\n")
    ran = rehearse("models", "list")
    refused(ran, "setting-unknown")
    assert "speech.whisper_model" in ran.stderr


def test_a_setting_with_a_wrong_value_says_what_was_expected(
    rehearse: Run, refused: Refused
) -> None:
    ran = rehearse("doctor", REHEARSE_SERVER_PORT="many")
    refused(ran, "setting-not-valid")
    assert "a whole number from 0 to 65535" in ran.stderr


def test_rehearses_own_switches_are_not_taken_for_settings(rehearse: Run) -> None:
    ran = rehearse("models", "list", REHEARSE_DEBUG="1", REHEARSE_CHROMIUM="/nowhere")
    assert ran.returncode == 0


def test_debug_brings_the_traceback_beside_the_sentence(rehearse: Run) -> None:
    ran = rehearse("doctor", REHEARSE_SERVER_PROT="1", REHEARSE_DEBUG="1")
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr
    assert "error[setting-unknown]" in ran.stderr
