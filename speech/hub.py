"""What the model hub says of a file. Hugging Face's protocol, which its mirrors speak too."""

import re
import threading
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import httpx

from speech.fault import SpeechFault
from speech.models import Checksum, Model

_MAX_REDIRECTS = 5
_READ_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class RemoteFile:
    name: str
    """Without folders."""
    url: str
    """Before redirects: where they lead is good for a short time only."""
    checksum: Checksum


def client(connect_timeout_s: float) -> httpx.Client:
    timeout = httpx.Timeout(_READ_TIMEOUT_S, connect=connect_timeout_s)
    # Compressed bytes could neither be resumed nor counted.
    headers = {"Accept-Encoding": "identity", "User-Agent": "rehearse"}
    return httpx.Client(timeout=timeout, headers=headers)


def reach(hub: str, connect_timeout_s: float) -> None:
    """Returns when the hub answers anything. Raises SpeechFault "hub-address-wrong",
    "hub-unreachable" after connect_timeout_s at the latest.

    In a thread, since looking up a name takes what time it likes and cannot be timed out.
    """
    if _host(hub) is None:
        raise SpeechFault(
            "hub-address-wrong",
            "An address such as https://huggingface.co was expected as models.hub.",
            "Correct it in the settings.",
        )
    answered = threading.Event()
    asking = threading.Thread(
        target=_ask, args=(hub, connect_timeout_s, answered), name="reach-hub", daemon=True
    )
    asking.start()
    asking.join(connect_timeout_s)
    if not answered.is_set():
        raise unreachable(hub)


def _host(hub: str) -> str | None:
    """None when it is no web address."""
    try:
        url = httpx.URL(hub)
    except httpx.InvalidURL:
        return None
    return url.host if url.scheme in {"http", "https"} and url.host else None


def _ask(hub: str, connect_timeout_s: float, answered: threading.Event) -> None:
    try:
        with client(connect_timeout_s) as http:
            http.head(hub)
        answered.set()
    except httpx.HTTPError:
        return  # what is not set says it


def remote_files(model: Model, hub: str, http: httpx.Client) -> list[RemoteFile]:
    """One of each group, in the model's order. Raises SpeechFault "hub-unreachable",
    "hub-refused", "model-not-on-hub", "model-checksum-missing"."""
    files = []
    for group in model.files:
        asked = (_remote_file(model, path, hub, http) for path in group)
        found = next((file for file in asked if file), None)
        if found is None:
            raise SpeechFault(
                "model-not-on-hub",
                f"The hub was expected to have {model.name}, but a file of it is not there.",
                "Check models.hub in the settings, or choose another model.",
            )
        files.append(found)
    return files


def _remote_file(model: Model, path: str, hub: str, http: httpx.Client) -> RemoteFile | None:
    """None when the hub has no such file."""
    url = f"{hub.rstrip('/')}/{model.repo}/resolve/{quote(model.revision, safe='')}/{path}"
    at = url
    for _ in range(_MAX_REDIRECTS):
        try:
            answer = http.head(at)
        except httpx.HTTPError as error:
            raise unreachable(hub) from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code >= 400:
            raise refused(answer.status_code)
        if checksum := _checksum(answer):
            return RemoteFile(path.rpartition("/")[2], url, checksum)
        if not answer.has_redirect_location:
            break
        at = urljoin(at, answer.headers["Location"])
    raise SpeechFault(
        "model-checksum-missing",
        "The hub was expected to tell a checksum and a size of each file, but did not.",
        "Check models.hub in the settings: the mirror must pass on the hub's own headers.",
    )


def _checksum(answer: httpx.Response) -> Checksum | None:
    """X-Linked-Etag is the SHA-256 of a large file, and stands in the answer that redirects; the
    ETag of a small one is git's SHA-1 of it."""
    headers = answer.headers
    linked = "X-Linked-Etag" in headers
    if not linked and answer.has_redirect_location:
        return None
    tag = headers.get("X-Linked-Etag") or headers.get("ETag", "")
    digest = tag.removeprefix("W/").strip('"').lower()
    size = headers.get("X-Linked-Size") or headers.get("Content-Length", "")
    if not size.isdecimal():
        return None
    if re.fullmatch("[0-9a-f]{64}", digest):
        return Checksum(int(size), "sha256", digest)
    if re.fullmatch("[0-9a-f]{40}", digest):
        return Checksum(int(size), "git-sha1", digest)
    return None


def unreachable(hub: str) -> SpeechFault:
    return SpeechFault(
        "hub-unreachable",
        f"The model hub {_host(hub)} was expected to answer, but cannot be reached.",
        "Check the network, or point models.hub at a mirror; calls go on with the engines at hand.",
        retry=True,
    )


def refused(status: int) -> SpeechFault:
    return SpeechFault(
        "hub-refused",
        f"The model hub was expected to hand over a file, but answered {status}.",
        "Try again later." if status in {408, 425, 429} or status >= 500 else "Check models.hub.",
        retry=status in {408, 425, 429} or status >= 500,
    )
