import pytest

from agents.number_words import numbers, same_or_in_thousands


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("four hundred thousand dollars", {"400000"}),
        ("some 400,000 for fuel", {"400000"}),
        ("nineteen grand", {"19000"}),
        ("one delivery in eight", {"8"}),
        ("twenty-eight thousand eight hundred", {"28800"}),
        ("between nineteen and twenty thousand", {"19", "20000"}),
        ("a hundred and fifty", {"150"}),
        ("two point five hours", {"2.5"}),
        ("by a fifth last year, in April", {"fifth", "april"}),
        ("forty eighty", {"40", "80"}),
        ("give me two minutes, I may be one of them", set()),
        ("no number at all", set()),
        ("a million", {"1000000"}),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_thousands_may_go_without_saying() -> None:
    assert same_or_in_thousands("19") == ("19", "19000")
    assert same_or_in_thousands("april") == ("april", "april")
