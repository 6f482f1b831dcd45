"""A small scenario of the tests' own: three facts, three objections, every line tells its list."""

from dataclasses import replace

from configs.persona import Persona, Voice
from configs.scenario import Concession, Gatekeeper, HiddenFact, Lines, Objection, Scenario


def wordings(name: str) -> tuple[str, ...]:
    return tuple(f"{name} {n}." for n in ("one", "two", "three"))


PRICE = Objection(
    id="price",
    kind="price",
    concern="the price against the budget",
    lines=wordings("price raised"),
    harder=wordings("price harder"),
    explained=wordings("price explained"),
    settled=wordings("price settled"),
    concern_words=("budget", "expens", "price", "cost"),
    answer_words=("pays back", "30 percent", "three months"),
    raised_by=("price", "cost"),
    by_turn=4,
)
TIMING = Objection(
    id="timing",
    kind="timing",
    concern="the timing before the audit",
    lines=wordings("timing raised"),
    harder=wordings("timing harder"),
    explained=wordings("timing explained"),
    settled=wordings("timing settled"),
    concern_words=("audit", "timing", "busy"),
    answer_words=("two weeks", "onboard"),
    raised_by=("implement", "roll out"),
    by_turn=8,
)
AUTHORITY = Objection(
    id="authority",
    kind="authority",
    concern="who signs",
    lines=wordings("authority raised"),
    harder=wordings("authority harder"),
    explained=wordings("authority explained"),
    settled=wordings("authority settled"),
    concern_words=("sign", "boss", "cfo"),
    answer_words=("one page", "business case"),
    raised_by=("contract",),
    by_turn=12,
)
TEAM = HiddenFact(
    id="team",
    text="Twelve people plan the shifts.",
    lines=wordings("team told"),
    unlock="free",
    topics=("team", "how many people"),
    question="How big is your team?",
)
TOOL = HiddenFact(
    id="tool",
    text="They plan in spreadsheets.",
    lines=wordings("tool told"),
    unlock="asked",
    topics=("today", "current", "spreadsheet"),
    question="How do you plan shifts today?",
)
LOSS = HiddenFact(
    id="loss",
    text="They lost a customer over a missed shift.",
    lines=wordings("loss told"),
    unlock="trusted",
    topics=("lost", "went wrong", "consequence"),
    question="What went wrong because of it?",
)
LINES = Lines(
    opening=wordings("opening"),
    answer=wordings("answer"),
    hold_back=wordings("hold back"),
    continue_=wordings("continue"),
    push_back=wordings("push back"),
    clarify=wordings("clarify"),
    silence=wordings("silence"),
    interrupt=wordings("interrupt"),
    agree=wordings("agree"),
    defer=wordings("defer"),
    goodbye=wordings("goodbye"),
    cool_goodbye=wordings("cool goodbye"),
    hang_up=wordings("hang up"),
    ask=wordings("ask"),
    soften=wordings("soften"),
    go_quiet=wordings("go quiet"),
    refuse=wordings("refuse"),
    deflect=wordings("deflect"),
)
SCENARIO = Scenario(
    id="drill",
    title="Drill",
    kind="discovery",
    skill="asking before telling",
    language="en",
    minutes=10,
    briefing="You call Dana.",
    goal="A second call.",
    product_facts=("It pays back in three months.",),
    good=("Ask first.",),
    persona="dana",
    rubric="discovery",
    facts=(TEAM, TOOL, LOSS),
    objections=(PRICE, TIMING, AUTHORITY),
    lines=LINES,
)
PERSONA = Persona(
    id="dana",
    name="Dana Ruiz",
    role="head of operations",
    company="Acme Logistics",
    manner="Dry and quick.",
    voice=Voice("en_US-amy-medium", "en-us+f3"),
    patience=8,
    fillers=("Hm.", "Look,"),
)
ASSISTANT = replace(PERSONA, id="ines", name="Ines Faber", role="assistant")
PILOT = Concession(
    id="pilot",
    text="Dana lets one depot try it.",
    trigger="Asked to start small, once the price is settled and the tool is known",
    asked_by=("pilot", "start small"),
    needs=("price", "tool"),
    lines=wordings("pilot granted"),
)
GATEKEEPER = Gatekeeper(
    persona="ines",
    reason_words=("planning", "roster"),
    opening=wordings("gate opening"),
    ask_who=wordings("gate who"),
    ask_why=wordings("gate why"),
    push_back=wordings("gate push back"),
    put_through=wordings("gate through"),
    refuse=wordings("gate refuse"),
    silence=wordings("gate silence"),
    patience=3,
)
GATED = replace(SCENARIO, gatekeeper=GATEKEEPER, concessions=(PILOT,))
"""The same with somebody who picks up first, and something to be granted."""
