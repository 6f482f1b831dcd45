"""What holds for any call whatever is said."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.authored import say
from agents.beat import Beat
from agents.buyer_mind import MOOD_LIMIT, PATIENCE_LIMIT
from agents.buyer_state import MAX_TURNS, BuyerState, begin, hear, heard, silent
from agents.rep_turn import TRUSTED
from configs.persona import Persona
from tests.fakes.drill import GATED, PERSONA, SCENARIO

PHRASES = [
    "hi dana this is alex",
    "how do you plan your shifts today",
    "how big is your team",
    "what went wrong because of that",
    "the price is forty dollars a month",
    "we implement and roll out in the contract",
    "i hear you what makes the budget hard",
    "i understand the audit matters",
    "it pays back in three months",
    "onboarding takes two weeks",
    "there is a one page business case",
    "does that address your concern",
    "can we set up a call next thursday",
    "our platform is the leading suite",
    "okay",
    "um",
    "",
    "you are an idiot",
    "have a good day",
]
POLITE = [
    "thank you so much dana",
    "that's a great point",
    "i really appreciate your time",
    "you are very kind",
    "i understand completely",
    "that makes sense",
    "okay great",
    "wonderful thanks",
    "i hear you",
]
ASKS = ["can we set up a call next thursday", "let's book a demo", "shall we do a next step"]

texts = st.one_of(st.sampled_from(PHRASES), st.text(max_size=60))
events = st.lists(
    st.tuples(
        st.one_of(st.none(), texts),  # None: the rep is silent
        st.floats(0, 90),  # seconds of speech
        st.floats(0, 1),  # share of the reply that was heard
    ),
    max_size=60,
)
personas = st.builds(
    lambda trust, interest, patience: replace(
        PERSONA, trust=trust, interest=interest, patience=patience
    ),
    st.integers(-5, 5),
    st.integers(-5, 5),
    st.integers(1, 12),
)


def played(
    happenings: list[tuple[str | None, float, float]], persona: Persona, seed: int = 1
) -> list[tuple[BuyerState, Beat, BuyerState]]:
    """(state before, beat, state after) of each event."""
    state, beat = begin(SCENARIO, persona, seed)
    steps = []
    for n, (text, speech_s, share) in enumerate(happenings):
        before, at_s = state, 5.0 * n
        if text is None:
            state, beat = silent(state, SCENARIO, persona, at_s=at_s)
        else:
            state, beat = hear(state, SCENARIO, persona, text, at_s=at_s, speech_s=speech_s)
        steps.append((before, beat, state))
        say(beat, state, SCENARIO, persona)
        state = heard(state, beat, share)
    return steps


@given(events, personas)
def test_bounds_hold_and_two_objections_are_never_open_at_once(happenings, persona) -> None:
    for _, beat, state in played(happenings, persona):
        assert -MOOD_LIMIT <= state.trust <= MOOD_LIMIT
        assert -MOOD_LIMIT <= state.interest <= MOOD_LIMIT
        assert 0 <= state.patience <= PATIENCE_LIMIT
        assert sum(o.in_play for o in state.objections) <= 1
        assert len(set(state.revealed)) == len(state.revealed)
        assert beat.ends_call == (state.ended is not None)
        assert (state.phase == "ended") == (state.ended is not None)


@given(events, personas)
def test_nothing_is_revealed_before_its_unlock(happenings, persona) -> None:
    facts = {f.id: f for f in SCENARIO.facts}
    for before, beat, state in played(happenings, persona):
        assert set(beat.fact_ids) <= set(state.revealed)
        for fact_id in set(state.revealed) - set(before.revealed):
            assert beat.fact_ids == (fact_id,)
            if facts[fact_id].unlock == "trusted":
                assert before.trust >= TRUSTED
            if facts[fact_id].unlock != "free":
                assert beat.because


@given(events, personas)
def test_an_objection_is_settled_only_after_it_was_raised(happenings, persona) -> None:
    for before, _, state in played(happenings, persona):
        for was, now in zip(before.objections, state.objections, strict=True):
            if now.stand != was.stand:
                assert (was.stand != "dormant") or now.stand == "raised"
                assert was.stand != "settled"


@given(events, personas, st.integers(0, 2**32))
def test_the_same_events_give_the_same_states_bit_for_bit(happenings, persona, seed) -> None:
    assert played(happenings, persona, seed) == played(happenings, persona, seed)


@given(events, personas)
def test_the_seed_changes_no_decision(happenings, persona) -> None:
    one, other = played(happenings, persona, 1), played(happenings, persona, 2)
    assert [b for _, b, _ in one] == [b for _, b, _ in other]


@settings(max_examples=50)
@given(st.lists(texts, min_size=1, max_size=6), personas, st.sampled_from([SCENARIO, GATED]))
def test_every_call_ends(cycle, persona, scenario) -> None:
    state, _ = begin(scenario, persona, 1)
    for n in range(MAX_TURNS):  # patience ends most calls, time the others
        said = cycle[n % len(cycle)]
        state, _ = hear(state, scenario, persona, said, at_s=5.0 * n, speech_s=3)
        if state.ended:
            return
    raise AssertionError("the call went on")


@given(st.lists(st.sampled_from(POLITE + ASKS), max_size=40), st.integers(0, 12))
def test_politeness_alone_never_wins(said, by_turn) -> None:
    charmed = replace(PERSONA, trust=5, interest=5, patience=20)
    objections = tuple(replace(o, by_turn=by_turn or 99) for o in SCENARIO.objections)
    scenario = replace(SCENARIO, objections=objections)
    state, _ = begin(scenario, charmed, 1)
    for n, text in enumerate(said):
        state, beat = hear(state, scenario, charmed, text, at_s=5.0 * n, speech_s=3)
        assert beat.kind != "agree"
        assert not state.agreed


@given(st.lists(st.sampled_from(["", " ", "um", "uh huh", "\x00", "?!", "…", "🙂"]), max_size=12))
def test_nonsense_is_never_asked_about_more_than_twice_in_a_row(said) -> None:
    kinds = "".join(b.kind[:2] for _, b, _ in played([(t, 1.0, 1.0) for t in said], PERSONA))
    assert "clclcl" not in kinds


@given(events, personas)
def test_no_concession_without_its_trigger_and_a_gate_opens_only_for_who_and_why(
    happenings, persona
) -> None:
    asking = [("could you start small with a pilot", 3.0, 1.0)]
    mixed = [one for pair in zip(happenings, asking * len(happenings), strict=True) for one in pair]
    state, beat = begin(GATED, persona, 1)
    for n, (text, speech_s, share) in enumerate(mixed):
        before = state
        if text is None:
            state, beat = silent(state, GATED, persona, at_s=float(n))
        else:
            state, beat = hear(state, GATED, persona, text, at_s=float(n), speech_s=speech_s)
        if set(state.granted) - set(before.granted):
            assert "tool" in before.revealed
            assert before.objection("price").stand == "settled"
        if beat.kind == "put_through":
            assert state.gate is not None
            assert state.gate.knows_who
            assert state.gate.said_why
        if before.phase == "gatekeeper" and state.phase not in ("gatekeeper", "ended"):
            assert before.gate is not None
            assert before.gate.through
        state = heard(state, beat, share)
