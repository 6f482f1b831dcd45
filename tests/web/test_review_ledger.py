"""The review tells what the buyer knew."""

import re
from typing import Any

from agents.events import CallEvent
from agents.ledger import MoodPoint
from agents.outcome import to_document
from web.ledger_view import HEIGHT, WIDTH, mood_line

SAM = "sam-rivera"


def write_log(site: Any, call_id: str, *more: CallEvent) -> None:
    mood = {"trust": 0, "interest": 0, "patience": 8}
    log = site.office.context.recordings.open_events(call_id)
    told = {"beat": "reveal", "fact_ids": ["fuel-spend"], "because": "What do you spend on fuel?"}
    for event in (
        CallEvent("answered", 0.0, {"scenario_id": "pricing-objection"}),
        CallEvent("beat", 0.1, {"beat": "open", "reason": "the buyer picks up", **mood}),
        CallEvent("beat", 12.0, {**told, "reason": "the rep asked", **mood, "trust": 1}),
        CallEvent("buyer_said", 15.0, {"start_s": 12.5, "end_s": 15.0, "text": "A lot."}),
        *more,
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


def test_what_won_and_cost_most_and_how_each_objection_ended_stand_in_it(site: Any) -> None:
    call_id = site.office.scored_call()
    mood = {"trust": -1, "interest": 0, "patience": 7}
    rude = {"beat": "push_back", "reason": "the rep was rude", "because": "That is nonsense."}
    raised = {"objection_id": "price-too-high", "start_s": 31.0, "end_s": 33.0, "text": "Too dear."}
    write_log(
        site,
        call_id,
        CallEvent("beat", 20.0, {**rude, **mood}),
        CallEvent("objection_raised", 33.0, raised),
    )
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", read(site, call_id)))
    assert "What won most: 0:12 trust +1 What do you spend on fuel?" in words
    assert "What cost most: 0:20 trust -2 That is nonsense." in words
    assert "What Martin Hale worried about" in words
    assert re.search(r"0:31 [^:]+: still open at the end\.", words)
    assert "never came up." in words


def test_a_call_that_ended_at_once_says_that_it_was_too_short(site: Any) -> None:
    call_id = site.office.scored_call()
    log = site.office.context.recordings.open_events(call_id)
    mood = {"trust": 0, "interest": 0, "patience": 8}
    opened = CallEvent("beat", 0.1, {"beat": "open", "reason": "the buyer picks up", **mood})
    log.append(to_document(opened))
    log.close()
    page = read(site, call_id)
    assert "The call was too short to show how trust and interest went." in page
    assert "<svg" not in page.split('data-part="ledger"')[1]


def test_a_reviewer_of_the_call_reads_the_same_ledger_and_a_stranger_none(site: Any) -> None:
    call_id = site.office.scored_call()
    write_log(site, call_id)
    assert "A question that finds it" in read(site, call_id, "alex-morgan")
    with site.visit("chris-novak") as client:
        assert client.get(f"/calls/{call_id}").status_code == 404


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
