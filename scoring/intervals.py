"""95 % intervals of small samples, by the standard library alone."""

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

TAIL = 0.025
"""Probability outside on each side."""
_STEPS = 60
"""Bisections; enough to halve any of our ranges below the last bit that is shown."""


def poisson_interval(count: int) -> tuple[float, float]:
    """Exact interval of a Poisson mean after `count` events (Garwood 1936), by bisection on the
    distribution; the lower end is 0 for no event."""
    top = count + 10.0 * math.sqrt(count + 1.0) + 10.0
    low = 0.0
    if count:
        low = _bisect(lambda mean: 1 - _poisson_at_most(count - 1, mean) < TAIL, top)
    return low, _bisect(lambda mean: _poisson_at_most(count, mean) > TAIL, top)


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Distribution-free interval of a median from order statistics (binomial with p 1/2); None
    below six values, where even the whole range covers less than 95 %."""
    n = len(values)
    cumulative, rank = 0.0, 0
    for k in range(n // 2):
        cumulative += math.comb(n, k) / 2**n
        if cumulative > TAIL:
            break
        rank = k + 1
    if rank == 0:
        return None
    in_order = sorted(values)
    return in_order[rank - 1], in_order[n - rank]


def ratio_interval(counts: Sequence[float], sizes: Sequence[float]) -> tuple[float, float] | None:
    """Interval of sum(counts) / sum(sizes) from how the parts vary: the ratio estimator's standard
    error (Cochran 1977, 6.3) times Student's t; None below three parts."""
    n = len(counts)
    if n < 3:
        return None
    total = math.fsum(sizes)
    ratio = math.fsum(counts) / total
    squares = math.fsum((c - ratio * s) ** 2 for c, s in zip(counts, sizes, strict=True))
    half = student_t(n - 1) * math.sqrt(n / (n - 1) * squares) / total
    return max(0.0, ratio - half), ratio + half


def student_t(freedom: int) -> float:
    """The 97.5 % point of Student's t, by the expansion of Abramowitz & Stegun 26.7.5; within
    1 % from 2 degrees of freedom on but for 2 itself (4.28 for 4.30)."""
    x = NormalDist().inv_cdf(1 - TAIL)
    g1 = (x**3 + x) / 4
    g2 = (5 * x**5 + 16 * x**3 + 3 * x) / 96
    g3 = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
    g4 = (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160
    return x + g1 / freedom + g2 / freedom**2 + g3 / freedom**3 + g4 / freedom**4


def _poisson_at_most(count: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    logs = (k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(count + 1))
    return math.fsum(math.exp(log) for log in logs)


def _bisect(goes_on: Callable[[float], bool], top: float) -> float:
    """Where goes_on turns False between 0 and top."""
    low, high = 0.0, top
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if goes_on(middle) else (low, middle)
    return (low + high) / 2
