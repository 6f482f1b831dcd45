"""A small notation for families of wordings, so that cue lists can be read and reviewed."""

import re

_SEPARATOR = r"[,\s]+"


def phrases(table: str) -> re.Pattern[str]:
    """One pattern for a table with one wording a line, over lower-case text.

    In a line, `a|b` is either word, `_` joins words of one alternative ("per_cent"), `~` is the
    rest of a word ("pric~"), a trailing `?` makes a word optional, `*` is any one word and `*3`
    up to three. Lines that start with # are remarks. Words may be parted by spaces or commas.
    """
    lines = (line.strip() for line in table.splitlines())
    wordings = (_wording(line) for line in lines if line and not line.startswith("#"))
    return re.compile(r"(?<![\w'])(?:" + "|".join(wordings) + r")(?![\w'])")


def _wording(line: str) -> str:
    *before, last = line.split()
    return "".join(_word(token) for token in before) + _alternatives(last)


def _word(token: str) -> str:
    if token.startswith("*"):
        any_word = rf"[\w'%$-]+{_SEPARATOR}"
        return f"(?:{any_word}){{0,{token[1:]}}}?" if token[1:] else any_word
    if token.endswith("?"):
        return f"(?:{_alternatives(token[:-1])}{_SEPARATOR})?"
    return _alternatives(token) + _SEPARATOR


def _alternatives(token: str) -> str:
    if token == "*":
        return r"[\w'%$-]+"
    words = (w.replace("_", _SEPARATOR).replace("~", r"[\w']*") for w in token.split("|"))
    return "(?:" + "|".join(words) + ")"
