"""A process that dies in the middle of a call loses nothing that was said before."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.reviewer import Reviewer
from agents.worker import Engines
from configs.load import load_catalogue
from configs.settings import load_settings
from speech.audio_file import read_recording
from storage.calls import Calls
from storage.database import Database
from storage.recordings import Recordings

REHEARSE = Path(sys.executable).parent / "rehearse"
LIMIT_S = 90.0


@pytest.mark.slow
def test_a_call_whose_process_was_killed_is_scored_at_the_next_start(tmp_path: Path) -> None:
    env = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "REHEARSE_DATA_FOLDER": str(tmp_path / "data"),
        "REHEARSE_MODELS_DOWNLOAD": "never",
    }
    process = subprocess.Popen(
        [REHEARSE, "demo", "--json"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    n_answers = 0
    for line in process.stderr:
        n_answers += "answered after" in line
        if n_answers == 2:
            break
    time.sleep(3.0)  # the recording is written every few seconds
    process.kill()
    process.communicate(timeout=LIMIT_S)

    settings = load_settings(file=None, env={k: v for k, v in env.items() if "REHEARSE" in k})
    catalogue = load_catalogue()
    database = Database.open(tmp_path / "data" / "rehearse.db")
    calls, recordings = Calls(database), Recordings(tmp_path / "data" / "calls")
    engines = Engines(settings, catalogue.personas.values())
    reviewer = Reviewer(catalogue=catalogue, engines=engines, calls=calls, recordings=recordings)
    (left,) = calls.unfinished()
    assert left.state == "live"
    assert reviewer.recover() == (left.id,)
    reviewer.review(left.id)

    call, card, transcript = calls.get(left.id), calls.scorecard(left.id), calls.transcript(left.id)
    assert call is not None
    assert card is not None
    assert transcript is not None
    assert (call.state, call.ended_reason) == ("scored", "line_lost")
    assert len(call.response_gaps) == 2
    assert len(transcript.of("rep")) >= 2
    kept_s = read_recording(recordings.recording_path(left.id)).duration_s
    assert call.duration_s is not None
    assert kept_s > call.duration_s - 6.0
    engines.close()
    database.close()
