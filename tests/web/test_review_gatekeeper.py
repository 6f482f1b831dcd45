"""The review tells how the rep got past whoever picked up first."""

import re
from dataclasses import replace
from typing import Any

from scoring.gatekeeper import GateReview
from scoring.objection import Check, GateCheckName, VerdictWord

SAM = "sam-rivera"
SAID: tuple[tuple[GateCheckName, VerdictWord, str | None], ...] = (
    ("said_who", "yes", "this is Sam from Northlane"),
    ("said_why", "no", None),
    ("asked_politely", "yes", "could you put me through, please?"),
    ("did_not_pitch", "yes", None),
    ("put_through", "yes", None),
)


def gate(put_through_s: float | None = 21.0) -> GateReview:
    checks = tuple(
        Check(name, verdict, 3.2 if quote else None, quote, f"why {name}")
        for name, verdict, quote in SAID
    )
    return GateReview(put_through_s, checks)


def read(site: Any, call_id: str) -> tuple[str, str]:
    """The page, and its words."""
    with site.visit(SAM) as client:
        page = str(client.get(f"/calls/{call_id}").text)
    return page, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def scored(site: Any, card: Any, one: GateReview | None) -> str:
    office = site.office
    made: str = office.score(office.end(office.call("gate")), replace(card(), gatekeeper=one))
    return made


def test_each_check_stands_with_its_words_and_its_moment(site: Any, card: Any) -> None:
    page, words = read(site, scored(site, card, gate()))
    assert "Getting past the gatekeeper Put through at 0:21" in words
    assert "Said who is calling met" in words
    assert "Said why not met" in words
    assert "“this is Sam from Northlane”" in words
    assert 'data-at="3.2"' in page
    assert 'data-at="21.0"' in page


def test_a_rep_who_was_turned_away_reads_that_the_buyer_never_came(site: Any, card: Any) -> None:
    _, words = read(site, scored(site, card, gate(None)))
    assert "Martin Hale never came onto the line." in words


def test_without_a_gatekeeper_there_is_no_such_section(site: Any, card: Any) -> None:
    assert "Getting past" not in read(site, scored(site, card, None))[1]


def speakers(page: str) -> list[str]:
    """Who is said to speak, line by line."""
    return re.findall(r'class="who small"><strong>([^<]+)</strong>', page)


def gated(site: Any, card: Any, one: GateReview | None) -> list[str]:
    call_id = site.office.end(site.office.call("gated", scenario="cold-call-gatekeeper"))
    page, _ = read(site, site.office.score(call_id, replace(card(), gatekeeper=one)))
    return [name for name in speakers(page) if name != "You"]


def test_lines_until_the_rep_is_put_through_are_the_gatekeepers(site: Any, card: Any) -> None:
    catalogue = site.office.context.catalogue
    scenario = catalogue.scenarios["cold-call-gatekeeper"]
    at_gate = catalogue.personas[scenario.gatekeeper.persona].name
    buyer = catalogue.personas[scenario.persona].name
    names = gated(site, card, gate(21.0))
    assert names == [at_gate] * 3 + [buyer] * (len(names) - 3)


def test_all_lines_are_the_gatekeepers_where_nobody_was_put_through(site: Any, card: Any) -> None:
    catalogue = site.office.context.catalogue
    scenario = catalogue.scenarios["cold-call-gatekeeper"]
    assert set(gated(site, card, gate(None))) == {
        catalogue.personas[scenario.gatekeeper.persona].name
    }
