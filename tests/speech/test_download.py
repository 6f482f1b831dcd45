"""Models fetched from a hub that works, breaks off, lies, hangs."""

import hashlib
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from speech.clip import Clip
from speech.download import Progress, download
from speech.fault import SpeechFault
from speech.models import PIPER_VOICES, WHISPER_MODELS, folder_of, installed, path_of, verify
from speech.whisper import WhisperTranscriber
from tests.fakes.model_hub import Hub, model_hub

VOICE = PIPER_VOICES["en_US-amy-medium"]
PATH = "rhasspy/piper-voices/en/en_US/amy/medium/en_US-amy-medium.onnx"
WEIGHTS = np.random.default_rng(0).bytes(300_000)
FILES = {PATH: WEIGHTS, f"{PATH}.json": b'{"audio": {}}'}
PART = f"en_US-amy-medium.onnx.{hashlib.sha256(WEIGHTS).hexdigest()[:16]}.part"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with model_hub(dict(FILES)) as served:
        yield served


def fault_of(hub: Hub | str, folder: Path, connect_timeout_s: float = 2.0) -> SpeechFault:
    address = hub if isinstance(hub, str) else hub.address
    with pytest.raises(SpeechFault) as caught:
        download(VOICE, folder, address, connect_timeout_s=connect_timeout_s)
    return caught.value


def test_a_model_arrives_whole_with_its_progress_and_checksums(hub: Hub, tmp_path: Path) -> None:
    seen: list[Progress] = []
    download(VOICE, tmp_path, hub.address, seen.append)
    assert path_of(VOICE, tmp_path).read_bytes() == WEIGHTS
    assert installed(VOICE, tmp_path)
    assert verify(VOICE, tmp_path) == ()
    assert not list(tmp_path.rglob("*.part"))
    done = [progress.n_bytes for progress in seen]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == seen[-1].n_bytes_total == sum(map(len, FILES.values()))


def test_a_downloaded_whisper_model_is_heard_with(tiny_whisper: Path, tmp_path: Path) -> None:
    model = WHISPER_MODELS["tiny.en"]
    files = {f"{model.repo}/{path.name}": path.read_bytes() for path in tiny_whisper.iterdir()}
    with model_hub(files) as hub:
        download(model, tmp_path, hub.address)
    assert installed(model, tmp_path)
    transcriber = WhisperTranscriber(path_of(model, tmp_path), model.name)
    assert transcriber.transcribe(Clip(np.zeros(16_000, np.float32), 16_000)) == ()


def test_a_second_download_fetches_nothing(hub: Hub, tmp_path: Path) -> None:
    download(VOICE, tmp_path, hub.address)
    hub.asked.clear()
    download(VOICE, tmp_path, hub.address)
    assert {method for method, _, _ in hub.asked} == {"HEAD"}


def test_a_damaged_file_is_fetched_again(hub: Hub, tmp_path: Path) -> None:
    download(VOICE, tmp_path, hub.address)
    path_of(VOICE, tmp_path).write_bytes(b"x" + WEIGHTS[1:])
    assert verify(VOICE, tmp_path) == ("en_US-amy-medium.onnx",)
    download(VOICE, tmp_path, hub.address)
    assert verify(VOICE, tmp_path) == ()


def test_a_line_that_breaks_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.cut_after = [10**9, 100_000, 50_000]
    download(VOICE, tmp_path, hub.address)
    assert verify(VOICE, tmp_path) == ()
    assert hub.n_bytes_sent == sum(map(len, FILES.values()))
    ranges = [asked for method, _, asked in hub.asked if method == "GET" and asked]
    assert "bytes=100000-" in ranges
    assert "bytes=150000-" in ranges


def test_a_line_that_gives_nothing_is_given_up_and_resumed_later(hub: Hub, tmp_path: Path) -> None:
    hub.cut_after = [10**9, 120_000, 0, 0, 0]
    fault = fault_of(hub, tmp_path)
    assert (fault.code, fault.retry) == ("download-broken-off", True)
    assert not installed(VOICE, tmp_path)
    sent = hub.n_bytes_sent
    seen: list[Progress] = []
    download(VOICE, tmp_path, hub.address, seen.append)
    assert hub.n_bytes_sent - sent == len(WEIGHTS) - 120_000
    assert seen[0].n_bytes >= 120_000
    assert verify(VOICE, tmp_path) == ()


def test_a_stop_by_the_caller_keeps_what_came(hub: Hub, tmp_path: Path) -> None:
    def stop_half_way(progress: Progress) -> None:
        if progress.n_bytes > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(VOICE, tmp_path, hub.address, stop_half_way)
    assert (folder_of(VOICE, tmp_path) / PART).stat().st_size > 0
    download(VOICE, tmp_path, hub.address)
    assert verify(VOICE, tmp_path) == ()


def test_a_hub_without_ranges_begins_again(hub: Hub, tmp_path: Path) -> None:
    hub.behaviour = "no_ranges"
    hub.cut_after = [10**9, 100_000]
    download(VOICE, tmp_path, hub.address)
    assert verify(VOICE, tmp_path) == ()


def test_a_part_of_an_older_file_is_not_mixed_in(hub: Hub, tmp_path: Path) -> None:
    own = folder_of(VOICE, tmp_path)
    own.mkdir(parents=True)
    (own / "en_US-amy-medium.onnx.0123456789abcdef.part").write_bytes(b"old" * 100)
    download(VOICE, tmp_path, hub.address)
    assert verify(VOICE, tmp_path) == ()
    assert not list(own.glob("*.part"))


def test_wrong_bytes_are_thrown_away(hub: Hub, tmp_path: Path) -> None:
    hub.behaviour = "wrong_bytes"
    assert fault_of(hub, tmp_path).code == "model-checksum-mismatch"
    assert not list(folder_of(VOICE, tmp_path).iterdir())


def test_a_hub_that_does_not_answer_costs_the_connect_timeout(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        started = time.perf_counter()
        fault = fault_of(f"http://127.0.0.1:{deaf.getsockname()[1]}", tmp_path, 0.3)
        assert time.perf_counter() - started < 0.8
    assert (fault.code, fault.retry) == ("hub-unreachable", True)


def test_a_hub_that_is_not_there_is_a_fault_at_once(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert fault_of(address, tmp_path).code == "hub-unreachable"
    assert fault_of("http://hub.invalid", tmp_path).code == "hub-unreachable"


@pytest.mark.parametrize("address", ["", "hub", "ftp://hub.example", "http://", "http://:80"])
def test_an_address_that_is_none_is_a_fault(tmp_path: Path, address: str) -> None:
    assert fault_of(address, tmp_path).code == "hub-address-wrong"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("not_found", "model-not-on-hub"),
        ("busy", "hub-refused"),
        ("no_checksums", "model-checksum-missing"),
    ],
)
def test_a_hub_that_refuses_is_a_fault(hub: Hub, tmp_path: Path, behaviour: str, code: str) -> None:
    hub.behaviour = behaviour  # type: ignore[assignment]
    assert fault_of(hub, tmp_path).code == code
    assert not folder_of(VOICE, tmp_path).exists()


def test_a_disk_without_room_is_a_fault_before_the_first_byte(hub: Hub, tmp_path: Path) -> None:
    hub.told_bytes = shutil.disk_usage(tmp_path).free * 2
    fault = fault_of(hub, tmp_path)
    assert fault.code == "disk-full"
    assert not [method for method, _, _ in hub.asked if method == "GET"]


def test_a_disk_that_fills_up_is_a_fault(hub: Hub, tmp_path: Path) -> None:
    own = folder_of(VOICE, tmp_path)
    own.mkdir(parents=True)
    # /dev/full takes no byte, as a full disk does.
    (own / PART).symlink_to("/dev/full")
    assert fault_of(hub, tmp_path).code == "disk-full"


def test_a_folder_that_cannot_be_made_is_a_fault(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder should be")
    assert fault_of(hub, tmp_path / "models").code == "models-not-writable"
