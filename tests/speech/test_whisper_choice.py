"""Which Whisper model is chosen, of figures that were measured."""

from hypothesis import given
from hypothesis import strategies as st

from speech.models import WHISPER_MODELS
from speech.whisper_choice import AS_GOOD_AS, WhisperFigure, candidates, choose

BUDGET_S = 0.25
figures = st.lists(
    st.builds(
        WhisperFigure,
        model=st.sampled_from(["tiny.en", "base.en", "small.en"]),
        n_threads=st.sampled_from([1, 2, 4, 8]),
        window_s=st.sampled_from([10.0, 15.0, 30.0]),
        words_s=st.floats(0.001, 2),
        n_runs=st.just(5),
    ),
    unique_by=lambda one: (one.model, one.n_threads, one.window_s),
)


def took(model: str, n_threads: int, window_s: float, words_s: float) -> WhisperFigure:
    return WhisperFigure(model, n_threads, window_s, words_s, 5)


def chosen(*measured: WhisperFigure) -> tuple[str, int, float, bool]:
    choice = choose(measured, BUDGET_S)
    assert choice is not None
    one = choice.figure
    return one.model, one.n_threads, one.window_s, choice.fits


def test_the_largest_model_that_is_quick_enough_is_chosen() -> None:
    measured = [took("tiny.en", 2, 10, 0.1), took("base.en", 2, 10, 0.2)]
    assert chosen(*measured, took("small.en", 2, 10, 0.6)) == ("base.en", 2, 10, True)


def test_a_thread_that_gains_less_than_a_tenth_is_left_to_others() -> None:
    measured = [took("base.en", 1, 10, 0.21), took("base.en", 2, 10, 0.2)]
    assert chosen(*measured) == ("base.en", 1, 10, True)
    assert chosen(*measured, took("base.en", 4, 10, 0.1)) == ("base.en", 4, 10, True)


def test_a_thread_that_makes_the_difference_is_taken() -> None:
    measured = [took("base.en", 1, 10, 0.26), took("base.en", 2, 10, 0.245)]
    assert chosen(*measured) == ("base.en", 2, 10, True)


def test_all_of_whispers_window_is_taken_where_there_is_time_for_it() -> None:
    narrow = took("base.en", 2, 10, 0.05)
    assert chosen(narrow, took("base.en", 2, 30, 0.24)) == ("base.en", 2, 30, True)
    assert chosen(narrow, took("base.en", 2, 30, 0.26)) == ("base.en", 2, 10, True)


def test_where_nothing_is_quick_enough_the_quickest_is_chosen_and_said_to_be_late() -> None:
    measured = [took("tiny.en", 1, 10, 0.9), took("tiny.en", 2, 10, 0.7)]
    assert chosen(*measured, took("base.en", 2, 10, 1.5)) == ("tiny.en", 2, 10, False)


def test_without_figures_there_is_no_choice() -> None:
    assert choose(()) is None


@given(figures)
def test_nothing_larger_was_quick_enough_and_the_choice_was_measured(
    measured: list[WhisperFigure],
) -> None:
    choice = choose(measured, BUDGET_S)
    assert (choice is None) == (not measured)
    if choice is None:
        return
    assert choice.figure in measured
    assert choice.fits == (choice.figure.words_s <= BUDGET_S)
    least_s = min(one.window_s for one in measured)
    rivals = [one for one in measured if one.window_s == least_s and one.words_s <= BUDGET_S]
    assert choice.fits == bool(rivals)
    size = WHISPER_MODELS[choice.figure.model].megabytes
    assert not rivals or size == max(WHISPER_MODELS[one.model].megabytes for one in rivals)


@given(figures)
def test_fewer_threads_would_have_cost_more_than_a_tenth(measured: list[WhisperFigure]) -> None:
    choice = choose(measured, BUDGET_S)
    if choice is None or not choice.fits:
        return
    least_s = min(one.window_s for one in measured)
    own = [
        one
        for one in measured
        if (one.model, one.window_s) == (choice.figure.model, least_s) and one.words_s <= BUDGET_S
    ]
    best_s = min(one.words_s for one in own)
    fewer = [one for one in own if one.n_threads < choice.figure.n_threads]
    assert all(one.words_s > best_s * AS_GOOD_AS for one in fewer)


@given(figures)
def test_the_order_of_the_figures_does_not_matter_to_what_fits(
    measured: list[WhisperFigure],
) -> None:
    turned = choose(reversed(measured), BUDGET_S)
    straight = choose(measured, BUDGET_S)
    assert (turned is None) == (straight is None)
    if turned is not None and straight is not None and straight.fits:
        assert turned == straight


def test_of_twins_the_english_one_is_measured_for_english() -> None:
    everything = tuple(WHISPER_MODELS)
    assert candidates(everything, "base.en") == ("tiny.en", "base.en", "small.en")
    assert candidates(("small", "base.en"), "base.en") == ("base.en", "small")


def test_a_multilingual_model_is_not_exchanged_for_an_english_only_one() -> None:
    assert candidates(tuple(WHISPER_MODELS), "small") == ("tiny", "base", "small")
    assert candidates(("small.en",), "base") == ()
