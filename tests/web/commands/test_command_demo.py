"""`rehearse demo`: a call in real time, cut short where a test has no four minutes."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from agents.events import CallEvent
from storage.calls import Calls
from storage.database import Database
from web.commands.document import schema
from web.commands.live_view import LiveView

Run = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[[subprocess.CompletedProcess[str], str], None]
REHEARSE = Path(sys.executable).parent / "rehearse"
LIMIT_S = 120.0


def test_an_unknown_scenario_names_the_nearest(rehearse: Run, refused: Refused) -> None:
    ran = rehearse("demo", "--scenario", "discovery")
    refused(ran, "scenario-unknown")
    assert 'Did you mean "discovery-route-planning"?' in ran.stderr


@pytest.mark.slow
def test_ctrl_c_hangs_up_and_the_call_is_kept_and_scored(
    env: dict[str, str], tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [REHEARSE, "demo", "--scenario", "pricing-objection", "--json"],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    heard = []
    for line in process.stderr:
        heard.append(line)
        if "answered after" in line:  # the rep spoke, and the buyer answers
            process.send_signal(signal.SIGINT)
            break
    out, rest = process.communicate(timeout=LIMIT_S)
    told = "".join(heard) + rest
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert "rep: " in told
    assert "Martin Hale: " in told
    assert "the call has ended (stopped)" in told

    document = json.loads(out)
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(document)] == []
    assert document["scenario"] == "pricing-objection"
    assert document["scorecard"]["provisional"] is False
    assert len(document["response_gaps_s"]) == 1
    recording = Path(document["recording"]["path"])
    assert recording.is_file()
    assert document["recording"]["channels"] == 2

    database = Database.open(Path(env["REHEARSE_DATA_FOLDER"]) / "rehearse.db")
    kept = Calls(database).get(recording.parent.name)
    assert kept is not None
    assert (kept.state, kept.ended_reason) == ("scored", "stopped")
    database.close()


@pytest.mark.slow
def test_no_room_for_the_database_is_a_sentence(env: dict[str, str], tmp_path: Path) -> None:
    # no file may grow beyond 40 blocks of 1 KiB, which is what a full disk looks like from here
    ran = subprocess.run(
        ["bash", "-c", f"ulimit -f 40; exec '{REHEARSE}' demo"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ran.returncode == 1
    assert "error[disk-full]" in ran.stderr or "error[database-not-written]" in ran.stderr
    assert "Traceback" not in ran.stderr


async def test_the_terminal_follows_a_call_line_by_line() -> None:
    out = StringIO()
    view = LiveView(Console(file=out, width=100), buyer="Dana [Whitlock]")
    for event in (
        CallEvent("answered", 0.0, {"scenario_id": "x", "engines": {}, "seed": 1}),
        CallEvent("state", 0.5, {"buyer": "listening", "rep": "speaking"}),
        CallEvent("state", 0.6, {"buyer": "listening", "rep": "speaking"}),
        CallEvent("caption", 1.0, {"speaker": "rep", "text": "hel", "final": False}),
        CallEvent("caption", 2.0, {"speaker": "rep", "text": "hello [bold]there", "final": True}),
        CallEvent("beat", 2.0, {"beat": "answer"}),
        CallEvent("response_gap", 2.8, {"gap_s": 0.82}),
        CallEvent("caption", 64.0, {"speaker": "buyer", "text": "Hi.", "final": True}),
        CallEvent("fault", 65.0, {"code": "words-slow", "said": "Late.", "remedy": ""}),
        CallEvent("ended", 66.0, {"reason": "rep_hung_up"}),
    ):
        await view.show(event)
    assert out.getvalue().splitlines() == [
        " 0:00  the call is answered",
        " 0:00  the rep speaks",
        " 0:02  rep: hello [bold]there",
        " 0:02  answered after 0.82 s",
        " 1:04  Dana [Whitlock]: Hi.",
        " 1:05  words-slow: Late.",
        " 1:06  the call has ended (rep hung up)",
    ]
