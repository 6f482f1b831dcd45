import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.spoken_numbers import speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("We are 48.", "We are forty eight."),
        ("It costs $1,200 a month.", "It costs one thousand two hundred dollars a month."),
        ("About $1.5 million.", "About one point five million dollars."),
        ("Around €400k, I think.", "Around four hundred thousand euros, I think."),
        ("It fell by 9%.", "It fell by nine percent."),
        ("It fell by 9 %.", "It fell by nine percent."),
        ("Come at 10:30.", "Come at ten thirty."),
        ("Come at 9:05.", "Come at nine oh five."),
        ("Come at 4:00 am.", "Come at four o'clock in the morning."),
        ("Come at 5pm.", "Come at five in the afternoon."),
        ("On the 1st or the 22nd.", "On the first or the twenty second."),
        ("On the 20th.", "On the twentieth."),
        ("It takes 5-10 days.", "It takes five to ten days."),
        ("That's 3x more.", "That's three times more."),
        ("We work 24/7.", "We work around the clock."),
        ("It takes 2.5 hours.", "It takes two point five hours."),
        ("12 people.", "Twelve people."),
        ("No number.", "No number."),
    ],
)
def test_digits_become_the_words_that_are_said(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


@pytest.mark.parametrize(
    "written", ["In Q3 it fell.", "ISO 9001/2.", "Call 555-01-23.", "On 3/4/2024.", "B2B, mostly."]
)
def test_what_is_no_plain_number_is_refused(written: str) -> None:
    assert speakable(written) is None


@given(st.text())
def test_no_digit_is_ever_left(text: str) -> None:
    spoken = speakable(text)
    assert spoken is None or not any(c.isdigit() for c in spoken)
