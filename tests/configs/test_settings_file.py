"""Settings written into a file that somebody keeps."""

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.fault import Fault
from configs.settings import load_settings
from configs.settings_file import Value, overridden, settings_file, write_settings

CHOICE: dict[str, Value] = {
    "speech.whisper_model": "tiny.en",
    "speech.whisper_threads": 1,
    "speech.whisper_window_s": 30.0,
}
MINE = """\
# Our machine in the hall.

[speech]  # quick is better
whisper_model = 'base.en' # was small.en once
synthesizer = "espeak"

# The port that the firewall lets through:
[server]
port = 9000
"""
LAYOUTS = (
    "",
    "# nothing but a comment",
    MINE,
    MINE.replace("\n", "\r\n"),
    "[server]\nport = 9000",
    "[speech]\n\n[server]\nport = 9000\n",
    "[speech]\nsynthesizer = 'espeak'",
    "[speech]\n# none yet\n",
    "speech.whisper_model = 'base.en'\nserver.port = 9000\n",
    "speech = { whisper_model = 'base.en' } # short\n",
)


def written(folder: Path, text: str) -> Path:
    file = folder / "rehearse.toml"
    file.write_bytes(text.encode())
    return file


def refused(file: Path) -> Fault:
    """That nothing was lost and nothing is left behind is held too."""
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(Fault) as caught:
        write_settings(file, CHOICE)
    assert (file.read_bytes() if file.is_file() else None) == before
    assert not list(file.parent.glob("*.new")) + list(file.parent.glob(".*.new"))
    return caught.value


@pytest.mark.parametrize("text", LAYOUTS)
def test_what_was_chosen_is_read_back_and_all_else_stays(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    before = load_settings(file=file, env={})
    assert write_settings(file, CHOICE)
    after = load_settings(file=file, env={})
    speech = after.speech
    chosen = (speech.whisper_model, speech.whisper_threads, speech.whisper_window_s)
    assert chosen == tuple(CHOICE.values())
    assert after.server == before.server
    assert speech.synthesizer == before.speech.synthesizer
    comments = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
    assert all(comment in file.read_bytes().decode() for comment in comments)


def test_new_keys_join_their_section_and_no_comment_changes_its_place(tmp_path: Path) -> None:
    file = written(tmp_path, MINE)
    write_settings(file, CHOICE)
    assert file.read_text() == MINE.replace("'base.en'", '"tiny.en"').replace(
        'synthesizer = "espeak"\n',
        'synthesizer = "espeak"\nwhisper_threads = 1\nwhisper_window_s = 30.0\n',
    )


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    file = tmp_path / "rehearse.toml"
    assert write_settings(file, CHOICE)
    assert tomllib.loads(file.read_text()) == {
        "speech": {"whisper_model": "tiny.en", "whisper_threads": 1, "whisper_window_s": 30.0}
    }


def test_a_file_that_says_so_already_is_left_alone(tmp_path: Path) -> None:
    file = written(tmp_path, MINE)
    assert write_settings(file, CHOICE)
    inode = file.stat().st_ino
    assert not write_settings(file, CHOICE)
    assert file.stat().st_ino == inode


@given(
    threads=st.integers(1, 256),
    window_s=st.floats(10, 30),
    text=st.sampled_from(LAYOUTS),
    model=st.text(max_size=20),
)
def test_any_value_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, threads: int, window_s: float, text: str, model: str
) -> None:
    file = written(tmp_path_factory.mktemp("any"), text)
    values: dict[str, Value] = {
        "speech.whisper_model": model,
        "speech.whisper_threads": threads,
        "speech.whisper_window_s": window_s,
    }
    write_settings(file, values)
    speech = load_settings(file=file, env={}).speech
    assert (speech.whisper_model, speech.whisper_threads) == (model, threads)
    assert speech.whisper_window_s == window_s


def test_a_link_stays_a_link_and_rights_stay_as_they_were(tmp_path: Path) -> None:
    kept = written(tmp_path, "[words]\napi_key = 'secret'\n")
    kept.chmod(0o600)
    link = tmp_path / "link.toml"
    link.symlink_to(kept)
    write_settings(link, CHOICE)
    assert link.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert load_settings(file=kept, env={}).words.api_key == "secret"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[speech\n", "setting-file-not-toml"),
        (b"\xff\xfe", "setting-file-not-toml"),
        (b"speech = 3\n", "setting-not-valid"),
        (b"[speach]\n", "setting-unknown"),
    ],
)
def test_a_file_that_cannot_be_understood_is_left_as_it_is(
    tmp_path: Path, content: bytes, code: str
) -> None:
    file = tmp_path / "rehearse.toml"
    file.write_bytes(content)
    assert refused(file).code == code


def test_a_value_that_the_settings_would_refuse_is_not_written(tmp_path: Path) -> None:
    file = written(tmp_path, MINE)
    with pytest.raises(Fault) as caught:
        write_settings(file, {"speech.whisper_threads": 0})
    assert caught.value.code == "setting-not-valid"
    assert file.read_text() == MINE


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    fault = refused(tmp_path / "no such folder" / "rehearse.toml")
    assert fault.code == "setting-file-not-written"
    assert "REHEARSE_CONFIG" in fault.remedy


def test_a_place_where_no_file_can_be_made_is_a_fault(tmp_path: Path) -> None:
    """Also for root, who may write anywhere else."""
    (tmp_path / "taken").write_text("a file, not a folder")
    assert refused(tmp_path / "taken" / "rehearse.toml").code == "setting-file-not-written"


def test_the_file_is_the_one_that_settings_are_read_from() -> None:
    assert settings_file({}) == Path("rehearse.toml")
    assert settings_file({"REHEARSE_CONFIG": "/etc/rehearse.toml"}) == Path("/etc/rehearse.toml")


def test_a_variable_that_wins_over_the_file_is_named() -> None:
    env = {"REHEARSE_SPEECH_WHISPER_MODEL": "small", "REHEARSE_SERVER_PORT": "1"}
    assert overridden(CHOICE, env) == {"speech.whisper_model": "REHEARSE_SPEECH_WHISPER_MODEL"}
