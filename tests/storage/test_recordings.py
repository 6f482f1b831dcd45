import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.fault import Fault
from storage.disk import free_bytes
from storage.recordings import EventLog, Recordings

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
json_events = st.lists(st.dictionaries(st.text(), json_values, max_size=4), max_size=6)


def test_a_call_has_a_folder_that_is_closed_to_others(recordings: Recordings) -> None:
    folder = recordings.folder_of("ab12")
    assert recordings.folder_of("ab12") == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert recordings.recording_path("ab12") == folder / "call.ogg"
    assert recordings.events_path("ab12") == folder / "events.jsonl"


def test_asking_for_a_path_makes_nothing(recordings: Recordings) -> None:
    assert not recordings.recording_path("ab12").parent.exists()
    assert not recordings.has_recording("ab12")
    assert recordings.read_events("ab12") == []


@pytest.mark.parametrize("typed", ["..", "../ab", "/etc", "", "AB", "ab\x00"])
def test_no_id_leads_out_of_the_folder(recordings: Recordings, typed: str) -> None:
    for ask in (recordings.folder_of, recordings.recording_path, recordings.read_events):
        with pytest.raises(Fault) as fault:
            ask(typed)
        assert fault.value.code == "call-id-not-valid"


def test_a_place_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "calls").touch()
    with pytest.raises(Fault) as fault:
        Recordings(tmp_path / "calls").folder_of("ab12")
    assert fault.value.code == "recording-not-writable"


@settings(max_examples=40)
@given(json_events)
def test_events_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, object]]
) -> None:
    recordings = Recordings(tmp_path_factory.mktemp("calls"))
    with recordings.open_events("ab") as log:
        for event in events:
            log.append(event)
    assert recordings.read_events("ab") == events


def test_an_event_is_in_the_file_before_append_returns(recordings: Recordings) -> None:
    with recordings.open_events("ab") as log:
        for n in range(3):
            log.append({"kind": "state", "n": n})
            assert len(recordings.read_events("ab")) == n + 1


@settings(max_examples=40)
@given(events=json_events, data=st.data())
def test_of_a_log_cut_anywhere_every_whole_line_is_read(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, object]], data: st.DataObject
) -> None:
    recordings = Recordings(tmp_path_factory.mktemp("calls"))
    with recordings.open_events("ab") as log:
        for event in events:
            log.append(event)
    path = recordings.events_path("ab")
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    n_whole = whole[:cut].count(b"\n")
    # Only the line break of the last line may be what was lost.
    assert recordings.read_events("ab") in (events[:n_whole], events[: n_whole + 1])
    with recordings.open_events("ab") as log:
        log.append({"after": "the cut"})
    assert recordings.read_events("ab") == [*events[:n_whole], {"after": "the cut"}]


def test_a_log_that_ends_in_what_a_power_cut_left_is_read_up_to_there(
    recordings: Recordings,
) -> None:
    path = recordings.folder_of("ab") / "events.jsonl"
    path.write_bytes(b'{"n":1}\n' + b"\x00" * 4096)
    assert recordings.read_events("ab") == [{"n": 1}]


def test_a_broken_line_in_the_middle_is_a_fault_without_a_word_of_it(
    recordings: Recordings,
) -> None:
    path = recordings.folder_of("ab") / "events.jsonl"
    path.write_bytes(b'{"n":1}\n{"said": "hello\n{"n":3}\n')
    with pytest.raises(Fault) as fault:
        recordings.read_events("ab")
    assert fault.value.code == "events-not-readable"
    assert "hello" not in str(fault.value)


def test_a_very_long_torn_line_is_found_and_cut_off(recordings: Recordings) -> None:
    path = recordings.folder_of("ab") / "events.jsonl"
    path.write_bytes(b'{"n":1}\n{"long": "' + b"x" * 300_000)
    with recordings.open_events("ab") as log:
        log.append({"n": 2})
    assert recordings.read_events("ab") == [{"n": 1}, {"n": 2}]


def test_what_is_no_json_leaves_the_log_as_it_was(recordings: Recordings) -> None:
    with recordings.open_events("ab") as log:
        log.append({"n": 1})
        with pytest.raises(ValueError, match="JSON"):
            log.append({"n": float("nan")})
        log.append({"n": 2})
    assert recordings.read_events("ab") == [{"n": 1}, {"n": 2}]


def test_closing_a_log_twice_does_nothing(recordings: Recordings) -> None:
    log = EventLog(recordings.folder_of("ab") / "events.jsonl")
    log.close()
    log.close()


def test_a_recording_is_adopted_whole_and_replaces_the_one_before(
    recordings: Recordings, tmp_path: Path
) -> None:
    for sound in (b"OggS" * 1000, b"OggS again"):
        source = tmp_path / "made elsewhere.ogg"
        source.write_bytes(sound)
        adopted = recordings.adopt("ab", source)
        assert adopted == recordings.recording_path("ab")
        assert adopted.read_bytes() == sound
        assert adopted.stat().st_mode & 0o777 == 0o600
    assert recordings.has_recording("ab")
    assert [file.name for file in adopted.parent.iterdir()] == ["call.ogg"]


def test_adopting_what_is_there_already_keeps_it(recordings: Recordings) -> None:
    path = recordings.folder_of("ab") / "call.ogg"
    path.write_bytes(b"OggS")
    assert recordings.adopt("ab", path).read_bytes() == b"OggS"


def test_what_a_killed_copy_left_does_not_disturb_the_next(
    recordings: Recordings, tmp_path: Path
) -> None:
    (recordings.folder_of("ab") / "call.ogg.part").write_bytes(b"half a recor")
    assert not recordings.has_recording("ab")
    (tmp_path / "source.ogg").write_bytes(b"OggS")
    assert recordings.adopt("ab", tmp_path / "source.ogg").read_bytes() == b"OggS"


def test_adopting_nothing_is_a_fault(recordings: Recordings, tmp_path: Path) -> None:
    with pytest.raises(Fault) as fault:
        recordings.adopt("ab", tmp_path / "nothing.ogg")
    assert fault.value.code == "recording-not-there"
    assert not recordings.recording_path("ab").parent.exists()


def test_room_is_asked_for_before_a_call(recordings: Recordings) -> None:
    free = recordings.free_bytes()
    assert free > 0
    recordings.require_space(0)
    with pytest.raises(Fault) as fault:
        recordings.require_space(free * 2 + 10**9)
    assert (fault.value.code, fault.value.retry) == ("disk-full", True)
    assert "MiB" in fault.value.said


def test_free_bytes_are_known_before_the_folder_is_there(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") > 0
    assert free_bytes(Path("not-there-yet")) > 0


def test_a_line_of_the_log_is_json_that_a_person_can_read(recordings: Recordings) -> None:
    with recordings.open_events("ab") as log:
        log.append({"text": "Grüß Gott\n"})
    line = recordings.events_path("ab").read_text()
    assert line == '{"text":"Grüß Gott\\n"}\n'
    assert json.loads(line) == {"text": "Grüß Gott\n"}


def test_a_call_that_is_written_to_is_held_until_its_log_closes(recordings: Recordings) -> None:
    call_id = "ab12"
    assert not recordings.is_held(call_id)
    with recordings.open_events(call_id):
        assert recordings.is_held(call_id)
        with pytest.raises(Fault) as caught:
            recordings.open_events(call_id)
        assert caught.value.code == "call-held-elsewhere"
    assert not recordings.is_held(call_id)
    recordings.open_events(call_id).close()
