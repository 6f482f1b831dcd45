"""Whose turn it is, decided from seconds of sound alone: no clock runs in these tests."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.turn_taking import WINDOW_S, Act, Limits, TurnTaking
from agents.turn_words import Hint

LIMITS = Limits()
GOLD = Path(__file__).with_name("gold")


class Call:
    """Plays a script into the machine and writes down what it decides, with the time."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.turns = TurnTaking(limits)
        self.n_windows = 0
        self.acts: list[tuple[float, Act]] = []
        self.words: tuple[Hint, int, bool] | None = ("none", 4, False)
        """What is understood of each pause, at once; None: the recognizer does not answer."""
        self.told: list[tuple[int, bool]] = []
        """How many acts came before the machine was told that the buyer is heard, or is not."""
        self.p_end: float | None = 0.9

    @property
    def now_s(self) -> float:
        return self.n_windows * WINDOW_S

    def note(self, acts: Iterable[Act]) -> None:
        for act in acts:
            self.acts.append((round(self.now_s, 3), act))
            if act.kind == "speculate" and self.words is not None:
                hint, n_words, nods = self.words
                self.note(self.turns.understood(act.n, hint, n_words=n_words, nods=nods))
            if act.kind == "ask" and self.p_end is not None:
                self.note(self.turns.predicted(act.n, self.p_end))

    def sound(self, duration_s: float, p_speech: float) -> "Call":
        for _ in range(round(duration_s / WINDOW_S)):
            self.n_windows += 1
            self.note(self.turns.window(p_speech))
        return self

    def speech(self, duration_s: float) -> "Call":
        return self.sound(duration_s, 0.9)

    def silence(self, duration_s: float) -> "Call":
        return self.sound(duration_s, 0.02)

    def buyer(self, heard: bool) -> "Call":
        self.turns.buyer(heard)
        self.told.append((len(self.acts), heard))
        return self

    def kinds(self) -> list[str]:
        return [act.kind for _, act in self.acts]

    def at_s(self, kind: str) -> float:
        return next(at_s for at_s, act in self.acts if act.kind == kind)

    def written(self) -> str:
        return "".join(f"{at_s:7.3f} {a.kind} {a.n} {a.at_s:.3f}\n" for at_s, a in self.acts)


def test_a_turn_that_looks_over_is_over_after_the_shortest_wait() -> None:
    call = Call().speech(2.0).silence(2.0)
    assert call.kinds() == ["open", "speculate", "preflight", "ask", "commit"]
    assert call.at_s("commit") - 2.0 == pytest.approx(LIMITS.settle_s, abs=2 * WINDOW_S)


def test_the_reply_is_made_ahead_before_the_turn_is_over() -> None:
    call = Call().speech(2.0).silence(2.0)
    assert call.at_s("preflight") < call.at_s("commit")


def test_speech_that_goes_on_withdraws_what_was_made_and_no_turn_ends() -> None:
    call = Call().speech(1.0).silence(0.25).speech(1.0)
    assert call.kinds() == ["open", "speculate", "preflight", "ask", "withdraw"]


def test_a_click_in_a_pause_does_not_start_it_anew() -> None:
    call = Call().speech(1.0).silence(0.2).sound(WINDOW_S, 0.9).silence(0.2)
    assert "withdraw" not in call.kinds()
    assert call.at_s("commit") - 1.0 < LIMITS.settle_s + 3 * WINDOW_S


@pytest.mark.parametrize("pause_s", [0.4, 0.6, 0.9])
def test_a_pause_in_mid_sentence_is_waited_for(pause_s: float) -> None:
    call = Call()
    call.p_end = 0.1
    call.words = ("unfinished", 5, False)
    call.speech(1.5).silence(pause_s).speech(1.0)
    assert "commit" not in call.kinds()


def test_no_turn_waits_longer_than_the_cap() -> None:
    call = Call()
    call.p_end = 0.0
    call.speech(1.5).silence(3.0)
    assert call.at_s("commit") - 1.5 == pytest.approx(LIMITS.patience_s, abs=2 * WINDOW_S)


def test_a_short_answer_is_answered_whatever_the_detector_makes_of_it() -> None:
    call = Call()
    call.p_end = 0.127
    call.words = ("short_answer", 1, True)
    call.speech(0.3).silence(1.0)
    assert call.at_s("commit") - 0.3 < LIMITS.settle_s + 2 * WINDOW_S


def test_somebody_who_thinks_aloud_is_left_to_think() -> None:
    call = Call()
    call.words = ("thinking", 3, False)
    call.speech(1.0).silence(3.0).speech(0.5)
    assert "commit" not in call.kinds()


def test_without_the_words_no_turn_ends_until_they_are_given_up() -> None:
    call = Call()
    call.words = None
    call.speech(2.0).silence(LIMITS.deaf_s - 0.5)
    assert "commit" not in call.kinds()
    assert "hurry" in call.kinds()
    call.silence(1.0)
    assert call.kinds()[-1] == "commit"


def test_noise_without_a_word_is_no_turn() -> None:
    call = Call()
    call.words = ("none", 0, True)
    call.speech(0.3).silence(1.0)
    assert call.kinds()[-1] == "drop"


def test_long_speech_without_a_word_is_still_answered() -> None:
    call = Call()
    call.words = ("none", 0, True)
    call.speech(2.0).silence(2.0)
    assert call.kinds()[-1] == "commit"


def test_the_buyer_falls_silent_at_once_and_for_good_when_real_words_come() -> None:
    call = Call().buyer(True)
    call.speech(0.6).silence(1.0)
    assert call.at_s("hold") <= LIMITS.hold_s + WINDOW_S
    assert call.kinds().index("hold") < call.kinds().index("stop") < call.kinds().index("commit")
    assert "release" not in call.kinds()


def test_long_speech_stops_the_buyer_before_its_words_are_known() -> None:
    call = Call().buyer(True)
    call.words = None
    call.speech(1.5)
    assert call.kinds() == ["open", "hold", "stop"]


def test_a_nod_holds_the_buyer_for_a_moment_and_is_no_turn() -> None:
    call = Call().buyer(True)
    call.words = ("short_answer", 1, True)
    call.speech(0.3).silence(1.0)
    assert call.kinds()[-2:] == ["release", "drop"]
    assert call.at_s("release") - call.at_s("hold") < 0.4


def test_a_rep_who_talks_and_talks_is_cut_into_once_and_the_turn_is_over_there() -> None:
    call = Call(Limits(talks_over_s=5.0)).speech(3.0).silence(0.2).speech(2.5)
    kinds = call.kinds()
    assert kinds[-2:] == ["cut_in", "open"]
    assert call.at_s("cut_in") == pytest.approx(5.1, abs=0.1)
    assert "commit" not in kinds


def test_a_rep_who_is_never_too_long_is_never_cut_into() -> None:
    call = Call().speech(120.0)
    assert call.kinds() == ["open"]


def test_speech_that_was_going_on_when_the_buyer_cut_in_is_no_interruption() -> None:
    call = Call(Limits(talks_over_s=5.0)).speech(5.2).buyer(True).speech(1.3)
    call.silence(1.0)
    assert call.kinds() == ["open", "cut_in", "open", "speculate", "drop"]


def test_what_trails_off_counts_from_the_first_sound_of_the_buyer() -> None:
    call = Call(Limits(talks_over_s=5.0)).speech(5.2).buyer(True).speech(0.8)
    call.buyer(True).speech(1.3).silence(1.0)
    assert "hold" not in call.kinds()


def test_a_rep_who_talks_on_over_the_buyer_who_cut_in_interrupts_it() -> None:
    call = Call(Limits(talks_over_s=5.0)).speech(5.2).buyer(True).speech(3.0).silence(1.0)
    assert call.kinds()[-6:] == ["hold", "stop", "speculate", "preflight", "ask", "commit"]


def test_new_speech_over_the_buyer_who_cut_in_is_an_interruption() -> None:
    call = Call(Limits(talks_over_s=5.0)).speech(5.2).buyer(True).speech(0.3).silence(0.4)
    call.speech(0.5).silence(1.0)
    assert call.kinds()[-7:] == ["open", "hold", "speculate", "stop", "preflight", "ask", "commit"]


def test_a_long_turn_leaves_room_for_a_murmur_at_a_pause_that_looks_unfinished() -> None:
    call = Call()
    call.words, call.p_end = ("unfinished", 9, False), 0.1
    call.speech(3.0).silence(0.4).speech(3.0).silence(0.4).speech(1.0)
    assert call.kinds().count("nod") == 1
    assert call.at_s("nod") > LIMITS.nod_after_s


@pytest.mark.parametrize("hint", ["whole", "short_answer", "thinking"])
def test_no_murmur_at_a_pause_that_may_be_the_end_or_is_for_thinking(hint: Hint) -> None:
    call = Call()
    call.words = (hint, 9, False)
    call.speech(8.0).silence(0.3)
    assert "nod" not in call.kinds()


def test_no_murmur_shortly_before_the_turn_may_be_over() -> None:
    call = Call()
    call.words = None
    call.speech(8.0).silence(0.9)
    call.note(call.turns.understood(1, "unfinished", n_words=9, nods=False))
    assert "nod" not in call.kinds()


@pytest.mark.parametrize("noise_s", [0.03, 0.06, 0.1])
def test_a_cough_or_a_key_does_not_make_the_buyer_pause(noise_s: float) -> None:
    call = Call().buyer(True)
    call.words = ("none", 0, True)
    call.speech(noise_s).silence(1.0)
    assert "hold" not in call.kinds()


def test_the_buyer_goes_on_when_the_words_never_come() -> None:
    call = Call().buyer(True)
    call.words = None
    call.speech(0.3).silence(1.5)
    assert "release" in call.kinds()


def test_late_words_about_an_old_pause_change_nothing() -> None:
    call = Call()
    call.words = None
    call.speech(1.0).silence(0.2).speech(0.5)
    assert call.turns.understood(1, "whole", n_words=9, nods=False) == ()
    assert call.turns.predicted(1, 1.0) == ()


def test_a_call_on_hold_gives_up_what_was_begun() -> None:
    call = Call().speech(1.0).silence(0.2)
    assert [act.kind for act in call.turns.reset()] == ["withdraw", "drop"]
    assert not call.turns.open


@pytest.mark.parametrize("settle_s", [0.0, 0.2, 0.3, 1.0, 4.0])
@pytest.mark.parametrize("patience_s", [0.0, 0.3, 1.2, 5.0])
def test_any_two_waits_that_people_set_make_an_order(settle_s: float, patience_s: float) -> None:
    limits = Limits.of(settle_s=settle_s, patience_s=patience_s)
    waits = (limits.settle_s, limits.doubt_s, limits.unsure_s, limits.patience_s)
    assert list(waits) == sorted(waits)
    assert limits.ask_s <= limits.settle_s


# -- anything may come -------------------------------------------------------------------------

Step = Callable[[Call], object]


def steps() -> st.SearchStrategy[Step]:
    durations = st.floats(0.03, 3.0)
    hints = st.sampled_from(["short_answer", "whole", "unfinished", "thinking", "none"])
    understood = st.none() | st.tuples(hints, st.integers(0, 5), st.booleans())
    return st.one_of(
        durations.map(lambda s: lambda call: call.speech(s)),
        durations.map(lambda s: lambda call: call.silence(s)),
        st.tuples(durations, st.floats(0, 1)).map(lambda a: lambda call: call.sound(*a)),
        st.booleans().map(lambda on: lambda call: call.buyer(on)),
        understood.map(lambda words: lambda call: setattr(call, "words", words)),
        (st.none() | st.floats(0, 1)).map(lambda p: lambda call: setattr(call, "p_end", p)),
    )


CUTTING: Limits = Limits(talks_over_s=4.0, nod_after_s=2.0)


def played(script: list[Step]) -> Call:
    call = Call(CUTTING)
    for step in script:
        step(call)
    return call


@settings(max_examples=150, deadline=None)
@given(st.lists(steps(), max_size=25))
def test_whatever_happens_every_turn_that_opens_ends_once(script: list[Step]) -> None:
    call = played(script)
    call.buyer(False)
    call.words, call.p_end = ("none", 1, False), 0.5
    call.silence(LIMITS.deaf_s + LIMITS.thinking_s + 1)
    n_open = 0
    for kind in call.kinds():
        n_open += {"open": 1, "commit": -1, "drop": -1, "cut_in": -1}.get(kind, 0)
        assert n_open in (0, 1)
    assert n_open == 0
    assert not call.turns.open


@settings(max_examples=150, deadline=None)
@given(st.lists(steps(), max_size=25))
def test_whatever_happens_a_reply_is_made_at_most_once_a_pause(script: list[Step]) -> None:
    call = played(script)
    for kind in ("speculate", "preflight", "ask", "hurry", "nod", "cut_in", "commit"):
        pauses = [act.n for _, act in call.acts if act.kind == kind]
        assert pauses == sorted(set(pauses))
    made = {act.n for _, act in call.acts if act.kind == "preflight"}
    assert made <= {act.n for _, act in call.acts if act.kind == "speculate"}


@settings(max_examples=150, deadline=None)
@given(st.lists(steps(), max_size=25))
def test_whatever_happens_the_buyer_is_held_and_released_in_turn(script: list[Step]) -> None:
    call = played(script)
    held = heard = False
    told = list(call.told)
    for n, kind in enumerate(call.kinds()):
        while told and told[0][0] <= n:
            _, now = told.pop(0)
            held = held and now == heard  # a reply that is over is held no more
            heard = now
        heard = heard or kind == "cut_in"
        if kind == "hold":
            assert not held
            held = True
        elif kind == "release":
            assert held
            held = False
        elif kind == "stop":
            held = False


@settings(max_examples=50, deadline=None)
@given(st.lists(steps(), max_size=15))
def test_the_same_sound_gives_the_same_acts(script: list[Step]) -> None:
    assert played(script).acts == played(script).acts


@settings(max_examples=100, deadline=None)
@given(st.lists(steps(), max_size=25))
def test_no_turn_ends_before_the_shortest_wait(script: list[Step]) -> None:
    call = played(script)
    for at_s, act in call.acts:
        if act.kind == "commit":
            assert at_s - act.at_s >= CUTTING.settle_s - WINDOW_S / 2


@settings(max_examples=100, deadline=None)
@given(st.lists(steps(), max_size=25))
def test_whatever_happens_the_buyer_cuts_in_only_on_a_rep_who_talks_and_talks(
    script: list[Step],
) -> None:
    call = played(script)
    opened_s = 0.0
    for at_s, act in call.acts:
        if act.kind == "open":
            opened_s = at_s
        elif act.kind == "cut_in":
            assert at_s - opened_s >= 4.0 - WINDOW_S
            assert act.at_s == pytest.approx(at_s)  # in the middle of speech


@settings(max_examples=100, deadline=None)
@given(st.lists(steps(), max_size=25))
def test_whatever_happens_a_murmur_comes_late_in_a_turn_and_well_before_its_end(
    script: list[Step],
) -> None:
    call = played(script)
    opened_s = 0.0
    for at_s, act in call.acts:
        if act.kind == "open":
            opened_s = at_s
        elif act.kind == "nod":
            assert at_s - opened_s >= CUTTING.nod_after_s - WINDOW_S
            assert at_s - act.at_s <= CUTTING.patience_s - CUTTING.nod_room_s + WINDOW_S
            assert not any(a.kind == "commit" and a.n == act.n and at < at_s for at, a in call.acts)


# -- scripted calls ----------------------------------------------------------------------------


def small_talk(call: Call) -> None:
    """A greeting, a question with a pause for thought, an interruption, a nod, a cough."""
    call.silence(0.5).buyer(True).silence(1.0).buyer(False)
    call.words = ("whole", 6, False)
    call.speech(1.8).silence(0.5).buyer(True).silence(0.8)
    call.words = ("short_answer", 1, True)
    call.speech(0.28).silence(1.2)
    call.words = ("none", 0, True)
    call.speech(0.1).silence(0.6)
    call.words = ("unfinished", 3, False)
    call.p_end = 0.2
    call.speech(1.2).silence(0.8)
    call.words = ("whole", 9, False)
    call.p_end = 0.8
    call.speech(1.6).silence(0.6)


def slow_ears(call: Call) -> None:
    """The recognizer answers late, then not at all."""
    call.words = None
    call.speech(2.0).silence(0.9)
    call.note(call.turns.understood(1, "whole", n_words=7, nods=False))
    call.silence(0.3).speech(1.5).silence(6.0)


def monologue(call: Call) -> None:
    """Pauses that more must follow, a murmur; the buyer cuts in, the rep trails off and nods;
    then once more, and this time the rep does not let the buyer speak."""
    call.words, call.p_end = ("unfinished", 12, False), 0.1
    call.speech(3.0).silence(0.3).speech(3.2).silence(0.4).speech(4.0)
    call.buyer(True).speech(0.4).silence(0.6)
    call.words = ("short_answer", 1, True)
    call.speech(0.26).silence(0.5).buyer(False).silence(1.0)
    call.words = ("whole", 30, False)
    call.speech(10.4).buyer(True).speech(2.9).silence(0.7)


@pytest.mark.parametrize(
    ("script", "limits"),
    [(small_talk, LIMITS), (slow_ears, LIMITS), (monologue, Limits(talks_over_s=10.0))],
)
def test_a_scripted_call_is_decided_as_written_down(
    script: Callable[[Call], None], limits: Limits
) -> None:
    """To renew: delete the file, run again, read the difference."""
    call = Call(limits)
    script(call)
    file = GOLD / f"turns_{script.__name__}.txt"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_text(call.written())
        pytest.fail(f"{file.name} was written anew; read it, then run again")
    assert call.written() == file.read_text()
