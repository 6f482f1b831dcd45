"""`rehearse serve`: it says where it is when it is there, and ends well."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from configs.fault import Fault
from storage.calls import Calls
from storage.database import Database
from web.commands.server import AT_ONCE, address_of, listen

Run = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[[subprocess.CompletedProcess[str], str], None]
REHEARSE = Path(sys.executable).parent / "rehearse"
START_S = 60.0
"""On a busy machine; two seconds or so on an idle one."""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_told_with_the_command_that_works(
    rehearse: Run, refused: Refused, taken_port: int
) -> None:
    ran = rehearse("serve", "--port", taken_port)
    refused(ran, "port-in-use")
    other = re.search(r"rehearse serve --port (\d+)", ran.stderr)
    assert other is not None
    with listen("127.0.0.1", int(other[1])):
        pass


def test_the_sample_organisation_is_served_on_this_machine_only(
    rehearse: Run, refused: Refused
) -> None:
    refused(rehearse("serve", "--host", "0.0.0.0"), "sample-not-on-loopback")


def test_an_address_of_another_machine_is_refused(rehearse: Run, refused: Refused) -> None:
    ran = rehearse("serve", "--host", "192.0.2.1", REHEARSE_SAMPLE_ORGANISATION="no")
    refused(ran, "host-not-here")


def test_a_port_that_is_none_is_refused(rehearse: Run, refused: Refused) -> None:
    refused(rehearse("serve", "--port", 70_000), "setting-not-valid")


def test_a_name_that_nobody_has_is_no_address_of_this_machine() -> None:
    with pytest.raises(Fault) as told:
        listen("no.such.host.invalid", 0)
    assert told.value.code == "host-not-here"


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")]
)
def test_the_address_can_be_opened_in_a_browser(host: str, shown: str) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        assert address_of(sock, host) == f"http://{shown}:{sock.getsockname()[1]}"


@contextmanager
def serving(env: dict[str, str], at: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on a free port, and its address."""
    process = subprocess.Popen(
        [REHEARSE, "serve", "--port", "0"],
        cwd=at,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines: Queue[str] = Queue()
    threading.Thread(
        target=lambda: [lines.put(x) for x in process.stdout or ()], daemon=True
    ).start()
    try:
        said = lines.get(timeout=START_S)
        yield process, said.split()[3]
    except Empty:
        process.kill()
        pytest.fail(f"no address within {START_S:g} s: {process.communicate()[1]}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_the_first_page_and_ends_well_when_told(
    env: dict[str, str], tmp_path: Path, told: signal.Signals
) -> None:
    with serving(env, tmp_path) as (process, address):
        with urllib.request.urlopen(address, timeout=30) as page:
            assert page.status == 200
            assert b"<html" in page.read()
        process.send_signal(told)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert (Path(env["REHEARSE_DATA_FOLDER"]) / "rehearse.db").is_file()


def call_begun(address: str) -> tuple[str, str]:
    """The sample rep signs in and starts a call: its id, and the cookie header of the rep."""
    with httpx.Client(base_url=address, headers={"origin": address}, timeout=30) as rep:
        assert rep.post("/sign-in", data={"person": "sam-rivera"}).status_code == 303
        begun = rep.post("/calls", data={"scenario": "pricing-objection"})
        assert begun.status_code == 303
        cookies = "; ".join(f"{name}={value}" for name, value in rep.cookies.items())
        return begun.headers["location"].split("/")[2], cookies


@pytest.mark.slow
def test_a_live_call_is_ended_kept_and_scored_when_the_server_is_told_to_stop(
    env: dict[str, str], tmp_path: Path
) -> None:
    with serving(env, tmp_path) as (process, address):
        call_id, cookies = call_begun(address)
        line = connect(
            f"{address.replace('http', 'ws')}/calls/{call_id}/line",
            origin=Origin(address),
            additional_headers={"cookie": cookies},
        )
        with line:
            line.send(json.dumps({"type": "hello", "rate_hz": 48_000}))
            while "answered" not in str(line.recv(timeout=START_S)):
                pass
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=START_S)
    assert process.returncode == 0
    assert "Traceback" not in err
    database = Database.open(Path(env["REHEARSE_DATA_FOLDER"]) / "rehearse.db")
    kept, card = Calls(database).get(call_id), Calls(database).scorecard(call_id)
    database.close()
    assert kept is not None
    assert kept.ended_reason == "stopped"
    assert kept.has_recording
    assert card is not None


@pytest.mark.slow
def test_a_second_ctrl_c_quits_at_once(env: dict[str, str], tmp_path: Path) -> None:
    with serving(env, tmp_path) as (process, address):
        host = address.removeprefix("http://")
        held = socket.create_connection(("127.0.0.1", int(host.rsplit(":", 1)[1])))
        # a request whose body never comes keeps an orderly stop waiting; the server asks for the
        # body once the page has begun to read it, and not before
        held.sendall(
            f"POST /sign-in HTTP/1.1\r\nhost: {host}\r\norigin: {address}\r\n"
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n"
            "expect: 100-continue\r\n\r\n".encode()
        )
        held.settimeout(START_S)
        assert held.recv(100).startswith(b"HTTP/1.1 100")
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "Ctrl-C again" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=START_S) == AT_ONCE
        held.close()


@pytest.mark.slow
def test_a_data_folder_that_cannot_be_made_is_told_before_anything_is_served(
    rehearse: Run, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = rehearse("serve", "--port", 0, REHEARSE_DATA_FOLDER=str(tmp_path / "file" / "data"))
    refused(ran, "database-not-writable")
