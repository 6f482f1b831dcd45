"""Intervals against tables that anyone can look up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.intervals import median_interval, poisson_interval, ratio_interval, student_t


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (100, 81.364, 121.627),
    ],
)
def test_the_poisson_interval_is_the_exact_one(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), abs=0.002)


@settings(deadline=None)
@given(st.integers(0, 150))
def test_a_poisson_interval_holds_its_count(count: int) -> None:
    low, high = poisson_interval(count)
    assert low <= count < high


@pytest.mark.parametrize(("freedom", "t"), [(3, 3.182), (9, 2.262), (30, 2.042)])
def test_student_t_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert student_t(freedom) == pytest.approx(t, rel=0.01)


def test_the_median_interval_of_few_values_is_unknown() -> None:
    assert median_interval([0.1, 0.2, 0.3, 0.4, 0.5]) is None


def test_the_median_interval_takes_the_ranks_of_the_binomial() -> None:
    assert median_interval(list(range(1, 7))) == (1, 6)
    assert median_interval(list(range(1, 11))) == (2, 9)
    assert median_interval(list(range(1, 26))) == (8, 18)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 60)), min_size=3, max_size=20))
def test_a_ratio_interval_holds_its_ratio(parts: list[tuple[float, float]]) -> None:
    counts, sizes = zip(*parts, strict=True)
    interval = ratio_interval(counts, sizes)
    assert interval is not None
    low, high = interval
    assert low - 1e-9 <= sum(counts) / sum(sizes) <= high + 1e-9


def test_parts_that_agree_leave_no_doubt() -> None:
    assert ratio_interval([20, 40, 60], [1, 2, 3]) == pytest.approx((20, 20))
