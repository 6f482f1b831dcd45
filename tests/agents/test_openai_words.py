import socket
import time

import pytest

from agents.openai_words import OpenAIWords, WordsFault
from agents.prompt import Message
from tests.fakes.openai_server import Mode, OpenAIServer

MESSAGES: list[Message] = [
    {"role": "system", "content": "You are the buyer."},
    {"role": "user", "content": "{}"},
]


async def pieces_of(words: OpenAIWords) -> tuple[list[str], WordsFault | None]:
    got: list[str] = []
    try:
        async for piece in words.stream(MESSAGES):
            got.append(piece)
    except WordsFault as fault:
        return got, fault
    finally:
        await words.aclose()
    return got, None


def words_at(server: OpenAIServer, first_token_s: float = 5.0) -> OpenAIWords:
    return OpenAIWords(model="tiny", base_url=server.base_url, first_token_s=first_token_s)


async def test_pieces_come_as_the_endpoint_sends_them() -> None:
    with OpenAIServer(["Hi. ", "Who is ", "this?"]) as server:
        got, fault = await pieces_of(words_at(server))
    assert (got, fault) == (["Hi. ", "Who is ", "this?"], None)
    assert server.requests[0]["stream"] is True
    assert server.requests[0]["messages"] == MESSAGES


@pytest.mark.parametrize(
    ("mode", "code", "n_pieces"),
    [
        ("busy", "words-busy", 0),
        ("failing", "words-failed", 0),
        ("unauthorized", "words-failed", 0),
        ("cut_off", "words-cut-off", 2),
        ("ends_early", "words-cut-off", 2),
        ("garbage", "words-unreadable", 0),
        ("garbage_later", "words-cut-off", 2),
        ("html", "words-unreadable", 0),
        ("wrong_shape", "words-unreadable", 0),
        ("empty", "words-unreadable", 0),
        ("too_long", "words-cut-off", 3),
    ],
)
async def test_an_endpoint_that_misbehaves_is_named_and_what_came_stands(
    mode: Mode, code: str, n_pieces: int
) -> None:
    with OpenAIServer(mode=mode) as server:
        got, fault = await pieces_of(words_at(server))
        assert fault is not None
        assert fault.code == code
        assert fault.remedy
        assert got == list(server.pieces[:n_pieces])
        assert len(server.requests) == 1, "a second try would come too late for the turn"


async def test_a_first_token_that_is_late_is_not_waited_for() -> None:
    with OpenAIServer(mode="slow") as server:
        started = time.monotonic()
        got, fault = await pieces_of(words_at(server, first_token_s=0.2))
        waited_s = time.monotonic() - started
    assert fault is not None
    assert (got, fault.code) == ([], "words-late")
    assert waited_s < 1.5


async def test_an_answer_that_stalls_counts_as_cut_off() -> None:
    with OpenAIServer(mode="stalls", slow_s=30) as server:
        words = OpenAIWords(model="tiny", base_url=server.base_url, next_token_s=0.2)
        got, fault = await pieces_of(words)
    assert fault is not None
    assert (len(got), fault.code) == (2, "words-cut-off")


async def test_nobody_at_the_address_is_words_failed() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = OpenAIWords(model="tiny", base_url=f"http://127.0.0.1:{port}/v1", first_token_s=5)
    got, fault = await pieces_of(words)
    assert fault is not None
    assert (got, fault.code) == ([], "words-failed")


async def test_faults_hold_nothing_that_was_said() -> None:
    secret = "we pay nine thousand"
    messages: list[Message] = [{"role": "user", "content": secret}]
    with OpenAIServer([secret, secret], mode="cut_off") as server:
        words = words_at(server)
        with pytest.raises(WordsFault) as caught:
            _ = [piece async for piece in words.stream(messages)]
        await words.aclose()
    assert secret not in str(caught.value)
    assert secret not in repr(vars(caught.value))


async def test_a_reader_that_stops_early_leaves_the_client_usable() -> None:
    with OpenAIServer() as server:
        words = words_at(server)
        stream = words.stream(MESSAGES)
        assert await anext(stream) == "Fine. "
        await stream.aclose()
        assert [p async for p in words.stream(MESSAGES)] == list(server.pieces)
        await words.aclose()


def test_the_name_tells_model_and_host_and_no_key() -> None:
    words = OpenAIWords(model="tiny", base_url="http://llm.local:8080/v1", api_key="sk-secret")
    assert words.name == "tiny at llm.local"
    assert OpenAIWords(model="gpt-4o-mini", api_key="x").name == "gpt-4o-mini at api.openai.com"
