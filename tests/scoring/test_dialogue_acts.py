"""What the rep's words do, with marks and without."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.dialogue_acts import Act, acts, find, found_acts
from scoring.question_forms import questions

CONCERN = ("budget", "price", "expens", "cost")
ANSWER = ("thirty percent", "payback", "onboard")
QUESTIONS = {"question_open", "question_closed", "question_clarifying"}


def bare(text: str) -> str:
    return re.sub(r"[^\w' %]", "", text.lower())


BOTH_WAYS: list[tuple[str, Act]] = [
    ("What would you compare our price with?", "question_clarifying"),
    ("So how do you plan your routes today?", "question_open"),
    ("Could you tell me how that works?", "question_open"),
    ("Is that because the budget is gone already?", "question_clarifying"),
    ("Okay, and does anybody else have a say?", "question_closed"),
    ("Well, when does your contract end?", "question_closed"),
    ("I understand that the budget is tight this year.", "acknowledgement"),
    ("That's a fair point.", "acknowledgement"),
    ("So for you it's the price that worries you.", "acknowledgement"),
    ("Our customers save thirty percent in the first year.", "evidence"),
    ("We help you plan every route in minutes.", "claim"),
    ("The license is forty dollars per user.", "price_talk"),
    ("Shall we set up a call on Tuesday?", "next_step_ask"),
    ("Does that help with the budget question?", "confirm_ask"),
    ("How does that sound?", "confirm_ask"),
    ("Can I ask you a few questions?", "permission"),
    ("Hi, this is Dana from Northwind.", "opener"),
    ("Um, yeah, okay.", "filler_talk"),
    ("That's a stupid question.", "rudeness"),
    ("No, it's not expensive at all.", "argue"),
    ("No, they will love it.", "argue"),
    ("So I do not think that the price is a problem for you.", "argue"),
    ("You should not do that, you would lose time.", "directive"),
    ("But our price is the best in the market.", "argue"),
    ("You need to look at the value.", "directive"),
]


@pytest.mark.parametrize(("text", "act"), BOTH_WAYS)
def test_an_act_is_found_with_marks_and_without(text: str, act: Act) -> None:
    for said in (text, bare(text)):
        assert act in acts(said, concern_words=CONCERN, answer_words=ANSWER), said


@pytest.mark.parametrize(
    "text",
    [
        "What does it cost you to cover the nights?",
        "What did it cost you to settle that claim?",
        "What do you think went wrong?",
        "What do you think about the present supplier?",
        "How does that work for the drivers?",
        "How does it feel when a shift is empty?",
        "Which orders does that cover?",
        "How much would it change to start in May?",
        "What would make sense for your people?",
    ],
)
def test_a_question_word_before_it_asks_for_an_account_and_confirms_nothing(text: str) -> None:
    for said in (text, bare(text)):
        assert "confirm_ask" not in acts(said), said


@pytest.mark.parametrize(
    "text",
    [
        "Does that cover it?",
        "What do you think?",
        "So, what do you think about that?",
        "How does that look to you?",
        "What is still open for you?",
        "Is there anything else that worries you?",
    ],
)
def test_asking_whether_it_is_settled_confirms(text: str) -> None:
    for said in (text, bare(text)):
        assert "confirm_ask" in acts(said), said


@pytest.mark.parametrize(
    "text",
    [
        "I understand, but our price is the best.",
        "I hear you on the budget, however we cannot change the price.",
        "I understand that the price is high but it is worth it.",
        "That makes sense. But let me explain.",
        "Our price is the lowest in the market.",
        "You need to find the budget for it.",
        "Is it the budget?",
        "So I do not think that the budget is a problem for you.",
    ],
)
def test_no_acknowledgement_that_is_taken_back_or_none_at_all(text: str) -> None:
    for said in (text, bare(text)):
        assert "acknowledgement" not in acts(said, concern_words=CONCERN), said


@pytest.mark.parametrize(
    "text",
    [
        "i know what you mean",
        "that's what we do for our customers",
        "it depends on how you use it",
        "when we started we had two customers",
        "people who are in the office can use it too",
        "i would like to have you on board",
        "we can show you how it works",
    ],
)
def test_a_statement_with_a_question_word_is_no_question(text: str) -> None:
    assert not acts(text) & QUESTIONS


@pytest.mark.parametrize(
    "text",
    [
        "I understand that a plan that has held for twenty years matters to you.",
        "I hear you, and forty dollars a van is a fair point.",
        "Changing a way of planning that works is not a small thing.",
    ],
)
def test_a_concern_that_is_said_back_proves_and_claims_nothing(text: str) -> None:
    assert acts(text) & {"acknowledgement", "claim", "evidence"} == {"acknowledgement"}


def test_a_figure_after_an_acknowledgement_still_proves_something() -> None:
    assert acts("I understand that. Our customers save twenty percent.") >= {"evidence", "claim"}


def test_two_questions_in_a_row_without_marks_are_two() -> None:
    text = "how do you handle that today and who else is involved"
    assert len(questions(text)) == 2


def test_a_choice_with_or_is_one_question() -> None:
    assert len(questions("is it because the budget is gone or is it the timing")) == 1


def test_a_stem_finds_longer_words_and_written_numbers() -> None:
    assert "claim" in acts("About 30% of it goes away.", answer_words=("thirty percent",))
    assert "claim" in acts("Our onboarding takes a day.", answer_words=("onboard",))
    assert "acknowledgement" in acts("So for you budgets are tight.", concern_words=("budget",))


def test_a_short_stem_is_a_whole_word() -> None:
    assert "claim" not in acts("Yes the captain said so.", answer_words=("cap",))


def test_find_says_where() -> None:
    text = "That makes sense. What would you compare it with?"
    place = find(text, "question_open")
    assert place is not None
    assert text[slice(*place)] == "What would you compare it with?"
    assert find(text, "rudeness") is None


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_acts_inside_it(text: str) -> None:
    for found in found_acts(text, concern_words=CONCERN, answer_words=ANSWER):
        assert 0 <= found.start < found.end <= len(text)


PIECES = st.sampled_from([*(t for t, _ in BOTH_WAYS), "and", "so", "um", "well", "but", "?", "."])


@settings(deadline=None)
@given(st.lists(PIECES, max_size=8).map(" ".join))
def test_places_hold_for_any_mix_of_wordings(text: str) -> None:
    for found in found_acts(text, concern_words=CONCERN, answer_words=ANSWER):
        assert text[found.start : found.end].strip()
