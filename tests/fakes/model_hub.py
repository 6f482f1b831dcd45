"""A model hub on 127.0.0.1 that speaks Hugging Face's protocol, well or badly."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Behaviour = Literal["well", "no_ranges", "no_checksums", "not_found", "busy", "wrong_bytes"]
LARGE_BYTES = 10_000
"""From here on a file is kept in large-file storage: redirected, told by its SHA-256."""


@dataclass
class Hub:
    """Files by "owner/name/path"; remembers what it was asked for."""

    files: dict[str, bytes]
    address: str = ""
    behaviour: Behaviour = "well"
    cut_after: list[int] = field(default_factory=list)
    """The next answers with content break off after so many bytes, one entry each."""
    told_bytes: int | None = None
    """A size to tell in place of the true one."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, name of the file, Range header or ""."""
    n_bytes_sent: int = 0


def blob_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_HEAD(self) -> None:
        self._answer(with_content=False)

    def do_GET(self) -> None:
        self._answer(with_content=True)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet."""

    def _answer(self, *, with_content: bool) -> None:
        match = re.fullmatch(r"/(cdn/)?([^/]+/[^/]+)/resolve/main/(.+)", self.path)
        if match is None:
            self._bare(200 if self.path == "/" else 404)
            return
        key = f"{match[2]}/{match[3]}"
        content = self.hub.files.get(key)
        self.hub.asked.append((self.command, key.rpartition("/")[2], self.headers.get("Range", "")))
        if self.hub.behaviour == "busy":
            self._bare(503)
        elif content is None or self.hub.behaviour == "not_found":
            self._bare(404)
        elif len(content) >= LARGE_BYTES and not match[1]:
            self._redirect(content)
        else:
            self._content(content, with_content=with_content, linked=bool(match[1]))

    def _bare(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _redirect(self, content: bytes) -> None:
        self.send_response(302)
        self.send_header("Location", f"/cdn{self.path}")
        if self.hub.behaviour != "no_checksums":
            self.send_header("X-Linked-Etag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Linked-Size", str(self.hub.told_bytes or len(content)))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _content(self, content: bytes, *, with_content: bool, linked: bool) -> None:
        first = self._first_byte()
        body = content[first:]
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        if linked or self.hub.behaviour == "no_checksums":
            self.send_header("ETag", '"of-the-cdn-7"')
        else:
            self.send_header("ETag", f'W/"{blob_sha1(content)}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_content:
            if self.hub.behaviour == "wrong_bytes":
                body = bytes(len(body))
            if self.hub.cut_after:
                body = body[: self.hub.cut_after.pop(0)]
            self.hub.n_bytes_sent += len(body)
            self.wfile.write(body)

    def _first_byte(self) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(match[1]) if match and self.hub.behaviour != "no_ranges" else 0


@contextmanager
def model_hub(files: dict[str, bytes]) -> Iterator[Hub]:
    hub = Hub(files)
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
