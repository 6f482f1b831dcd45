"""Every measure of a call, in the order in which they are shown."""

from scoring.filler_rate import discourse_fillers, filled_pauses, rep_fillers
from scoring.measure import Measure
from scoring.pace import articulation_rate, pace
from scoring.patience import interruptions, patience
from scoring.question_count import question_count
from scoring.runs import rep_runs, speaking_s
from scoring.talk import interactivity, longest_monologue, talk_share
from scoring.timeline import Timeline, turns
from speech.words import Transcript


def measure_call(transcript: Transcript, timeline: Timeline) -> tuple[Measure, ...]:
    """pace, articulation_rate, filled_pauses, discourse_fillers, talk_share, patience,
    longest_monologue, interactivity, questions, interruptions; each None with a reason where there
    is too little."""
    runs = rep_runs(transcript, timeline)
    taken = turns(timeline, transcript)
    said = rep_fillers(transcript)
    spoken_s = speaking_s(runs)
    return (
        pace(runs),
        articulation_rate(runs, timeline.rep),
        filled_pauses(said, spoken_s),
        discourse_fillers(said, spoken_s),
        talk_share(timeline),
        patience(taken),
        longest_monologue(taken),
        interactivity(taken, timeline.extent_s),
        question_count(transcript, timeline),
        interruptions(transcript, timeline),
    )
