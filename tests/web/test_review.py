"""What the review of a call says and gives, in each state of the call."""

import io
import wave
from dataclasses import asdict
from typing import Any

import pytest

SAM, ALEX = "sam-rivera", "alex-morgan"


def read(site: Any, call_id: str, who: str = SAM) -> str:
    with site.visit(who) as client:
        answer = client.get(f"/calls/{call_id}")
    assert answer.status_code == 200
    text: str = answer.text
    return text


def test_a_review_says_what_to_keep_and_to_fix_and_where(site: Any) -> None:
    page = read(site, site.office.scored_call())
    assert "You named the concern and asked what was set aside." in page
    assert 'data-at="34.2" data-until="46.0">Play 12 s' in page


def test_a_figure_comes_with_its_interval_or_with_the_reason_why_not(site: Any) -> None:
    page = read(site, site.office.scored_call())
    assert '<strong class="number">151</strong> words/min' in page
    assert "138 to 165" in page
    assert "Needs 2 min of rep speech, and there were 72 s." in page
    assert "second-hand" in page


def test_each_objection_shows_gap_first_move_and_checks_in_words(site: Any) -> None:
    page = read(site, site.office.scored_call())
    assert 'First word after <strong class="number">0.7 s</strong>' in page
    assert '<strong class="number">0.3 s</strong> before it ended' in page
    assert "No answer came." in page
    assert "argued against it" in page
    for name in ("Listen", "Acknowledge", "Explore", "Respond", "Confirm"):
        assert page.count(f'title="{name}: ') == 3
    assert "A reason for explore that a rep understands." in page


def test_each_word_can_be_played(site: Any) -> None:
    page = read(site, site.office.scored_call())
    assert (
        '<button type="button" class="word" data-at="3.54" data-end="3.84" tabindex="-1">' in page
    )
    # The buyer's words have no times of their own, so the whole reply is played.
    assert 'class="word whole" data-at="9.4"' in page


def test_rough_engines_and_what_is_provisional_are_said(site: Any, card: Any) -> None:
    office = site.office
    call_id = office.score(office.end(office.call("first")), card(provisional=True))
    page = read(site, call_id)
    assert "provisional, from the live words" in page
    assert "rough engine" in page
    assert "pocketsphinx en-us" in page


def test_a_manager_reads_the_reps_name_where_the_rep_reads_you(site: Any) -> None:
    call_id = site.office.scored_call()
    own, other = read(site, call_id), read(site, call_id, ALEX)
    assert "<strong>You</strong>" in own
    assert "<strong>Sam Rivera</strong>" in other
    assert "You above" not in other


def test_a_call_that_goes_on_leads_back_to_it_for_its_rep_alone(site: Any) -> None:
    call_id = site.office.call("live")
    assert "Go to the call" in read(site, call_id)
    assert "Go to the call" not in read(site, call_id, ALEX)


def test_before_the_scorecard_the_page_says_scoring_and_what_is_kept(site: Any) -> None:
    page = read(site, site.office.end(site.office.call("ended")))
    assert "Scoring…" in page
    assert "The recording is kept" in page
    assert 'data-settled="false"' in page


@pytest.mark.parametrize(
    ("code", "sound", "said"),
    [
        ("audio-silent", True, "Nothing could be heard on the recording."),
        ("disk-full", False, "No sound was kept."),
        ("something-new", True, "The call could not be scored."),
    ],
)
def test_a_failed_call_says_what_happened_what_was_kept_and_what_to_do(
    site: Any, code: str, sound: bool, said: str
) -> None:
    office = site.office
    call_id = office.end(office.call("failed"), sound=sound)
    office.context.calls.set_state(call_id, "failed", code)
    page = read(site, call_id)
    assert said in page
    assert code in page
    assert ("is kept and can be played below" in page) == sound
    assert "Back to the briefing" in page


def test_the_status_changes_its_stamp_with_every_step(site: Any, card: Any) -> None:
    office = site.office
    call_id = office.call("steps")
    seen = []
    with site.visit(SAM) as client:

        def ask() -> None:
            seen.append(client.get(f"/calls/{call_id}/status.json").json())

        ask()
        office.end(call_id)
        ask()
        office.score(call_id, card(provisional=True))
        ask()
        office.score(call_id)
        ask()
    assert [one["state"] for one in seen] == ["live", "recorded", "recorded", "scored"]
    assert [one["settled"] for one in seen] == [False, False, False, True]
    assert len({one["stamp"] for one in seen}) == 4


def test_scorecard_and_transcript_are_given_as_they_are_stored(site: Any) -> None:
    call_id = site.office.scored_call()
    calls = site.office.context.calls
    with site.visit(SAM) as client:
        card = client.get(f"/calls/{call_id}/scorecard.json").json()
        transcript = client.get(f"/calls/{call_id}/transcript.json").json()
    assert card == as_json(asdict(calls.scorecard(call_id)))
    assert transcript == as_json(asdict(calls.transcript(call_id)))


def test_what_is_not_there_yet_is_a_404_with_a_code(site: Any) -> None:
    call_id = site.office.call("live")
    with site.visit(SAM) as client:
        for name in ("scorecard.json", "transcript.json", "peaks.json"):
            answer = client.get(f"/calls/{call_id}/{name}")
            assert answer.status_code == 404
            assert answer.json()["code"] == "not-there"
        assert client.get(f"/calls/{call_id}/recording").status_code == 404


def test_a_part_of_the_recording_can_be_asked_for(site: Any) -> None:
    call_id = site.office.scored_call()
    whole = site.office.context.recordings.recording_path(call_id).read_bytes()
    with site.visit(SAM) as client:
        all_of_it = client.get(f"/calls/{call_id}/recording")
        part = client.get(f"/calls/{call_id}/recording", headers={"range": "bytes=1000-1999"})
        beyond = client.get(f"/calls/{call_id}/recording", headers={"range": "bytes=99999999-"})
    assert all_of_it.content == whole
    assert all_of_it.headers["content-type"] == "audio/ogg"
    assert all_of_it.headers["accept-ranges"] == "bytes"
    assert part.status_code == 206
    assert part.content == whole[1000:2000]
    assert beyond.status_code == 416


def test_browsers_without_ogg_get_the_same_sound_as_wav(site: Any) -> None:
    call_id = site.office.scored_call()
    with site.visit(SAM) as client:
        first = client.get(f"/calls/{call_id}/recording.wav")
        part = client.get(f"/calls/{call_id}/recording.wav", headers={"range": "bytes=0-43"})
    with wave.open(io.BytesIO(first.content)) as sound:
        assert sound.getnchannels() == 2
        assert abs(sound.getnframes() / sound.getframerate() - 96.0) < 0.1
    assert part.content == first.content[:44]
    folder = site.office.context.recordings.recording_path(call_id).parent
    assert {file.name for file in folder.iterdir()} == {"call.ogg", "call.wav"}


def test_the_outline_is_loud_where_each_side_speaks(site: Any) -> None:
    call_id = site.office.scored_call()
    with site.visit(SAM) as client:
        outline = client.get(f"/calls/{call_id}/peaks.json").json()
    assert abs(outline["duration_s"] - 96.0) < 0.1
    assert len(outline["rep"]) == len(outline["buyer"])

    def loud(side: str, at_s: float) -> bool:
        level: float = outline[side][int(at_s / outline["duration_s"] * len(outline[side]))]
        return level > 0.1

    assert loud("rep", 4.0)
    assert not loud("buyer", 4.0)
    assert loud("buyer", 10.0)
    assert not loud("rep", 10.0)


def test_a_broken_recording_is_said_with_a_code(site: Any) -> None:
    call_id = site.office.scored_call()
    site.office.context.recordings.recording_path(call_id).write_bytes(b"not sound at all" * 50)
    with site.visit(SAM) as client:
        answer = client.get(f"/calls/{call_id}/peaks.json")
        page = client.get(f"/calls/{call_id}")
    assert answer.status_code == 500
    assert answer.json()["code"] == "audio-not-decodable"
    assert page.status_code == 200


def as_json(value: Any) -> Any:
    """Tuples as the lists that JSON has."""
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, tuple | list) else value
