"""How much the rep asks, and when."""

from bisect import bisect_right

from scoring.clauses import word_spans
from scoring.figure import Figure, seconds
from scoring.measure import Measure
from scoring.question_forms import questions
from scoring.timeline import Timeline
from scoring.utterances import timed_words
from speech.words import Transcript, Utterance

QUESTIONS = Figure(
    "questions",
    "Questions",
    "questions",
    "How many questions you asked, open and closed, found by their wording; how many a minute, and "
    "how they spread over the thirds of the call.",
    "11 to 14 targeted questions on a discovery call, spread evenly (Gong Labs, second-hand).",
)


def question_count(transcript: Transcript, timeline: Timeline) -> Measure:
    asked = asked_at(transcript)
    extent = seconds(timeline.extent_s)
    if not transcript.of("rep"):
        return QUESTIONS.unknown("You were not heard on this call.", f"{extent} of conversation")
    denominator = f"{extent} of conversation"
    if asked and timeline.extent_s:
        rate = 60 * len(asked) / timeline.extent_s
        denominator += f": {rate:.1f} a minute; {_spread(asked, timeline)} in its thirds"
    return QUESTIONS.of(float(len(asked)), denominator)


def asked_at(transcript: Transcript) -> tuple[float, ...]:
    """Seconds at which each question of the rep starts."""
    rep = transcript.of("rep")
    return tuple(time_at(u, q.start) for u in rep for q in questions(u.text))


def time_at(utterance: Utterance, offset: int) -> float:
    """When the word at a character offset of the text starts, in seconds; by its place among the
    words where word times and text were not cut alike."""
    words = timed_words(utterance)
    starts = [a for a, _ in word_spans(utterance.text)]
    if not words or not starts:
        return utterance.start_s
    nth = max(bisect_right(starts, offset) - 1, 0)
    return words[min(nth * len(words) // len(starts), len(words) - 1)].start_s


def _spread(asked: tuple[float, ...], timeline: Timeline) -> str:
    third_s = timeline.extent_s / 3
    nths = [min(max(int((t - timeline.start_s) / third_s), 0), 2) for t in asked]
    return ", ".join(str(nths.count(n)) for n in range(3))
