"""`rehearse score` on calls as they come: good, broken, silent, and of the wrong kind."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from speech.audio_file import read_tracks
from speech.resample import resample
from web.commands.document import schema

Run = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[[subprocess.CompletedProcess[str], str], None]
WriteWav = Callable[..., Path]


def document_of(ran: subprocess.CompletedProcess[str]) -> dict[str, object]:
    """Stdout holds the document and nothing else."""
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(document)] == []
    return dict(document)


@pytest.mark.slow
def test_a_stereo_file_is_scored_into_one_document(rehearse: Run, spoken_call: Path) -> None:
    document = document_of(rehearse("score", spoken_call, "--json"))
    speakers = [said["speaker"] for said in document["transcript"]]  # type: ignore[attr-defined]
    assert set(speakers) == {"rep", "buyer"}
    assert speakers[0] == "rep"
    assert document["recording"]["path"] == str(spoken_call)  # type: ignore[index]
    assert document["recording"]["channels"] == 2  # type: ignore[index]
    assert document["objections"] == []
    assert document["response_gaps_s"] == []
    assert "pocketsphinx" in document["engines"]["speech_to_text"]  # type: ignore[index]


@pytest.mark.slow
def test_two_files_of_different_rates_are_the_rep_and_the_buyer(
    rehearse: Run, spoken_call: Path, write_wav: WriteWav, tmp_path: Path
) -> None:
    rep, buyer = read_tracks(spoken_call)
    low = resample(rep, 8_000)
    rep_file = write_wav(tmp_path / "rep.wav", low.samples, rate_hz=8_000)
    buyer_file = write_wav(tmp_path / "buyer.wav", buyer.samples, rate_hz=buyer.rate_hz)
    document = document_of(
        rehearse("score", rep_file, buyer_file, "--json", "--scenario", "pricing-objection")
    )
    assert document["scenario"] == "pricing-objection"
    assert document["recording"]["channels"] == 1  # type: ignore[index]


@pytest.mark.slow
def test_the_events_of_a_call_tell_its_scenario_its_objections_and_its_gaps(
    rehearse: Run, spoken_call: Path, tmp_path: Path
) -> None:
    objection = {
        "objection_id": "price-budget",
        "start_s": 5.0,
        "end_s": 8.0,
        "text": "It is too expensive.",
    }
    said = {"start_s": 5.0, "end_s": 8.0, "text": "It is too expensive.", "interrupted": False}
    lines = [
        ("answered", 0.0, {"scenario_id": "pricing-objection", "engines": {"words": "lines"}}),
        ("response_gap", 5.0, {"gap_s": 0.82}),
        ("buyer_said", 8.0, {**said, "beat": "objection"}),
        ("objection_raised", 8.0, {**objection, "objection_id": objection_id()}),
        ("ended", 20.0, {"reason": "rep_hung_up"}),
    ]
    log = tmp_path / "events.jsonl"
    log.write_text(
        "".join(json.dumps({"kind": k, "at_s": at, "data": data}) + "\n" for k, at, data in lines)
    )
    document = document_of(rehearse("score", spoken_call, "--events", log, "--json"))
    assert document["scenario"] == "pricing-objection"
    assert document["response_gaps_s"] == [0.82]
    assert [one["id"] for one in document["objections"]] == [objection_id()]  # type: ignore[attr-defined]
    assert document["engines"]["words"] == "lines"  # type: ignore[index]


def objection_id() -> str:
    from configs.load import load_catalogue

    return load_catalogue().scenarios["pricing-objection"].objections[0].id


@pytest.mark.slow
def test_a_terminal_gets_a_scorecard_to_read(rehearse: Run, spoken_call: Path) -> None:
    ran = rehearse("score", spoken_call)
    assert ran.returncode == 0
    assert "Scorecard" in ran.stdout
    assert "Pace" in ran.stdout
    assert "rough recognizer" in ran.stdout


@pytest.mark.slow
def test_a_recording_that_breaks_off_is_scored_up_to_there(
    rehearse: Run, spoken_call: Path, tmp_path: Path
) -> None:
    whole = spoken_call.read_bytes()
    cut = tmp_path / "cut.ogg"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    document = document_of(rehearse("score", cut, "--json"))
    assert 0 < document["recording"]["duration_s"] < 40  # type: ignore[index]


def test_an_ogg_cut_off_in_its_header_is_refused(
    rehearse: Run, refused: Refused, spoken_call: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.ogg"
    cut.write_bytes(spoken_call.read_bytes()[:40])
    refused(rehearse("score", cut), "audio-not-decodable")


def test_a_file_of_another_kind_is_refused(rehearse: Run, refused: Refused, tmp_path: Path) -> None:
    text = tmp_path / "Jane Doe.wav"
    text.write_text("Dear diary, this is no sound.")
    ran = rehearse("score", text)
    refused(ran, "audio-not-decodable")
    assert "Jane" not in ran.stderr
    assert "diary" not in ran.stderr


def test_an_empty_file_is_refused(rehearse: Run, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    refused(rehearse("score", "empty.wav"), "audio-empty")


def test_a_file_that_is_not_there_is_refused(rehearse: Run, refused: Refused) -> None:
    refused(rehearse("score", "nowhere.wav"), "audio-not-found")


def test_silence_is_refused(
    rehearse: Run, refused: Refused, write_wav: WriteWav, tmp_path: Path
) -> None:
    still = np.zeros(16_000, np.float32)
    refused(
        rehearse("score", write_wav(tmp_path / "still.wav", still, still, rate_hz=16_000)),
        "audio-silent",
    )


def test_mono_where_stereo_is_needed_is_refused_with_the_way_to_give_two_files(
    rehearse: Run, refused: Refused, write_wav: WriteWav, tmp_path: Path
) -> None:
    hum = np.sin(np.arange(16_000) / 10).astype(np.float32) / 2
    ran = rehearse("score", write_wav(tmp_path / "mono.wav", hum, rate_hz=16_000))
    refused(ran, "audio-needs-two-tracks")
    assert "rehearse score REP_FILE BUYER_FILE" in ran.stderr


def test_an_unknown_scenario_names_the_nearest(
    rehearse: Run, refused: Refused, spoken_call: Path
) -> None:
    ran = rehearse("score", spoken_call, "--scenario", "pricing-objektion")
    refused(ran, "scenario-unknown")
    assert 'Did you mean "pricing-objection"?' in ran.stderr


@pytest.mark.parametrize(
    "log",
    ["no json", '{"kind": "answered"}', "[1, 2]", '{"kind": "buyer_said", "at_s": 1, "data": {}}'],
)
def test_events_that_are_none_are_refused(
    rehearse: Run, refused: Refused, spoken_call: Path, tmp_path: Path, log: str
) -> None:
    (tmp_path / "events.jsonl").write_text(log)
    refused(rehearse("score", spoken_call, "--events", "events.jsonl"), "events-not-readable")


def test_more_than_two_files_are_wrong_usage(rehearse: Run, spoken_call: Path) -> None:
    assert rehearse("score", *[spoken_call] * 3).returncode == 2
