"""Drafting a scenario from a document or from a finished call, with a configured model."""

import html
import json
import tomllib
from typing import Any

import pytest

from tests.fakes.draft_answer import DOCUMENT

SAM, JORDAN = "sam-rivera", "jordan-lee"


def test_a_document_becomes_a_draft_that_shows_what_came_from_where(model_site: Any) -> None:
    library = model_site.office.context.library
    with model_site.visit(JORDAN) as lead:
        assert "gpt-4o-mini at 127.0.0.1" in lead.get("/library/new").text
        answer = lead.post("/library/draft", data={"document": DOCUMENT})
        place = answer.headers["location"]
        page = html.unescape(lead.get(place).text)
    assert place == "/library/cold-rooms-at-a-fish"
    assert "From the source: “A wholesaler in Leeds lost two rooms of fish" in page
    assert "From the source: “The owner decides alone" in page
    table = tomllib.loads(library.versions.drafts()["cold-rooms-at-a-fish"].toml)
    assert table["facts"][0]["id"] == "a-wholesaler-in-leeds-lost"
    assert "persona" not in table  # the lead's to choose
    assert "still to fill in" in page


def test_what_the_model_made_up_is_said_beside_its_field_and_above_the_form(
    model_site: Any,
) -> None:
    made = json.loads(model_site.model.whole)
    made["goal"]["source"] = "Nobody wrote this."
    made["product_facts"].append({"text": "It makes coffee.", "source": ""})
    model_site.model.whole = json.dumps(made)
    with model_site.visit(JORDAN) as lead:
        place = lead.post("/library/draft", data={"document": DOCUMENT}).headers["location"]
        page = lead.get(place).text
    goal = page.split('id="f-goal"')[1].split('class="field')[0]
    assert "no sentence of the source says so" in goal
    assert "A product fact was left out" in page
    assert "It makes coffee." in page


@pytest.mark.parametrize(
    ("document", "mode", "code"),
    [
        ("Too short.", "normal", "draft-text-too-short"),
        ("x" * 25_000, "normal", "draft-text-too-long"),
        (DOCUMENT, "failing", "draft-model-failed"),
        (DOCUMENT, "garbage", "draft-model-failed"),
    ],
)
def test_what_goes_wrong_is_said_and_the_document_is_still_there(
    model_site: Any, document: str, mode: Any, code: str
) -> None:
    model_site.model.mode = mode
    with model_site.visit(JORDAN) as lead:
        answer = lead.post("/library/draft", data={"document": document})
    assert answer.status_code == 422
    assert code in answer.text
    assert document in html.unescape(answer.text)
    assert model_site.office.context.library.versions.drafts() == {}


def test_without_a_model_the_page_says_so_and_nothing_is_offered(site: Any) -> None:
    call_id = site.office.scored_call()
    with site.visit(JORDAN) as lead:
        assert "there is none here" in lead.get("/library/new").text
        assert "Draft a scenario from this call" not in lead.get(f"/calls/{call_id}").text
        answer = lead.post("/library/draft", data={"document": DOCUMENT})
    assert answer.status_code == 422
    assert "draft-no-model" in answer.text


def test_a_finished_call_becomes_a_draft_and_the_reps_name_stays_here(model_site: Any) -> None:
    call_id = model_site.office.scored_call()
    with model_site.visit(JORDAN) as lead:
        assert "Draft a scenario from this call" in lead.get(f"/calls/{call_id}").text
        answer = lead.post(f"/calls/{call_id}/draft")
    assert answer.status_code == 303
    sent = json.loads(model_site.model.requests[0]["messages"][1]["content"])["document"]
    assert "Caller:" in sent
    assert "Sam" not in sent
    (row,) = model_site.office.context.library.versions.drafts().values()
    assert tomllib.loads(row.toml)["persona"] == "martin-hale"


def test_a_call_of_another_team_is_not_there_to_be_drafted_from(model_site: Any) -> None:
    people = model_site.office.context.people
    people.add_team("other", "Other")
    people.add("lea", "Lea", is_sample=True)
    people.join("lea", "other", "team_lead")
    call_id = model_site.office.scored_call()
    with model_site.visit("lea") as lead:
        assert lead.post(f"/calls/{call_id}/draft").status_code == 404
    with model_site.visit(SAM) as rep:
        assert rep.post(f"/calls/{call_id}/draft").status_code == 403
    assert model_site.model.requests == []
