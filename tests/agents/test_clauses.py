"""Clauses come early, in order, and nothing is lost or split."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clauses import (
    FIRST_CHARACTERS,
    LATER_CHARACTERS,
    MIN_CHARACTERS,
    Clauses,
    ends_sentence,
    sentences,
)

TOKENS = st.sampled_from(
    ["We", "plan", "2.5", "$3,000", "e.g.", "Mr. Low", "hand,", "so;", "well:", "then.", "no?",
     "-", "a—b", "…", "“yes.”", " ", "\n", "x" * 70, "Really!", "twelve"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(TOKENS, max_size=80).map(" ".join))


def cut(*pieces: str) -> list[str]:
    clauses = Clauses()
    return [c for piece in pieces for c in clauses.push(piece)] + clauses.finish()


@given(TEXTS)
def test_the_clauses_joined_are_the_text(text: str) -> None:
    assert "".join(cut(text)) == text


@given(TEXTS, st.lists(st.integers(0, 300), max_size=20))
def test_the_pieces_that_a_text_comes_in_change_nothing(text: str, at: list[int]) -> None:
    ends = [0, *sorted(min(n, len(text)) for n in at), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(ends)]
    assert cut(*pieces) == cut(text)


@given(TEXTS)
def test_no_clause_but_the_last_is_short(text: str) -> None:
    assert all(len(clause.strip()) >= MIN_CHARACTERS for clause in cut(text)[:-1])


@given(st.lists(TOKENS, max_size=80).map(" ".join))
def test_figures_and_abbreviations_are_never_split(text: str) -> None:
    for clause in cut(text)[:-1]:
        rest = text[len(clause) :]
        assert not clause.endswith(("e.g. ", "Mr. "))
        assert not (clause[-1:].isdigit() and rest[:1] in ".,")
        assert not (clause.endswith((".", ",")) and rest[:1].isdigit())
        text = rest


@given(st.lists(st.sampled_from(["We", "plan", "hand,", "then."]), max_size=200).map(" ".join))
def test_no_clause_of_ordinary_words_is_long(text: str) -> None:
    found = cut(text)
    assert all(len(clause) <= LATER_CHARACTERS + 1 for clause in found)
    assert all(len(clause) <= FIRST_CHARACTERS + 2 for clause in found[:1])


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("Not really", ["Not really"]),
        ("Well, to be honest, no. Yes. ", ["Well, to be honest, ", "no. Yes. "]),
        ("Fine. We plan by hand. Every week.", ["Fine. We plan by hand. ", "Every week."]),
        ("We pay $3,000 for it; too much.", ["We pay $3,000 for it; ", "too much."]),
        (
            "It takes 2.5 hours, Mr. Low says. So.",
            ["It takes 2.5 hours, ", "Mr. Low says. ", "So."],
        ),
        ("We plan by hand - mostly, I think", ["We plan by hand - ", "mostly, I think"]),
        ("We plan by hand—mostly", ["We plan by hand—", "mostly"]),
        ("A well-known, half-hearted way.", ["A well-known, ", "half-hearted way."]),
        (
            "We have been planning every single shift of all the twelve drivers by hand",
            ["We have been planning ", "every single shift of all the twelve drivers by hand"],
        ),
    ],
)
def test_clauses_as_they_are_spoken(text: str, clauses: list[str]) -> None:
    assert cut(text) == clauses


def test_the_first_clause_is_there_as_soon_as_a_space_follows_its_mark() -> None:
    clauses = Clauses()
    assert clauses.push("To be honest,") == []
    assert clauses.push(" ") == ["To be honest, "]


@given(TEXTS)
def test_sentences_and_the_rest_are_the_text(text: str) -> None:
    found, rest = sentences(text)
    assert "".join(found) + rest == text
    assert all(ends_sentence(s) for s in found)


def test_a_first_clause_that_was_chosen_by_its_writer_is_not_waited_for() -> None:
    clauses = Clauses()
    assert clauses.push("I see. But my drivers know ") == []
    assert clauses.so_far() == ["I see. But my drivers know "]
    assert clauses.push("their routes. And so on. ") == ["their routes. "]


def test_a_first_clause_that_is_too_short_or_ends_in_a_word_is_waited_for() -> None:
    clauses = Clauses()
    clauses.push("I see. ")
    assert clauses.so_far() == []
    clauses.push("But my driv")
    assert clauses.so_far() == []
