"""The review tells what the buyer knew."""

import re
from typing import Any

from agents.events import CallEvent
from agents.ledger import MoodPoint
from agents.outcome import to_document
from web.ledger_view import HEIGHT, WIDTH, mood_line

SAM = "sam-rivera"


def write_log(site: Any, call_id: str) -> None:
    mood = {"trust": 0, "interest": 0, "patience": 8}
    log = site.office.context.recordings.open_events(call_id)
    told = {"beat": "reveal", "fact_ids": ["fuel-spend"], "because": "What do you spend on fuel?"}
    for event in (
        CallEvent("answered", 0.0, {"scenario_id": "pricing-objection"}),
        CallEvent("beat", 0.1, {"beat": "open", "reason": "the buyer picks up", **mood}),
        CallEvent("beat", 12.0, {**told, "reason": "the rep asked", **mood, "trust": 1}),
        CallEvent("buyer_said", 15.0, {"start_s": 12.5, "end_s": 15.0, "text": "A lot."}),
    ):
        log.append(to_document(event))
    log.close()


def read(site: Any, call_id: str, person: str = SAM) -> str:
    with site.visit(person) as client:
        answer = client.get(f"/calls/{call_id}")
    assert answer.status_code == 200
    return str(answer.text)


def test_found_and_missed_facts_stand_with_the_words_that_found_or_would_have_found_them(
    site: Any,
) -> None:
    call_id = site.office.scored_call()
    write_log(site, call_id)
    page = read(site, call_id)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "What Martin Hale knew" in words
    assert "You found 1 of 7." in words
    assert "After you said: What do you spend on fuel?" in words
    assert "A question that finds it, once there is trust:" in words
    assert "trust +1" in words
    assert 'data-at="12.5"' in page
    assert "Trust went from 0 to 1" in page
    assert "style=" not in page  # the page's policy lets no inline style through


def test_a_call_without_a_log_has_a_review_without_a_ledger(site: Any) -> None:
    assert "What Martin Hale knew" not in read(site, site.office.scored_call())


def test_the_line_of_mood_stays_inside_its_drawing_and_steps() -> None:
    points = [
        MoodPoint(at_s, trust, -trust, 8, 0, 0, 0, "", None)
        for at_s, trust in ((0.0, -5), (10.0, 5), (20.0, 0))
    ]
    line = mood_line(points, 25.0)
    assert line is not None
    corners = [tuple(map(float, c.split(","))) for c in line.trust.split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)
    assert [x for x, _ in corners] == sorted(x for x, _ in corners)
    assert len(corners) == 6
    assert mood_line(points[:1], 25.0) is None
