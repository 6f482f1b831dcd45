"""Digits in a sentence written as they are spoken, in English."""

import re

from scoring.numerals import spelled

_MONEY = {"$": "dollars", "€": "euros", "£": "pounds"}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"([$€£])\s?({_NUMBER})(k\b| thousand| million| billion| grand)?(?![\w.,]*\d)"
)
_THOUSANDS = re.compile(rf"\b({_NUMBER})k\b", re.IGNORECASE)
_TIMES = re.compile(rf"\b({_NUMBER})x\b", re.IGNORECASE)
_HOUR = re.compile(r"\b(\d{1,2})(?::(\d{2}))? ?([ap])\.?m\b(?:\.(?=\s+[a-z]))?", re.IGNORECASE)
_CLOCK = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_RANGE = re.compile(rf"\b({_NUMBER})\s?[-–]\s?({_NUMBER})(?![\w-])")
_ALWAYS = re.compile(r"\b24/7\b")
_PLAIN = re.compile(rf"(?<![\w.,/:-])({_NUMBER})(\s?%)?(?![\w/:-])(?![.,]\d)")
_ODD_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def speakable(text: str) -> str | None:
    """The text with every number in words: "$1,200" is "one thousand two hundred dollars". None
    when one is no plain number, amount, share, time or place in a row ("Q3", "ISO 9001/2")."""
    if not any(c.isdigit() for c in text):
        return text
    text = _ALWAYS.sub("around the clock", text)
    text = _AMOUNT.sub(_amount, text)
    text = _THOUSANDS.sub(lambda m: f"{_words(m[1])} thousand", text)
    text = _TIMES.sub(lambda m: f"{_words(m[1])} times", text)
    text = _HOUR.sub(_hour, text)
    text = _CLOCK.sub(lambda m: _time(m[1], m[2]), text)
    text = _ORDINAL.sub(lambda m: _ordinal(m[1]), text)
    text = _RANGE.sub(lambda m: f"{_words(m[1])} to {_words(m[2])}", text)
    text = _PLAIN.sub(lambda m: _words(m[1]) + (" percent" if m[2] else ""), text)
    if any(c.isdigit() for c in text):
        return None
    return text[:1].upper() + text[1:] if text[:1].islower() else text


def _words(number: str) -> str:
    return " ".join(spelled(number))


def _amount(found: re.Match[str]) -> str:
    scale = {"": "", "k": " thousand"}.get(found[3] or "", found[3] or "")
    return f"{_words(found[2])}{scale} {_MONEY[found[1]]}"


def _hour(found: re.Match[str]) -> str:
    hour = int(found[1])
    if found[3].lower() == "a":
        part = "morning"
    else:
        part = "afternoon" if hour in (12, 1, 2, 3, 4, 5) else "evening"
    return f"{_time(found[1], found[2] or '')} in the {part}"


def _time(hour: str, minute: str) -> str:
    if int(minute or 0) == 0:
        return f"{_words(str(int(hour)))} o'clock" if minute else _words(str(int(hour)))
    lead = "oh " if int(minute) < 10 else ""
    return f"{_words(str(int(hour)))} {lead}{_words(str(int(minute)))}"


def _ordinal(number: str) -> str:
    *before, last = spelled(number)
    if last in _ODD_ORDINALS:
        last = _ODD_ORDINALS[last]
    else:
        last = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return " ".join([*before, last])
