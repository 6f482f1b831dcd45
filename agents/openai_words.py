"""The buyer's words from any endpoint that speaks OpenAI's chat completions, streamed.

The `openai` client was chosen because every hosted and local model server speaks its protocol.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

import openai  # noqa: TID251 - this is the one file
from openai import AsyncOpenAI, AsyncStream  # noqa: TID251
from openai.types.chat import (  # noqa: TID251
    ChatCompletionChunk,
    ChatCompletionMessageParam,
)

from agents.prompt import Message
from configs.fault import Fault

OPENAI_URL = "https://api.openai.com/v1"
"""Where the client goes when no base_url is set."""
MAX_COMPLETE_TOKENS = 400
"""Of an answer that is data: a dozen acts with their quotes."""
MAX_TOKENS = 120
"""Enough for two short sentences in any language."""
CONNECT_TIMEOUT_S = 2.0
NEXT_TOKEN_S = 3.0
"""Longest wait between two pieces of an answer that has begun."""

WordsCode = Literal["words-late", "words-busy", "words-failed", "words-cut-off", "words-unreadable"]

_SAID: dict[WordsCode, str] = {
    "words-late": "The model's first words were expected within {limit_s:.1f} s and did not come.",
    "words-busy": "The model's endpoint answered that it is busy.",
    "words-failed": "The model's endpoint could not be used{detail}.",
    "words-cut-off": "The model's answer broke off before its end.",
    "words-unreadable": "The model's endpoint sent something that is no chat completion.",
}
_REMEDY: dict[WordsCode, str] = {
    "words-late": "Authored lines stood in; choose a faster model or raise words.first_token_s.",
    "words-busy": "Authored lines stood in; check the endpoint's rate limit.",
    "words-failed": "Authored lines stood in; check words.base_url, words.model and the key.",
    "words-cut-off": "What had been said stands; check the endpoint if it happens again.",
    "words-unreadable": "Authored lines stood in; check that words.base_url ends in /v1.",
}


class WordsFault(Fault):
    """No words, or not all of them, came from the model. The caller falls back to authored
    lines within the turn."""

    def __init__(self, code: WordsCode, *, limit_s: float = 0.0, detail: str = "") -> None:
        said = _SAID[code].format(limit_s=limit_s, detail=detail)
        super().__init__(code, said, _REMEDY[code], retry=code != "words-unreadable")


class OpenAIWords:
    """One endpoint and model. Safe to use from several calls at once."""

    def __init__(
        self,
        *,
        model: str,
        base_url: str = "",
        api_key: str = "",
        first_token_s: float = 1.2,
        next_token_s: float = NEXT_TOKEN_S,
    ) -> None:
        self._model = model
        self._first_token_s = first_token_s
        self._next_token_s = next_token_s
        self._client = AsyncOpenAI(
            api_key=api_key or "none",  # local endpoints need no key, the client insists on one
            base_url=base_url or None,
            max_retries=0,  # a second try would come too late for the turn
            timeout=openai.Timeout(NEXT_TOKEN_S, connect=CONNECT_TIMEOUT_S),
        )

    @property
    def name(self) -> str:
        """Model and host as people read it, such as "gpt-4o-mini at api.openai.com"."""
        return f"{self._model} at {urlsplit(str(self._client.base_url)).hostname}"

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Pieces of text as they come. Raises WordsFault; what was yielded before it stands."""
        answer, finished = _Answer(), False
        try:
            try:
                async with asyncio.timeout(self._first_token_s):
                    await answer.open(self._client, self._model, messages)
                    piece = await answer.next_piece()
            except TimeoutError as error:
                raise WordsFault("words-late", limit_s=self._first_token_s) from error
            while piece is not None:
                yield piece
                try:
                    async with asyncio.timeout(self._next_token_s):
                        piece = await answer.next_piece()
                except TimeoutError as error:
                    raise WordsFault("words-cut-off") from error
            finished = True
        except WordsFault:
            raise
        except (openai.OpenAIError, ValueError) as error:
            raise self._fault(error, begun=answer.begun) from error
        finally:
            await answer.close()
        if finished:
            answer.check_end()

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        name: str,
        schema: Mapping[str, Any],
        limit_s: float,
        max_tokens: int = MAX_COMPLETE_TOKENS,
    ) -> str:
        """A whole answer under a strict JSON schema, as the endpoint sent it: whether it holds to
        the schema is the caller's to check. `name`: of the schema, letters and hyphens. Raises
        WordsFault, also when the answer takes more than limit_s seconds."""
        try:
            async with asyncio.timeout(limit_s):
                answer = await self._client.chat.completions.create(
                    model=self._model,
                    messages=_params(messages),
                    max_completion_tokens=max_tokens,
                    timeout=openai.Timeout(limit_s, connect=CONNECT_TIMEOUT_S),
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": name, "strict": True, "schema": dict(schema)},
                    },
                )
            return _whole_text(answer)
        except TimeoutError as error:
            raise WordsFault("words-late", limit_s=limit_s) from error
        except (openai.OpenAIError, ValueError) as error:
            raise self._fault(error, begun=False) from error

    async def aclose(self) -> None:
        """Close the connections; no stream may be open."""
        await self._client.close()

    def _fault(self, error: Exception, *, begun: bool) -> WordsFault:
        if begun:
            return WordsFault("words-cut-off")
        match error:
            case openai.APITimeoutError():
                return WordsFault("words-late", limit_s=self._first_token_s)
            case openai.APIStatusError(status_code=429 | 503):
                return WordsFault("words-busy")
            case openai.APIStatusError(status_code=status):
                return WordsFault("words-failed", detail=f" (HTTP status {status})")
            case openai.APIConnectionError():
                return WordsFault("words-failed", detail=" (no connection)")
            case openai.APIResponseValidationError() | ValueError():
                return WordsFault("words-unreadable")
            case _:
                return WordsFault("words-failed")


class _Answer:
    """One streamed answer, read piece by piece."""

    def __init__(self) -> None:
        self.begun = False
        """True once a piece of text came."""
        self._finish: str | None = None
        self._stream: AsyncStream[ChatCompletionChunk] | None = None

    async def open(self, client: AsyncOpenAI, model: str, messages: Sequence[Message]) -> None:
        self._stream = await client.chat.completions.create(
            model=model,
            messages=_params(messages),
            stream=True,
            max_completion_tokens=MAX_TOKENS,
        )

    async def next_piece(self) -> str | None:
        """The next text that is not empty; None at the end."""
        assert self._stream is not None
        async for chunk in self._stream:
            text, finish = _read(chunk)
            self._finish = finish or self._finish
            if text:
                self.begun = True
                return text
        return None

    def check_end(self) -> None:
        """Raises WordsFault unless the answer came to its own end."""
        if not self.begun:
            raise WordsFault("words-unreadable")
        if self._finish != "stop":
            raise WordsFault("words-cut-off")

    async def close(self) -> None:
        if self._stream is not None:
            await self._stream.close()


def _params(messages: Sequence[Message]) -> list[ChatCompletionMessageParam]:
    return [
        {"role": "system", "content": m["content"]}
        if m["role"] == "system"
        else {"role": "user", "content": m["content"]}
        for m in messages
    ]


def _whole_text(answer: object) -> str:
    """The text of an answer that was not streamed. Raises ValueError when there is none; the
    client does not check what it parsed."""
    choices = getattr(answer, "choices", None)
    if not isinstance(choices, list) or not choices:
        raise ValueError("an answer without choices")
    text = getattr(getattr(choices[0], "message", None), "content", None)
    if not isinstance(text, str) or getattr(choices[0], "finish_reason", None) != "stop":
        raise ValueError("an answer without a whole text")
    return text


def _read(chunk: object) -> tuple[str, str | None]:
    """Text and finish reason of a chunk. The client does not check what it parsed, so a chunk
    may hold anything. Raises ValueError for one that holds no choices list."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list):
        raise ValueError("a chunk without a list of choices")
    if not choices:  # the usage report at the end has none
        return "", None
    text = getattr(getattr(choices[0], "delta", None), "content", None)
    finish = getattr(choices[0], "finish_reason", None)
    return (text if isinstance(text, str) else ""), (finish if isinstance(finish, str) else None)
