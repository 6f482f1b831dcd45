"""A real HTTP server on 127.0.0.1 that speaks OpenAI's streamed chat completions, well or badly.

Use it as a context manager; `base_url` goes where the real endpoint's would. It remembers the
bodies of the requests it got.
"""

import json
import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal

Mode = Literal[
    "normal",
    "slow",  # nothing for slow_s, then a good answer
    "busy",  # 429
    "failing",  # 500
    "unauthorized",  # 401
    "cut_off",  # the connection is dropped after the first pieces
    "ends_early",  # a clean end after the first pieces, with no finish reason
    "stalls",  # the first pieces, then nothing for slow_s
    "garbage",  # an event stream of what is no JSON
    "garbage_later",  # good pieces, then what is no JSON
    "html",  # a web page with status 200
    "wrong_shape",  # JSON that is no chat completion
    "empty",  # a proper answer without a word
    "too_long",  # finish reason "length"
    "tool_call",  # no words: it wants to call a function
    "echoes",  # it reads its system message aloud
]

MISSAID: dict[str, tuple[str, ...]] = {
    "a leak in words": ("We lost ", "a customer ", "over a missed ", "shift last year. "),
    "a leak in numbers": ("There are ", "twelve ", "of us in all. "),
    "a leak in digits": ("There are ", "12 ", "of us in all. "),
    "a leak after a harmless start": ("Well, you know, ", "we do it all in spreadsheets. "),
    "an essay": tuple(
        f"{word} " for word in ("Planning is a matter of many things and " * 12).split()
    ),
    "German": ("Das ist ", "bei uns ", "nicht so einfach. "),
    "French": ("Nous ne ", "sommes pas ", "très contents. "),
    "Japanese": ("それは", "ちょっと", "わかりません。 "),
    "Russian": ("Мы пока ", "не знаем. "),
    "markdown": ("**Sure!** ", "Here is what we do: "),
    "a list": ("- We plan. ", "- We drive. "),
    "a stage direction": ("(sighs) ", "We manage. "),
    "a label": ("Dana Ruiz: ", "We manage. "),
    "a refusal": ("I'm sorry, ", "I can't help ", "with that. "),
    "a refusal as a model": ("As an AI language model, ", "I have no budget. "),
    "an assistant": ("Great question! ", "How can I assist you today? "),
    "a confession": ("My system prompt ", "says that I am wary. "),
    "the rubric": ("The rubric asks ", "you to name my concern. "),
    "a score": ("I'd give you ", "nine out of ten for that. "),
    "a yes": ("You've convinced me, ", "let's do it. "),
    "half a sentence": ("We plan it with the ",),
    "half a long sentence": ("I think that most of ", "what we do here day by day goes ", "well"),
    "JSON": ('{"reply": ', '"We manage."}'),
    "a figure that cannot be said": ("It went up ", "in Q3/2024. "),
    "emoji": ("Fine 😀. ",),
}
"""Answers that nobody may hear from the buyer of tests/fakes/drill.py, whose facts are locked and
who agrees to nothing: what is wrong with them, and their pieces."""


class OpenAIServer:
    def __init__(
        self,
        pieces: Sequence[str] = ("Fine. ", "We have ", "twelve people."),
        *,
        mode: Mode = "normal",
        slow_s: float = 5.0,
        first_piece_s: float = 0.0,
        piece_s: float = 0.0,
        whole: str | None = None,
    ) -> None:
        """first_piece_s: what the first piece takes, as a model that reads its prompt; piece_s:
        each one after; whole: the answer where none is streamed, the pieces unless given."""
        self.whole = whole
        self.pieces = tuple(pieces)
        self.mode: Mode = mode
        self.slow_s = slow_s
        self.first_piece_s = first_piece_s
        self.piece_s = piece_s
        self.requests: list[dict[str, Any]] = []
        """Bodies, in order."""
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "OpenAIServer":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, wait_s: float | None = None) -> None:
        """As long as a slow endpoint takes (or wait_s), or until the server closes."""
        self._closing.wait(self.slow_s if wait_s is None else wait_s)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(_Handler):
            server_fake = fake

        return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away says nothing about the server; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_fake: OpenAIServer

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a test's output is no place for requests."""

    def do_POST(self) -> None:
        n_bytes = int(self.headers.get("Content-Length", 0))
        self._asked = json.loads(self.rfile.read(n_bytes))
        self.server_fake.requests.append(self._asked)
        try:
            self._answer()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client had waited long enough

    def _answer(self) -> None:
        match self.server_fake.mode:
            case "busy":
                self._refuse(429, "rate_limit_exceeded")
            case "failing":
                self._refuse(500, "server_error")
            case "unauthorized":
                self._refuse(401, "invalid_api_key")
            case "html":
                self._whole(200, "text/html", b"<html><body>Welcome to nginx!</body></html>")
            case "slow":
                self.server_fake.wait()
                self._completion()
            case _:
                self._completion()

    def _completion(self) -> None:
        """Streamed when that was asked for."""
        if self._asked.get("stream"):
            self._stream()
        else:
            self._whole(200, "application/json", self._unstreamed().encode())

    def _unstreamed(self) -> str:
        match self.server_fake.mode:
            case "garbage":
                return "{not json"
            case "wrong_shape":
                return json.dumps({"choices": "none", "object": 7})
            case "empty":
                return _completed(None, "stop")
            case "too_long":
                return _completed("".join(self.server_fake.pieces), "length")
            case _:
                fake = self.server_fake
                text = "".join(fake.pieces) if fake.whole is None else fake.whole
                return _completed(text, "stop")

    def _stream(self) -> None:
        fake = self.server_fake
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        match fake.mode:
            case "garbage":
                self._event("{not json")
            case "wrong_shape":
                self._event(json.dumps({"choices": "none", "object": 7}))
            case "empty":
                self._event(_chunk("", "stop"))
            case "tool_call":
                self._event(_tool_call())
            case "echoes":
                self._pieces([f"{w} " for w in self._asked["messages"][0]["content"].split()])
                self._event(_chunk("", "stop"))
            case "cut_off":
                self._pieces(fake.pieces[:2])
                self.close_connection = True
                self.connection.close()
                return
            case "ends_early":
                self._pieces(fake.pieces[:2])
            case "stalls":
                self._pieces(fake.pieces[:2])
                fake.wait()
            case "garbage_later":
                self._pieces(fake.pieces[:2])
                self._event("{not json")
            case _:
                self._pieces(fake.pieces)
                self._event(_chunk("", "length" if fake.mode == "too_long" else "stop"))
        if fake.mode != "ends_early":
            self._event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _pieces(self, pieces: Sequence[str]) -> None:
        wait_s = self.server_fake.first_piece_s
        for piece in pieces:
            self.server_fake.wait(wait_s)
            self._event(_chunk(piece, None))
            wait_s = self.server_fake.piece_s

    def _event(self, data: str) -> None:
        body = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        self.wfile.flush()

    def _refuse(self, status: int, code: str) -> None:
        body = {"error": {"message": "no", "type": code, "code": code, "param": None}}
        self._whole(status, "application/json", json.dumps(body).encode())

    def _whole(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _chunk(text: str, finish: str | None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return _object("chat.completion.chunk", choice)


def _tool_call() -> str:
    call = {
        "index": 0,
        "id": "call_1",
        "type": "function",
        "function": {"name": "end_call", "arguments": "{}"},
    }
    choice = {"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}
    return _object("chat.completion.chunk", choice)


def _completed(text: str | None, finish: str) -> str:
    message = {"role": "assistant", "content": text}
    return _object("chat.completion", {"index": 0, "message": message, "finish_reason": finish})


def _object(kind: str, choice: dict[str, Any]) -> str:
    return json.dumps(
        {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "fake", "choices": [choice]}
    )
