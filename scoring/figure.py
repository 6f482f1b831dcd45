"""What a measure is, apart from its value in one call."""

from dataclasses import dataclass

from scoring.measure import Measure


@dataclass(frozen=True, slots=True)
class Figure:
    """The fixed half of a Measure; its texts are for the rep."""

    name: str
    label: str
    unit: str
    definition: str
    reference: str = ""

    def of(
        self, value: float, denominator: str, interval: tuple[float, float] | None = None
    ) -> Measure:
        """A value with what it was measured over; no interval when it is exact."""
        low, high = interval or (None, None)
        return self._measure(value, low, high, None, denominator)

    def unknown(self, reason: str, denominator: str) -> Measure:
        """No value, and why."""
        return self._measure(None, None, None, reason, denominator)

    def _measure(
        self,
        value: float | None,
        low: float | None,
        high: float | None,
        reason: str | None,
        denominator: str,
    ) -> Measure:
        return Measure(
            name=self.name,
            label=self.label,
            value=value,
            unit=self.unit,
            low=low,
            high=high,
            reason=reason,
            denominator=denominator,
            definition=self.definition,
            reference=self.reference,
        )


def seconds(duration_s: float) -> str:
    """A duration as people read it, rounded down so that 59.9 s never reads as the minute that is
    needed: "48 s", "2 min", "4 min 10 s"."""
    whole = int(duration_s + 1e-6)
    minutes, rest = divmod(whole, 60)
    if whole < 100 and rest:
        return f"{whole} s"
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def too_little(what: str, have_s: float, need_s: float) -> str:
    """The reason below the least data, such as "Not enough to judge: 48 s of your speech, 2 min
    needed." """
    return f"Not enough to judge: {seconds(have_s)} of {what}, {seconds(need_s)} needed."
