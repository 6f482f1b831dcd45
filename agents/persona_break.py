"""Words of the rep that step out of the conversation: about instructions, machines or scoring."""

import re

_MACHINE = (
    r"(?:a\.?i\.?(?! (?:tool|product|company|team|feature|system|strategy|expert|vendor|model))"
    r"|artificial intelligence|bots?|robots?|chat ?bots?|chat ?gpt|gpt|(?:large )?language models?"
    r"|llm|machine|computer program|virtual assistant|simulation)\b"
)
_CUES = re.compile(
    # "ignore your previous instructions", "forget everything you were told"
    r"\b(?:ignore|forget|disregard|override|bypass|drop|skip) (?:\w+ ){0,4}?"
    r"(?:instructions?|prompts?|programming|guidelines|directives)\b"
    r"|\b(?:ignore|forget|disregard) (?:everything|all|anything) (?:\w+ ){0,2}?"
    r"(?:(?:you were|you have been|you've been) (?:told|given|instructed)|above|before this)\b"
    r"|\b(?:system|initial|hidden|secret) (?:prompt|message|instructions)\b"
    r"|\byour (?:\w+ )?(?:prompt|programming|system message|training data|source code)\b"
    r"|\b(?:what|read|show|tell|repeat|print|reveal|give|share|list|recite)(?:'s| is| are| were)?"
    r" (?:me |us |out )?(?:\w+ )?your (?:\w+ )?(?:instructions|rules|directives)\b"
    r"(?! (?:for|on|about|with|when|to|regarding|around)\b)"
    # "you are an AI, aren't you"
    rf"|\b(?:you|u)(?: are|'re| sound like| must be| might be| seem like| could be| were)"
    rf" (?:(?:just|only|really|actually|probably|clearly|obviously|not|talking) )*(?:an? |the )?"
    rf"{_MACHINE}"
    rf"|\b(?:are|aren't|were) you (?:(?:just|really|actually|not|even) )*"
    rf"(?:an? |the |some )?(?:kind of |sort of )?{_MACHINE}"
    r"|\bis (?:this|that) (?:just |really |actually )?(?:an? )(?:ai|bot|robot|chat ?bot|recording)"
    r"(?=$|[?.,!]| (?:i'm|i am|or|talking|speaking|on)\b)"
    rf"|\b(?:talking|speaking) (?:to|with) (?:an? |the )?{_MACHINE}"
    r"|\bas (?:an ai|a language model|a chatbot)\b"
    r"|\b(?:are|aren't) you (?:a )?(?:real|actual|human)(?: (?:person|human|being|buyer))?"
    r"(?=$|[?.,!]| or\b)"
    # the rubric, the score
    r"|\b(?:the|your|my|this|a) (?:rubric|score ?card|scoring (?:criteria|rules|guide|sheet))\b"
    r"|\b(?:rubric|criterion|criteria) (?:one|two|three|four|five|says|states|requires|number)\b"
    r"|\b(?:give|gives|award|get|gets|need|want|deserve|grant) (?:me |us )?(?:an? |the |some )?"
    r"(?:full|high|higher|top|perfect|maximum|good|better|best|extra) (?:score|scores|marks?|points"
    r"|grades?)\b"
    r"|\b(?:score|mark|grade|rate) (?:me|this call|my call|my performance)\b(?! (?:on )?a)"
    r"|\b(?:how am i|how is my|what is my|what's my) (?:being )?(?:scored|graded|score|grade)\b"
    r"|\b(?:full|top|maximum) marks\b"
    # the exercise
    r"|\b(?:this|that|it)(?: is|'s)? (?:(?:just|only|all) )*(?:a |an )?"
    r"(?:role ?-?play(?:ing)?|simulation|simulated call|training exercise|practice call)\b"
    r"|\b(?:stop|end|leave|break|exit|stay in|out of|step out of) (?:the |this )?"
    r"(?:role ?-?play(?:ing)?|simulation|character)\b"
    r"|\b(?:pretend|act as if|act like|imagine) (?:that )?(?:you are|you're|to be) "
    r"(?:no longer|not|my assistant|an? (?:assistant|ai|different))"
    r"|\byou are now (?:an? |my |in )\b"
    r"|\b(?:developer|debug|admin|god|jailbreak) mode\b|\bjailbreak\b",
    re.IGNORECASE,
)


def breaks_frame(text: str) -> tuple[int, int] | None:
    """Character offsets of the first such words; None when there are none."""
    found = _CUES.search(text.replace("’", "'"))
    return found.span() if found else None
