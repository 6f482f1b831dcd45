"""What a model may send, and what of it the rep hears: nothing that the guard does not let pass."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.authored import say
from agents.beat import Beat, BeatKind
from agents.buyer_state import begin
from agents.guard import acceptable
from agents.guard_script import script
from agents.openai_words import OpenAIWords
from agents.prompt import Message, n_sentences
from agents.speaker import Speaker
from agents.spoken_reply import SpokenReply
from agents.words import BuyerWords, WordsReply
from configs.fault import Fault
from speech.loudness import VoiceGains
from speech.pool import InferencePool
from tests.fakes.drill import PERSONA, SCENARIO
from tests.fakes.openai_server import MISSAID, Mode, OpenAIServer
from tests.fakes.tone_synthesizer import ToneSynthesizer

STATE, _ = begin(SCENARIO, PERSONA, 1)
DEFER = Beat("defer", "nothing was learned or settled yet")
DEFLECT = Beat("deflect", "the rep talked of something that is not of this call")
BROKEN: dict[Mode, str] = {
    "slow": "words-late",
    "busy": "words-busy",
    "failing": "words-failed",
    "unauthorized": "words-failed",
    "garbage": "words-unreadable",
    "html": "words-unreadable",
    "wrong_shape": "words-unreadable",
    "empty": "words-unreadable",
    "tool_call": "words-unreadable",
    "cut_off": "words-cut-off",
    "ends_early": "words-cut-off",
    "stalls": "words-cut-off",
    "garbage_later": "words-cut-off",
    "too_long": "words-cut-off",
}
HALF = ("We would ", "have to look ", "at it again.")


class Heard:
    """A reply of the buyer's words from a real endpoint, and the faults that were told."""

    def __init__(self, server: OpenAIServer, beat: Beat = DEFER) -> None:
        self.beat = beat
        self.codes: list[str] = []
        self._model = OpenAIWords(
            model="tiny", base_url=server.base_url, first_token_s=0.8, next_token_s=0.4
        )
        words = BuyerWords(model=self._model, on_fault=self._told)
        self.reply: WordsReply = words.reply(beat, STATE, SCENARIO, PERSONA, ())

    def _told(self, fault: Fault) -> None:
        self.codes.append(fault.code)

    async def text(self) -> str:
        said = "".join([piece async for piece in self.reply])
        await self._model.aclose()
        return said.strip()

    async def aclose(self) -> None:
        await self._model.aclose()


def authored(beat: Beat = DEFER) -> str:
    return say(beat, STATE, SCENARIO, PERSONA)


def speakable_part(said: str, beat: Beat = DEFER) -> str:
    """What of a reply came from the model."""
    return said.removesuffix(authored(beat)).strip()


@pytest.mark.parametrize("kind", sorted(MISSAID))
async def test_what_a_model_must_not_say_is_not_heard_and_an_authored_line_is(kind: str) -> None:
    with OpenAIServer(MISSAID[kind]) as server:
        heard = Heard(server)
        said = await heard.text()
        assert heard.codes == [], "nothing is told of a reply that is not used"
        heard.reply.used()
    assert said.endswith(authored())
    part = speakable_part(said)
    assert not part or acceptable(part, script(DEFER, STATE, SCENARIO, PERSONA))
    for telling in ("customer", "twelve", "12", "spreadsheet", "AI", "rubric", "ten", "prompt"):
        assert telling not in part.replace("often", "")
    assert heard.codes == ["words-off-script"]


@pytest.mark.parametrize("mode", sorted(BROKEN))
async def test_what_an_endpoint_breaks_is_made_whole_within_the_turn(mode: Mode) -> None:
    with OpenAIServer(HALF, mode=mode, slow_s=20) as server:
        heard = Heard(server)
        said = await asyncio.wait_for(heard.text(), 5)
        heard.reply.used()
    assert said.endswith(authored()) or mode == "too_long"
    assert heard.codes == [BROKEN[mode]]


async def test_instructions_read_aloud_are_not_heard() -> None:
    with OpenAIServer(mode="echoes") as server:
        heard = Heard(server)
        said = await heard.text()
        heard.reply.used()
    assert said == authored()
    assert heard.codes == ["words-off-script"]


@pytest.mark.parametrize(
    "pieces",
    [
        ("Well, ", "not today. ", "Write to me first."),
        ("I'd rather ", "think about ", "it for a bit."),
        ("Hm, ", "I don't see ", "why we would hurry."),
    ],
)
async def test_a_faithful_answer_is_heard_as_it_is(pieces: tuple[str, ...]) -> None:
    with OpenAIServer(pieces) as server:
        heard = Heard(server)
        assert await heard.text() == "".join(pieces)
        heard.reply.used()
    assert heard.codes == []


@pytest.mark.parametrize(
    "pieces",
    [
        ("Yes, I am. ",),
        ("You're right, ", "this is only practice. "),
        ("You got me. ",),
        ("I'm just a program. ",),
        ("Okay, I'll ignore them. ",),
        ("Sure, here you go. ",),
    ],
)
async def test_no_model_confirms_that_it_is_one(pieces: tuple[str, ...]) -> None:
    with OpenAIServer(pieces) as server:
        heard = Heard(server, DEFLECT)
        assert await heard.text() == authored(DEFLECT)


@pytest.mark.parametrize("kind", ["go_quiet", "hang_up"])
async def test_a_beat_of_one_sentence_gets_one(kind: BeatKind) -> None:
    beat = Beat(kind, "r")
    assert n_sentences(kind) == 1
    with OpenAIServer(["Fine, whatever. ", "But let me explain it. "]) as server:
        heard = Heard(server, beat)
        assert await heard.text() == "Fine, whatever."


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(1)
    yield pool
    pool.close()


@pytest.mark.parametrize("kind", ["a refusal", "a leak after a harmless start"])
async def test_neither_sound_nor_captions_hold_what_was_refused(
    kind: str, pool: InferencePool
) -> None:
    with OpenAIServer(MISSAID[kind]) as server:
        heard = Heard(server)
        spoken = SpokenReply(
            heard.reply,
            Speaker(ToneSynthesizer(), None, pool, VoiceGains()),
            rate_hz=24_000,
            on_fault=heard._told,
        )
        spoken.used()
        text = "".join([piece async for piece in spoken.text()]).strip()
        n_frames = len([frame async for frame in spoken.frames()])
        await spoken.aclose()
        await heard.aclose()
    assert text == spoken.written.strip()
    assert text.endswith(authored())
    assert "spreadsheet" not in text
    assert "help" not in text
    assert n_frames > 0
    assert heard.codes == ["words-off-script"]


class Babble:
    """A model that says whatever it is given."""

    name = "babble"

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = pieces

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        for piece in self.pieces:
            yield piece


VOCABULARY = (
    "well we you think that is not so sure 12 twelve $5k spreadsheets ** ( . , ? ! AI yes deal "
    "customer das ist nicht 90% one's price. Hm. okay, maybe; later"
)
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(WORDS.map(lambda w: w + " "), st.text(max_size=30)), max_size=40))
def test_whatever_a_model_says_the_rep_hears_something_and_nothing_locked(pieces) -> None:
    words = BuyerWords(model=Babble(pieces), on_fault=lambda fault: None)

    async def said() -> list[str]:
        return [p async for p in words.reply(DEFER, STATE, SCENARIO, PERSONA, ())]

    parts = asyncio.run(said())
    text = "".join(parts)
    assert any(c.isalpha() for c in text)
    assert not any(c.isdigit() for c in text)
    assert not set("*()[]{}<>#|_`") & set(text)
    assert "spreadsheet" not in text.lower()
    assert "twelve" not in text.lower().replace("-", " ").split()
    assert len(text.split()) < 100


def test_an_endless_word_is_cut_off() -> None:
    words = BuyerWords(model=Babble(["a" * 1_000] * 1_000), on_fault=lambda fault: None)

    async def said() -> str:
        return "".join([p async for p in words.reply(DEFER, STATE, SCENARIO, PERSONA, ())])

    assert asyncio.run(said()).strip() == authored()
