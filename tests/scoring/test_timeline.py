"""Who has the floor, and how words become utterances."""

from collections.abc import Callable

from scoring.timeline import Timeline, gaps, joined, turns
from scoring.utterances import is_backchannel, utterances
from speech.span import Span
from speech.words import Transcript, Utterance, Word

Say = Callable[..., Utterance]


def test_a_back_channel_takes_no_floor(say: Say) -> None:
    rep = (Span(0, 10), Span(10.3, 20))
    nod = say("buyer", 10.0, "mm-hm right", wpm=400)
    timeline = Timeline(rep, (Span(nod.start_s, nod.end_s),))
    (turn,) = turns(timeline, Transcript((nod,)))
    assert (turn.start_s, turn.end_s) == (0, 20)


def test_an_answer_of_one_word_takes_the_floor(say: Say) -> None:
    no = say("buyer", 10.0, "No.")
    timeline = Timeline((Span(0, 9.5), Span(11, 20)), (Span(no.start_s, no.end_s),))
    assert [t.speaker for t in turns(timeline, Transcript((no,)))] == ["rep", "buyer", "rep"]


def test_speech_wholly_inside_the_others_makes_no_turn() -> None:
    timeline = Timeline((Span(0, 10),), (Span(4, 5),))
    assert [t.speaker for t in turns(timeline, Transcript(()))] == ["rep"]


def test_a_gap_is_from_end_to_start_and_negative_when_they_overlap() -> None:
    timeline = Timeline((Span(2, 3), Span(6.5, 8)), (Span(0, 1.5), Span(5, 7)))
    found = gaps(turns(timeline, Transcript(())), "rep")
    assert [g.gap_s for g in found] == [0.5, -0.5]
    assert [g.at_s for g in found] == [2, 6.5]


def test_stretches_closer_than_the_limit_are_one() -> None:
    assert joined([Span(2, 3), Span(0, 1), Span(3.1, 4)], 0.2) == (Span(0, 1), Span(2, 4))


def test_words_part_at_long_pauses_and_where_the_buyer_spoke() -> None:
    times = [(0.0, 0.3), (0.4, 0.8), (1.5, 1.9), (3.0, 3.2)]
    words = tuple(Word(f"w{i}", a, b) for i, (a, b) in enumerate(times))
    made = utterances(words, "rep", (Span(0.9, 1.4),))
    assert [u.text for u in made] == ["w0 w1", "w2", "w3"]
    assert (made[0].start_s, made[0].end_s) == (0.0, 0.8)


def test_no_words_make_no_utterance() -> None:
    assert utterances((), "rep") == ()


def test_a_nod_is_one_or_two_words_that_say_nothing(say: Say) -> None:
    assert is_backchannel(say("buyer", 0, "Mm-hm."))
    assert is_backchannel(say("buyer", 0, "Yeah, right."))
    assert not is_backchannel(say("buyer", 0, "Too expensive."))
    assert not is_backchannel(say("buyer", 0, "Yeah, but no."))
