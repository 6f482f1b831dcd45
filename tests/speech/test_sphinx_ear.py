"""What pocketsphinx adds to the contract of an ear: it hears while the speech goes on."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import numpy as np
import pytest

from speech.clip import Clip
from speech.fault import SpeechFault
from speech.resample import resample
from speech.sphinx import SphinxTranscriber
from speech.sphinx_ear import SphinxEar
from speech.sphinx_part import SphinxPart
from speech.sphinx_sound import BlockedSound
from speech.words import Word

Say = Callable[[str], Clip]
SENTENCE = "So what would have to happen for this to be worth it?"
RATE_HZ = 24_000
PATIENCE_S = 30.0


@pytest.fixture
def sphinx_alone() -> Iterator[SphinxTranscriber]:
    """One whose processes may be killed."""
    with closing(SphinxTranscriber()) as transcriber:
        transcriber.load()
        yield transcriber


@pytest.fixture
def speech(say: Say) -> Clip:
    """With a quarter of a second before and after, as on a call."""
    sound = resample(say(SENTENCE), RATE_HZ)
    return Clip(np.pad(sound.samples, RATE_HZ // 4), RATE_HZ)


def silence(duration_s: float) -> Clip:
    return Clip(np.zeros(round(duration_s * RATE_HZ), np.float32), RATE_HZ)


def feed(ear: SphinxEar, sound: Clip, every_s: float = 0.3) -> None:
    for start_s in np.arange(0, sound.duration_s, every_s).tolist():
        ear.feed(sound.between(start_s, start_s + every_s))


def texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


def heard(transcriber: SphinxTranscriber, *sounds: Clip) -> tuple[Word, ...]:
    with closing(transcriber.listen()) as ear:
        for sound in sounds:
            feed(ear, sound)
        return ear.words()


def decoders(transcriber: SphinxTranscriber) -> list[int]:
    """Process ids of the decoders at work, but for the one with the model."""
    process = transcriber._process
    assert process is not None
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(pid) for pid, parent in rows if int(parent) == process.pid]


def kill_decoder(transcriber: SphinxTranscriber) -> None:
    (pid,) = decoders(transcriber)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: pid not in decoders(transcriber))


def wait_until(done: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < end_s, "it did not come to pass"
        time.sleep(0.02)


# -- going on --------------------------------------------------------------------------------------


def test_words_after_a_pause_join_those_before_it(sphinx: SphinxTranscriber, speech: Clip) -> None:
    with closing(sphinx.listen()) as ear:
        feed(ear, speech)
        before = ear.words()
        feed(ear, speech)
        both = ear.words()
    assert len(both) >= len(before) + 3
    assert both == heard(sphinx, speech, speech)


def test_an_ear_goes_on_hearing_after_silence(sphinx: SphinxTranscriber, speech: Clip) -> None:
    with closing(sphinx.listen()) as ear:
        ear.feed(silence(1))
        assert ear.words() == ()
        feed(ear, speech)
        assert len(ear.words()) >= 3
        assert all(word.start_s >= 1 for word in ear.words())


def test_the_ear_hears_about_what_the_whole_clip_gives(
    sphinx: SphinxTranscriber, speech: Clip
) -> None:
    whole, streamed = sphinx.transcribe(speech), heard(sphinx, speech)
    shared = set(texts(whole)) & set(texts(streamed))
    assert len(shared) >= len(set(texts(whole))) / 2


def test_words_have_probabilities_once_they_are_over(
    sphinx: SphinxTranscriber, speech: Clip
) -> None:
    words = heard(sphinx, speech)
    assert all(word.p is not None and 0 <= word.p <= 1 for word in words)


def test_words_may_be_asked_for_in_the_middle_of_a_word(
    sphinx: SphinxTranscriber, speech: Clip
) -> None:
    with closing(sphinx.listen()) as ear:
        for start_s in np.arange(0, speech.duration_s, 0.1).tolist():
            ear.feed(speech.between(start_s, start_s + 0.1))
            fed_s = min(start_s + 0.1, speech.duration_s) + 1e-6
            assert all(0 <= word.start_s <= word.end_s <= fed_s for word in ear.words())
        assert ear.words() == heard(sphinx, speech)


@pytest.mark.slow
def test_a_minute_without_end_is_heard_in_parts(sphinx: SphinxTranscriber, speech: Clip) -> None:
    n_times = 1 + int(60 / speech.duration_s)
    with closing(sphinx.listen()) as ear:
        for _ in range(n_times):
            feed(ear, speech)
        words = ear.words()
        assert len(ear._parts) == 1
        assert len(ear._parts[0].levels) <= 20 * 100
    assert len(words) >= 3 * n_times
    starts = [word.start_s for word in words]
    assert starts == sorted(starts)
    for n in range(n_times):
        begin_s = n * speech.duration_s
        assert any(begin_s <= start < begin_s + speech.duration_s for start in starts)


# -- what may go wrong -----------------------------------------------------------------------------


def test_a_decoder_killed_in_the_middle_is_replaced_and_told_again(
    sphinx_alone: SphinxTranscriber, speech: Clip
) -> None:
    expected = heard(sphinx_alone, speech)
    wait_until(lambda: not decoders(sphinx_alone))
    with closing(sphinx_alone.listen()) as ear:
        feed(ear, speech.between(0, 1))
        ear.words()
        kill_decoder(sphinx_alone)
        feed(ear, speech.between(1, speech.duration_s))
        assert texts(ear.words()) == texts(expected)


@pytest.mark.slow
def test_parts_that_were_over_are_not_lost_with_their_decoder(
    sphinx_alone: SphinxTranscriber, speech: Clip
) -> None:
    n_times = 1 + int(12 / speech.duration_s)
    expected = heard(sphinx_alone, *[speech] * n_times)
    wait_until(lambda: not decoders(sphinx_alone))
    with closing(sphinx_alone.listen()) as ear:
        for _ in range(n_times):
            feed(ear, speech)
        assert len(ear._parts) > 1
        kill_decoder(sphinx_alone)
        words = ear.words()
    assert texts(words) == texts(expected)


def test_a_decoder_that_dies_again_is_a_fault_and_the_next_ear_works(
    sphinx_alone: SphinxTranscriber, speech: Clip
) -> None:
    with closing(sphinx_alone.listen()) as ear:
        for _ in range(2):
            ear.feed(speech)
            kill_decoder(sphinx_alone)
            if not ear._fed_again:
                assert ear.words()
        ear.feed(speech)
        with pytest.raises(SpeechFault) as caught:
            ear.words()
    assert caught.value.code == "sphinx-broken"
    assert heard(sphinx_alone, speech)


def test_an_ear_outlives_the_process_with_the_model(
    sphinx_alone: SphinxTranscriber, speech: Clip
) -> None:
    process = sphinx_alone._process
    assert process is not None
    with closing(sphinx_alone.listen()) as ear:
        feed(ear, speech.between(0, 1))
        ear.words()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        feed(ear, speech.between(1, speech.duration_s))
        assert len(ear.words()) >= 3
    assert heard(sphinx_alone, speech)


def test_closing_the_transcriber_ends_the_decoders_of_open_ears(speech: Clip) -> None:
    transcriber = SphinxTranscriber()
    ear = transcriber.listen()
    feed(ear, speech)
    wait_until(lambda: len(decoders(transcriber)) == 1)
    (pid,) = decoders(transcriber)
    transcriber.close()
    wait_until(lambda: not is_running(pid))
    ear.close()


def is_running(pid: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip()[:1] not in ("", "Z")


def test_an_ear_closed_without_asking_leaves_no_decoder_busy(
    sphinx_alone: SphinxTranscriber, speech: Clip
) -> None:
    for _ in range(3):
        ear = sphinx_alone.listen()
        for _ in range(10):
            ear.feed(speech)
        ear.close()
    wait_until(lambda: not decoders(sphinx_alone))


# -- sound and parts -------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("every_s", [0.0101, 0.32, 5.0])
def test_blocks_are_the_sound_resampled_however_it_came(rate_hz: int, every_s: float) -> None:
    t = np.arange(round(1.37 * rate_hz)) / rate_hz
    clip = Clip((0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32), rate_hz)
    sound, blocks = BlockedSound(), []
    for start_s in np.arange(0, clip.duration_s, every_s).tolist():
        blocks += list(sound.add(clip.between(start_s, start_s + every_s)))
    assert {len(block.samples) for block in blocks} == {1600}
    came = np.concatenate([*(block.samples for block in blocks), sound.rest().samples])
    expected = resample(clip, 16_000).samples
    assert 0 <= len(expected) - len(came) <= 2
    inner = slice(200, len(came) - 200)  # the clip's own edges ring
    np.testing.assert_allclose(came[inner], expected[inner], atol=1e-3)


def test_the_rate_may_change_on_the_way() -> None:
    sound = BlockedSound()
    first = list(sound.add(Clip(np.zeros(24_000, np.float32), 24_000)))
    blocks = first + list(sound.add(Clip(np.zeros(48_000, np.float32), 48_000)))
    n = sum(len(block.samples) for block in blocks) + len(sound.rest().samples)
    assert n == 32_000
    assert sound.duration_s == 2.0


def part_over_s(block_at: Callable[[float], Clip]) -> float:
    """How long a part of such blocks becomes."""
    part = SphinxPart(0.0)
    while not part.is_over:
        part.add(block_at(len(part.levels) * 0.01))
        assert len(part.levels) <= 2100, "it has no end"
    return len(part.levels) * 0.01


def noise(level: float) -> Clip:
    return Clip(level * np.random.default_rng(1).standard_normal(1600).astype(np.float32), 16_000)


@pytest.mark.parametrize("floor", [0.0001, 0.02])
def test_a_long_part_ends_in_its_first_pause(floor: float) -> None:
    def block_at(at_s: float) -> Clip:
        paused = at_s % 3 >= 2.6
        return noise(floor if paused else 0.1)

    assert 8.6 < part_over_s(block_at) <= 9.1


def test_a_part_without_any_pause_ends_all_the_same() -> None:
    assert part_over_s(lambda at_s: noise(0.1)) <= 20.1
