"""Words of the rep that step out of the conversation: about instructions, machines or scoring."""

import re

_CUES = re.compile(
    r"\b(?:(?:ignore|forget|disregard|override) (?:\w+ ){0,3}(?:instructions?|prompts?|rules)"
    r"|system prompt|your (?:instructions|prompt|programming)"
    r"|(?:are you|you're|you are) (?:\w+ ){0,2}(?:an? )?(?:ai|bot|robot|chat ?bot|language model"
    r"|computer program)"
    r"|(?:the|your|this) (?:rubric|scorecard|scoring)|full marks|give me (?:a )?(?:high|full|top) "
    r"(?:score|marks?|points)|role ?play(?:ing)?)\b",
    re.IGNORECASE,
)


def breaks_frame(text: str) -> tuple[int, int] | None:
    """Character offsets of the first such words; None when there are none."""
    found = _CUES.search(text)
    return found.span() if found else None
