"""What the pages before and after a call say."""

import html
from dataclasses import replace
from typing import Any

import pytest

from scoring.card import Scorecard
from web.worth_hearing import why_hear

SAM, CHRIS, ALEX, JORDAN = "sam-rivera", "chris-novak", "alex-morgan", "jordan-lee"


def test_the_first_page_asks_who_you_are(site: Any) -> None:
    with site.visit() as client:
        page = client.get("/").text
    assert "Who are you today?" in page
    for name in ("Sam Rivera", "Chris Novak", "Alex Morgan", "Jordan Lee"):
        assert name in page
    assert "Sign out" not in page


def test_a_rep_sees_scenarios_and_how_to_begin(site: Any) -> None:
    with site.visit(SAM) as client:
        page = client.get("/").text
    for scenario in site.office.context.catalogue.scenarios.values():
        assert (scenario.title in page) == (scenario.variant_of is None)
    assert "Prepare the first one" in page
    assert page.count("button primary") == 1


def test_a_rep_sees_own_calls_alone_with_state_and_score(site: Any) -> None:
    site.office.scored_call("mine")
    site.office.call("going on")
    site.office.end(site.office.call("just ended"))
    site.office.scored_call("another's", rep=CHRIS)
    with site.visit(SAM) as client:
        page = client.get("/").text
    assert page.count("/calls/") == 3
    for said in ("61</strong>", "Going on", "Scoring…"):
        assert said in page


def test_the_scenario_that_was_practised_least_comes_first(site: Any) -> None:
    context = site.office.context
    *others, last = context.catalogue.openly_rehearsed
    for one in others:
        context.calls.start(SAM, "mid-market", one.id)
    with site.visit(SAM) as client:
        page = client.get("/").text
    assert f'class="button primary" href="/scenarios/{last.id}"' in page


def test_every_scenario_has_a_briefing_to_read(site: Any) -> None:
    with site.visit(SAM) as client:
        for scenario in site.office.context.catalogue.openly_rehearsed:
            assert scenario.goal in html.unescape(client.get(f"/scenarios/{scenario.id}").text)


def test_a_variant_stays_unseen_by_reps(site: Any) -> None:
    catalogue = site.office.context.catalogue
    variant = next(one for one in catalogue.scenarios.values() if one.variant_of)
    with site.visit(SAM) as client:
        assert client.get(f"/scenarios/{variant.id}").status_code == 404
        assert client.post("/calls", data={"scenario": variant.id}).status_code == 404
    with site.visit(JORDAN) as client:
        assert client.get(f"/scenarios/{variant.id}").status_code == 200


def test_a_briefing_has_one_thing_to_do(site: Any) -> None:
    scenario = site.office.context.catalogue.scenarios["pricing-objection"]
    with site.visit(SAM) as client:
        page = client.get("/scenarios/pricing-objection").text
    assert page.count("button primary") == 1
    assert "Start the call" in page
    assert scenario.good[0] in page
    assert "understood roughly" in page


def test_a_briefing_keeps_what_the_rep_must_find_out(site: Any) -> None:
    scenario = site.office.context.catalogue.scenarios["pricing-objection"]
    with site.visit(SAM) as client:
        page = client.get("/scenarios/pricing-objection").text
    assert all(fact.text not in page for fact in scenario.facts)
    assert all(line not in page for one in scenario.objections for line in one.lines)


def test_a_manager_reads_a_briefing_but_starts_no_call(site: Any) -> None:
    with site.visit(ALEX) as client:
        page = client.get("/scenarios/pricing-objection").text
    assert "Start the call" not in page


def test_starting_a_call_makes_one_and_leads_to_it(site: Any) -> None:
    with site.visit(SAM) as client:
        answer = client.post("/calls", data={"scenario": "pricing-objection"})
        page = client.get(answer.headers["location"])
    (call,) = site.office.context.calls.list_for_rep(SAM)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/calls/{call.id}/call"
    assert (call.state, call.scenario_id, call.team_id) == (
        "live",
        "pricing-objection",
        "mid-market",
    )
    assert page.status_code == 200


@pytest.mark.parametrize("sent", [{"scenario": "nothing-like-it"}, {}])
def test_a_call_for_no_scenario_is_refused(site: Any, sent: dict[str, str]) -> None:
    with site.visit(SAM) as client:
        answer = client.post("/calls", data=sent)
    assert answer.status_code in (404, 422)
    assert site.office.context.calls.list_for_rep(SAM) == ()


@pytest.mark.parametrize("who", [ALEX, JORDAN])
def test_whoever_leads_a_team_sees_what_is_worth_hearing_and_why(site: Any, who: str) -> None:
    call_id = site.office.scored_call("one")
    site.office.scored_call("two", rep=CHRIS)
    with site.visit(who) as client:
        page = client.get("/").text
    assert "2 of 2 recent calls" in page
    assert "Argued with a concern: savings that never come." in page
    assert f'href="/calls/{call_id}#t=34.2"' in page
    assert "Sam Rivera" in page
    assert "Chris Novak" in page


def test_an_empty_team_page_says_what_will_be_there(site: Any) -> None:
    with site.visit(ALEX) as client:
        page = client.get("/").text
    assert "will be listed here" in page


def test_a_scenario_that_is_gone_leaves_its_calls_readable(site: Any) -> None:
    context = site.office.context
    call = context.calls.start(SAM, "mid-market", "taken-away")
    with site.visit(SAM) as client:
        assert "taken-away" in client.get("/").text
        assert client.get(f"/calls/{call.id}").status_code == 200


def test_the_engines_page_says_what_runs_and_what_comes(site: Any) -> None:
    with site.visit(SAM) as client:
        page = client.get("/engines").text
        site.office.engines.rows = site.office.engines.rows[:1]
        later = client.get("/engines").text
    assert "pocketsphinx en-us" in page
    assert 'value="42"' in page
    assert "A stand-in" in page
    assert "export OPENAI_API_KEY" in page
    assert "pocketsphinx" not in later


def test_a_page_that_is_not_there_says_so_and_leads_back(site: Any) -> None:
    with site.visit(SAM) as client:
        answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "not-there" in answer.text
    assert 'href="/"' in answer.text


def test_names_and_words_are_shown_and_never_run(site: Any) -> None:
    site.office.context.people.add("bobby", "<script>alert(1)</script>", is_sample=True)
    with site.visit() as client:
        page = client.get("/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_damaged_scorecard_is_a_page_with_a_code_and_no_traceback(site: Any) -> None:
    call_id = site.office.scored_call()
    with site.office.context.database.writing() as session:
        session.connection().exec_driver_sql(
            """UPDATE document SET body = '{"nonsense": 1}' WHERE kind = 'scorecard'"""
        )
    with site.visit(SAM) as client:
        answer = client.get(f"/calls/{call_id}")
    assert answer.status_code == 500
    assert "document-not-readable" in answer.text
    assert "Traceback" not in answer.text


class TestWhyHear:
    def row(self, office: Any, state: str = "scored") -> Any:
        call = office.context.calls.get(office.call(state))
        return replace(call, state=state)

    def test_the_first_objection_that_went_wrong_is_named(self, office: Any, card: Any) -> None:
        reason = why_hear(self.row(office), card())
        assert (reason.attention, reason.at_s) == (True, 34.2)

    def test_an_unanswered_objection_is_worth_hearing(self, office: Any, card: Any) -> None:
        reason = why_hear(self.row(office), self.only(card(), 2))
        assert reason.said == "Objection left unanswered: the board that has to agree."

    def test_a_well_handled_call_is_not(self, office: Any, card: Any) -> None:
        reason = why_hear(self.row(office), self.only(card(), 0))
        assert (reason.said, reason.attention) == (
            "The objection was acknowledged and explored.",
            False,
        )

    def test_no_praise_for_what_could_not_be_judged(self, office: Any, card: Any) -> None:
        quiet = replace(card().objections[2], first_move="answered")
        reason = why_hear(self.row(office), replace(card(), objections=(quiet,)))
        assert reason.said == "Nothing in it stands out."

    def test_nothing_is_claimed_without_a_scorecard(self, office: Any, card: Any) -> None:
        row = self.row(office)
        assert why_hear(row, None).at_s is None
        assert why_hear(replace(row, state="failed"), card()).attention is False
        assert why_hear(row, replace(card(), objections=())).at_s is None

    def only(self, card: Scorecard, n: int) -> Scorecard:
        return replace(card, objections=card.objections[n : n + 1])
