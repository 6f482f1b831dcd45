"""Digits as the words that were said."""

_UNDER_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_ONES = _UNDER_TWENTY.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SIGNS = {"%": ["percent"], "&": ["and"]}


def spelled(word: str) -> list[str]:
    """The spoken words of a written one: "30%" is thirty percent, "1,200" one thousand two
    hundred; a fraction or more than six digits are read digit by digit; "don't" stays."""
    sign = _SIGNS.get(word[-1:], [])
    digits = word[:-1] if sign else word
    if not digits[:1].isdigit():
        return [digits, *sign] if digits else sign
    number = digits.replace(",", "")
    if number.isdecimal() and len(number) <= 6:
        return [*_below_million(int(number)), *sign]
    return [*(_spoken(c) for c in number if c.isdecimal() or c == "."), *sign] or [word]


def _spoken(character: str) -> str:
    return "point" if character == "." else _ONES[int(character)]


def _below_million(n: int) -> list[str]:
    if n < 20:
        return [_ONES[n]]
    if n < 100:
        return [_TENS[n // 10 - 2], *([_ONES[n % 10]] if n % 10 else [])]
    size, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
    return [*_below_million(n // size), name, *(_below_million(n % size) if n % size else [])]
