"""What pocketsphinx adds to the transcriber contract."""

import os
import signal
import threading
import time
from collections.abc import Callable

import numpy as np

from speech.clip import Clip
from speech.sphinx import SphinxTranscriber

Say = Callable[[str], Clip]


def longest_wait_s(busy: threading.Thread) -> float:
    """Between two steps of a loop beside a busy thread."""
    busy.start()
    longest, last = 0.0, time.perf_counter()
    while busy.is_alive():
        time.sleep(0.002)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


def test_words_are_lower_case_and_bare_of_the_engines_marks(
    sphinx: SphinxTranscriber, say: Say
) -> None:
    words = sphinx.transcribe(say("And then, I asked them for a meeting in a week."))
    assert words
    assert all(word.text == word.text.lower() for word in words)
    assert not any(mark in word.text for word in words for mark in "()<>[]+")
    assert all(word.p is not None and 0 <= word.p <= 1 for word in words)


def test_the_same_clip_gives_the_same_words_after_another_one(
    sphinx: SphinxTranscriber, say: Say
) -> None:
    clip = say("We start with a small pilot.")
    first = sphinx.transcribe(clip)
    sphinx.transcribe(say("Something else in between."))
    assert sphinx.transcribe(clip) == first


def test_the_decoder_leaves_other_threads_their_turn(sphinx: SphinxTranscriber, say: Say) -> None:
    clip = say("This is a long sentence that keeps the decoder busy for quite a while. " * 2)
    busy = threading.Thread(target=sphinx.transcribe, args=(clip,))
    assert longest_wait_s(busy) < 0.25


def test_a_long_track_is_cut_and_its_words_stay_where_they_were(
    sphinx: SphinxTranscriber, say: Say
) -> None:
    sentence = say("So what would have to happen for this to be worth it?")
    pause = np.zeros(15 * sentence.rate_hz, np.float32)
    track = Clip(
        np.concatenate([sentence.samples, pause, pause, sentence.samples]), sentence.rate_hz
    )
    words = sphinx.transcribe(track)
    end_s, again_s = sentence.duration_s, sentence.duration_s + 30
    assert sum(w.end_s <= end_s + 0.2 for w in words) >= 3
    assert sum(w.start_s >= again_s - 0.2 for w in words) >= 3
    assert not [w for w in words if w.end_s > end_s + 0.2 and w.start_s < again_s - 0.2]


def test_a_decoder_that_was_killed_is_started_again(say: Say) -> None:
    transcriber = SphinxTranscriber()
    transcriber.load()
    process = transcriber._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert transcriber.transcribe(say("So what would have to happen for this?"))
    transcriber.close()


def test_close_ends_the_decoder() -> None:
    transcriber = SphinxTranscriber()
    transcriber.load()
    process = transcriber._process
    assert process is not None
    transcriber.close()
    assert process.poll() is not None


def test_a_decoder_in_the_background_gives_way_to_live_calls() -> None:
    transcriber = SphinxTranscriber(in_background=True)
    transcriber.load()
    process = transcriber._process
    assert process is not None
    assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    transcriber.close()
