"""A stretch of time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if self.end_s < self.start_s:
            raise ValueError(f"a span ends after it starts, not {self.start_s}..{self.end_s}")

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s
