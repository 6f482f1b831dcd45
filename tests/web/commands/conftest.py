"""The real `rehearse` in a process of its own, with a home and a data folder of its own."""

import os
import subprocess
import sys
import wave
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from speech.audio_file import read_tracks
from speech.clip import Clip, Recording
from speech.recording_file import write_recording
from speech.resample import resample

REHEARSE = Path(sys.executable).parent / "rehearse"
LIMIT_S = 120.0
RATE_HZ = 48_000

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment without anybody's settings or keys; no model is looked for on a hub."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("REHEARSE_", "OPENAI_", "XDG_"))
    }
    (tmp_path / "home").mkdir()
    return {
        **kept,
        "HOME": str(tmp_path / "home"),
        "REHEARSE_DATA_FOLDER": str(tmp_path / "data"),
        "REHEARSE_MODELS_DOWNLOAD": "never",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }


@pytest.fixture
def rehearse(env: dict[str, str], tmp_path: Path) -> Run:
    """Runs `rehearse ARGUMENTS`; keyword arguments are further environment variables."""

    def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [REHEARSE, *map(str, arguments)],
            cwd=tmp_path,
            env={**env, **more},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    return run


@pytest.fixture
def refused() -> Callable[[subprocess.CompletedProcess[str], str], None]:
    """Holds that a run ended with 1, one stable code, and words in place of a traceback."""

    def hold(ran: subprocess.CompletedProcess[str], code: str) -> None:
        assert ran.returncode == 1, ran.stderr
        assert f"error[{code}]: " in ran.stderr
        assert "Traceback" not in ran.stderr + ran.stdout

    return hold


@pytest.fixture(scope="session")
def spoken_call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short stereo call out of the demo rep's turns: the rep, then the buyer."""
    turns = [_turn(name) for name in ("ask-price", "agree-day")]
    silences = [np.zeros_like(turn) for turn in turns]
    rep = [turn if n % 2 == 0 else silences[n] for n, turn in enumerate(turns)]
    buyer = [silences[n] if n % 2 == 0 else turn for n, turn in enumerate(turns)]
    path = tmp_path_factory.mktemp("calls") / "Jane Doe with Acme.ogg"
    tracks = (Clip(np.concatenate(side), RATE_HZ) for side in (rep, buyer))
    write_recording(path, Recording(*tracks))
    return path


def _turn(name: str) -> NDArray[np.float32]:
    with as_file(files("configs") / "demo" / "sound" / "pricing-objection") as folder:
        spoken = resample(read_tracks(folder / f"{name}.ogg")[0], RATE_HZ).samples
    return np.concatenate([spoken, np.zeros(RATE_HZ // 2, np.float32)])


@pytest.fixture
def write_wav() -> Callable[..., Path]:
    """write_wav(path, *channels, rate_hz): 16-bit PCM from clips in [-1, 1]."""

    def write(path: Path, *channels: NDArray[np.float32], rate_hz: int) -> Path:
        pcm = (np.clip(np.stack(channels, axis=1), -1, 1) * 32767).astype("<i2")
        with wave.open(str(path), "wb") as file:
            file.setnchannels(len(channels))
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes(pcm.tobytes())
        return path

    return write
