"""The real `rehearse` in a process of its own, with a home and a data folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

REHEARSE = Path(sys.executable).parent / "rehearse"
LIMIT_S = 60.0

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


def _voice(seconds: float, rate_hz: int, pitch_hz: float) -> np.ndarray:
    """Bursts of harmonics: what an energy detector takes for speech. Shape (n_samples,)."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    sound = sum(np.sin(2 * np.pi * pitch_hz * k * t) / k for k in range(1, 9))
    return 0.2 * np.asarray(sound) * (np.sin(2 * np.pi * 0.4 * t) > 0)
