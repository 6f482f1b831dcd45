"""The log of a call leads to the same states again, bit for bit; any turn can be gone on from."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.buyer import Acts, Buyer, Plan
from agents.buyer_log import Step, replayed, resumed
from agents.events import CallEvent
from agents.outcome import to_document, to_event
from tests.agents.test_buyer_state_properties import PHRASES
from tests.fakes.drill import GATED, PERSONA

SCENARIO = replace(GATED, minutes=30)
GATE = [
    "this is alex from shiftly",
    "it is about your planning",
    "could you start small with a pilot",
]
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["said", "said", "said", "silence", "cut_in", "time"]),
        st.sampled_from([*PHRASES, *GATE]),
        st.sampled_from([None, 0.0, 0.3, 0.5, 1.0]),  # heard; None: the rep goes on before a word
        st.sampled_from([Acts(), Acts(("acknowledgement",)), Acts((), ("question_open",))]),
    ),
    max_size=30,
)


def held(
    happenings: list[tuple[str, str, float | None, Acts]],
) -> tuple[Buyer, list[CallEvent], list[Plan]]:
    """A call as agents/conversation.py holds it, and its log as it is on the disk."""
    buyer = Buyer(SCENARIO, PERSONA, 7)
    events: list[CallEvent] = []
    plans: list[Plan] = []

    def note(kind: str, data: dict[str, object]) -> None:
        line = json.dumps(to_document(CallEvent(kind, 0.0, data)))  # type: ignore[arg-type]
        events.append(to_event(json.loads(line)))

    def voiced(share: float | None) -> None:
        if share is not None and buyer.voicing is not None:
            buyer.voiced(buyer.voicing, share)
            note("buyer_heard", {"share": share})

    buyer.take_up(buyer.opening())
    voiced(1.0)
    for n, (kind, text, share, acts) in enumerate(happenings):
        at_s = 3.3 * n
        if kind == "said":
            plan = buyer.reply_to(text, speech_s=2.1, at_s=at_s, acts=acts)
        elif kind == "cut_in":
            plan = buyer.to_monologue(at_s, 44.4, text)
        elif kind == "silence":
            plan = buyer.to_silence(at_s)
        else:
            plan = buyer.at_end_of_time()
        buyer.take_up(plan)
        plans.append(plan)
        note("buyer_input", plan.entry)
        voiced(share)
        if plan.beat.kind == "put_through" and share == 1.0:
            plan = buyer.after_transfer(at_s)
            buyer.take_up(plan)
            plans.append(plan)
            note("buyer_input", plan.entry)
            voiced(share)
    return buyer, events, plans


@given(HAPPENINGS)
def test_the_log_replays_to_the_same_states_and_beats(happenings) -> None:
    _, events, plans = held(happenings)
    assert [s.after for s in replayed(events, SCENARIO, PERSONA, 7)] == [p.state for p in plans]
    assert [s.beat for s in replayed(events, SCENARIO, PERSONA, 7)] == [p.beat for p in plans]


@settings(max_examples=40)
@given(HAPPENINGS.filter(bool), st.data())
def test_any_turn_can_be_gone_on_from(happenings, data) -> None:
    _, events, plans = held(happenings)
    n = data.draw(st.integers(1, len(plans)))
    state = resumed(events, SCENARIO, PERSONA, 7, n)
    assert state == plans[n - 1].step.before
    again = Buyer(SCENARIO, PERSONA, 7, state)
    assert again.reply_to("how do you plan your shifts today", speech_s=2, at_s=1.0).state == (
        Buyer(SCENARIO, PERSONA, 7, plans[n - 1].step.before)
        .reply_to("how do you plan your shifts today", speech_s=2, at_s=1.0)
        .state
    )


def test_a_turn_that_was_not_there_cannot_be_gone_on_from() -> None:
    _, events, _ = held([("said", "okay", 1.0, Acts())])
    with pytest.raises(ValueError, match="2 decisions"):
        resumed(events, SCENARIO, PERSONA, 7, 2)


def test_a_model_that_read_the_words_otherwise_is_named() -> None:
    buyer, _, _ = held([])
    plan = buyer.reply_to("okay", speech_s=1, at_s=1.0, acts=Acts(("acknowledgement",)))
    assert plan.decided_by == "model"
    assert buyer.reply_to("okay", speech_s=1, at_s=1.0).decided_by == "rules"


def test_what_the_rep_claims_and_promises_is_noted_with_the_turn() -> None:
    buyer, _, _ = held(
        [("said", "this is alex from shiftly it is about your planning", 1.0, Acts())]
    )
    text = "it pays back in three months and i will send you the contract tomorrow"
    plan = buyer.reply_to(text, speech_s=5, at_s=9.0)
    assert {one.kind for one in plan.said} <= {"claim", "promise"}
    assert plan.said
    assert all(one.quote in text for one in plan.said)


def test_a_step_says_what_it_was_decided_from() -> None:
    _, events, plans = held([("said", "okay", 1.0, Acts()), ("silence", "", 1.0, Acts())])
    steps = list(replayed(events, SCENARIO, PERSONA, 7))
    assert [s.entry.kind for s in steps] == ["said", "silence"]
    assert isinstance(steps[0], Step)
    assert steps == [p.step for p in plans]
