"""Writing a scenario in the browser, from an empty form to what reps practise."""

import html
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from configs.toml_writer import scenario_toml
from web.editor.values import values_of
from web.library import Library

SAM, JORDAN = "sam-rivera", "jordan-lee"
PRICING = "pricing-objection"


@pytest.fixture
def lead(site: Any) -> Iterator[httpx.Client]:
    with site.visit(JORDAN) as client:
        yield client


@pytest.fixture
def library(site: Any) -> Library:
    found: Library = site.office.context.library
    return found


def stamp(page: str) -> str:
    (found,) = re.findall(r'name="stamp" value="([^"]*)"', page)
    return str(found)


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def typed(client: httpx.Client, scenario_id: str, **changes: str) -> dict[str, str]:
    """The form as the page has it, with changes; dots in names are written as __."""
    page = client.get(f"/library/{scenario_id}").text
    shown = dict(re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', page))
    shown |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S))
    for name, body in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        shown[name] = next(iter(re.findall(r'value="([^"]*)" selected', body)), "")
    form = {name: html.unescape(value) for name, value in shown.items()}
    return form | {name.replace("__", "."): value for name, value in changes.items()}


def save(client: httpx.Client, scenario_id: str, do: str = "save", **changes: str) -> Any:
    form = typed(client, scenario_id, **changes)
    return client.post(f"/library/{scenario_id}", data={**form, "do": do})


def test_a_new_scenario_begins_as_a_draft_that_only_leads_see(
    site: Any, lead: httpx.Client, library: Library
) -> None:
    answer = lead.post("/library", data={"title": "The renewal nobody looked at"})
    place = answer.headers["location"]
    assert place == "/library/the-renewal-nobody-looked-at"
    assert "still to fill in" in lead.get(place).text
    assert [row.state for row in library.versions.history("the-renewal-nobody-looked-at")] == [
        "draft"
    ]
    with site.visit(SAM) as rep:
        assert "nobody looked at" not in rep.get("/").text
        assert rep.get("/scenarios/the-renewal-nobody-looked-at").status_code == 404
        assert rep.get(place).status_code == 403


def test_a_second_of_the_same_title_gets_an_id_of_its_own(lead: httpx.Client) -> None:
    places = [lead.post("/library", data={"title": "New"}).headers["location"] for _ in range(2)]
    assert places == ["/library/new-2", "/library/new-3"]  # "new" is a page


def test_a_title_is_asked_for(lead: httpx.Client) -> None:
    answer = lead.post("/library", data={"title": " ... "})
    assert answer.status_code == 422
    assert "scenario-no-title" in answer.text


def test_the_form_of_a_shipped_scenario_saved_unchanged_makes_no_draft(
    lead: httpx.Client, library: Library
) -> None:
    assert save(lead, PRICING).status_code == 303
    assert library.versions.history(PRICING) == ()


def test_what_is_changed_becomes_a_draft_and_leaves_what_reps_practise(
    lead: httpx.Client, library: Library
) -> None:
    answer = save(lead, PRICING, title="Our own title", objections__0__by_turn="3")
    assert answer.status_code == 303
    (row,) = library.versions.history(PRICING)
    written = tomllib.loads(row.toml)
    assert (written["title"], written["objections"][0]["by_turn"]) == ("Our own title", 3)
    assert library.catalogue.scenarios[PRICING].title != "Our own title"
    assert "Our own title" in lead.get(f"/library/{PRICING}").text
    assert "Our own title" in lead.get("/library").text


def test_a_value_that_will_not_do_is_kept_and_named(lead: httpx.Client) -> None:
    assert save(lead, PRICING, minutes="soon", facts__0__unlock="").status_code == 303
    page = lead.get(f"/library/{PRICING}").text
    assert "Expected a whole number, not &#39;soon&#39;" in page
    assert 'value="soon"' in page
    assert "1 value will not do yet" in text(page)
    assert "1 still to fill in" in text(page)


def test_entries_are_added_and_taken_out_without_saving(
    lead: httpx.Client, library: Library
) -> None:
    form = typed(lead, PRICING, title="Typed, not saved")
    n = len(library.catalogue.scenarios[PRICING].facts)
    page = lead.post(f"/library/{PRICING}", data={**form, "do": "add:facts"}).text
    assert f'name="facts.{n}.text"' in page
    assert "Typed, not saved" in page
    assert "Not saved yet" in page
    page = lead.post(f"/library/{PRICING}", data={**form, "do": "remove:facts.0"}).text
    assert f'name="facts.{n - 1}.text"' not in page
    assert form["facts.1.text"] in html.unescape(page)
    assert library.versions.history(PRICING) == ()


@pytest.mark.parametrize("do", ["add:nothing", "remove:facts.x", "remove:gone.99", "look", "other"])
def test_whatever_the_page_is_asked_to_do_it_answers(lead: httpx.Client, do: str) -> None:
    assert save(lead, PRICING, do).status_code in (200, 303)


def test_two_leads_do_not_overwrite_each_other(lead: httpx.Client, library: Library) -> None:
    mine = typed(lead, PRICING, title="Mine")
    assert save(lead, PRICING, title="Theirs").status_code == 303
    answer = lead.post(f"/library/{PRICING}", data={**mine, "do": "save"})
    assert answer.status_code == 409
    assert "scenario-changed-meanwhile" in answer.text
    assert 'value="Mine"' in answer.text
    assert tomllib.loads(library.versions.drafts()[PRICING].toml)["title"] == "Theirs"


def test_the_preview_shows_the_briefing_of_what_is_typed(lead: httpx.Client) -> None:
    form = typed(lead, PRICING, briefing="First words.\n\nSecond <b>words</b>.", persona="")
    said = lead.post(f"/library/{PRICING}/preview", data=form).text
    assert "<p>First words.</p>" in said
    assert "Second &lt;b&gt;words" in said
    assert "Persona" in said  # still to fill in
    assert "<html" not in said


def test_too_long_a_form_is_refused_before_it_is_read(lead: httpx.Client) -> None:
    answer = lead.post(f"/library/{PRICING}", data={"title": "x" * 600_000})
    assert answer.status_code == 413
    assert "scenario-too-long" in answer.text


def test_an_exported_scenario_comes_in_again_as_it_was(
    lead: httpx.Client, library: Library
) -> None:
    answer = lead.get(f"/library/{PRICING}/toml")
    assert answer.headers["content-disposition"] == f'attachment; filename="{PRICING}.toml"'
    files = {"file": (f"{PRICING}.toml", answer.content)}
    place = lead.post("/library/import", files=files).headers["location"]
    assert place == f"/library/{PRICING}-2"
    kept = tomllib.loads(library.versions.drafts()[f"{PRICING}-2"].toml)
    again = tomllib.loads(answer.text)
    assert {**kept, "briefing": ""} == {**again, "briefing": ""}
    assert kept["briefing"] == again["briefing"].strip()


@pytest.mark.parametrize(
    ("toml", "code"),
    [
        ("", "scenario-not-toml"),
        ("title = ", "scenario-not-toml"),
        ('title = "A"\nidea = "B"', "scenario-key-unknown"),
        ('title = ["A", "B"]', "scenario-value-not-valid"),
        ('id = "a"', "scenario-key-unknown"),
        ('title = "A"\n[facts]\nid = "one"', "scenario-value-not-valid"),
        ('title = "A"\nlines = 3', "scenario-value-not-valid"),
        ('[[facts]]\ntopics = ["one, two"]', "scenario-value-not-valid"),
    ],
)
def test_an_import_that_would_lose_something_is_refused_and_kept_on_the_page(
    lead: httpx.Client, library: Library, toml: str, code: str
) -> None:
    answer = lead.post("/library/import", data={"text": toml})
    assert answer.status_code == 422
    assert code in answer.text
    assert toml in html.unescape(answer.text)
    assert library.versions.drafts() == {}


def test_an_import_of_bytes_that_are_no_text_is_refused(lead: httpx.Client) -> None:
    files = {"file": ("x.toml", b"\xff\xfe\x00")}
    answer = lead.post("/library/import", files=files)
    assert answer.status_code == 422
    assert "Save the file as UTF-8" in answer.text


def test_an_incomplete_import_is_a_draft_with_its_faults_beside_the_fields(
    lead: httpx.Client,
) -> None:
    answer = lead.post("/library/import", data={"text": 'title = "Half"\nminutes = 0'})
    page = text(lead.get(answer.headers["location"]).text)
    assert "still to fill in" in page


def test_a_duplicate_is_a_variant_with_facts_of_its_own_to_change(
    lead: httpx.Client, library: Library
) -> None:
    place = lead.post(f"/library/{PRICING}/variant").headers["location"]
    variant_id = place.removeprefix("/library/")
    table = tomllib.loads(library.versions.drafts()[variant_id].toml)
    assert table["variant_of"] == PRICING
    assert len(table["facts"]) == len(library.catalogue.scenarios[PRICING].facts)
    assert "lines" not in table
    page = lead.get(place).text
    assert "Everything is filled in" in page
    assert "a variant of" in page
    # It is listed under its base, and a variant of a variant is one of the base.
    assert place in lead.get(f"/library/{PRICING}").text
    other = lead.post(f"{place}/variant").headers["location"].removeprefix("/library/")
    assert tomllib.loads(library.versions.drafts()[other].toml)["variant_of"] == PRICING
    assert other != variant_id


def test_a_variant_is_read_over_its_base_as_that_is_drafted(lead: httpx.Client) -> None:
    lead.post("/library", data={"title": "Base"})
    place = lead.post("/library/base/variant").headers["location"]
    assert "Skill" in text(lead.get(place).text.split('data-part="preview"')[1])
    save(lead, "base", skill="Something")
    assert "Something" in lead.get(place).text  # as in the base


def test_publishing_asks_for_a_passed_check_or_a_reason(
    site: Any, lead: httpx.Client, library: Library
) -> None:
    save(lead, PRICING, title="Our own title")
    for reason in ("", "too short"):
        answer = lead.post(f"/library/{PRICING}/publish", data={"reason": reason})
        assert answer.status_code == 422
        assert "scenario-not-passed" in answer.text
    reason = "Agreed with the whole team last week."
    assert lead.post(f"/library/{PRICING}/publish", data={"reason": reason}).status_code == 303
    with site.visit(SAM) as rep:
        assert "Our own title" in rep.get("/").text
    assert reason in html.unescape(lead.get(f"/library/{PRICING}").text)


def test_a_passed_check_of_this_very_text_publishes_without_a_reason(
    lead: httpx.Client, library: Library
) -> None:
    save(lead, PRICING, title="Our own title")
    toml = library.versions.drafts()[PRICING].toml
    library.versions.keep_report(PRICING, toml, {"passed": True, "scenarios": []})
    save(lead, PRICING, title="Changed after the check")
    assert lead.post(f"/library/{PRICING}/publish").status_code == 422
    toml = library.versions.drafts()[PRICING].toml
    library.versions.keep_report(PRICING, toml, {"passed": True, "scenarios": []})
    assert lead.post(f"/library/{PRICING}/publish").status_code == 303
    assert library.catalogue.scenarios[PRICING].title == "Changed after the check"


def test_what_cannot_be_read_is_not_published_whatever_the_reason(lead: httpx.Client) -> None:
    lead.post("/library", data={"title": "Half"})
    answer = lead.post("/library/half/publish", data={"reason": "Because I say so, at length."})
    assert answer.status_code == 422
    assert "scenario-key-missing" in answer.text


def test_a_variant_is_not_published_before_its_base(lead: httpx.Client, library: Library) -> None:
    table = library.from_files.sources[PRICING]
    library.versions.save("ours", scenario_toml({**table, "title": "Ours"}), JORDAN)
    place = lead.post("/library/ours/variant").headers["location"]
    reason = {"reason": "Agreed with the whole team."}
    answer = lead.post(f"{place}/publish", data=reason)
    assert answer.status_code == 422
    assert "scenario-reference-unknown" in answer.text
    assert lead.post("/library/ours/publish", data=reason).status_code == 303
    assert lead.post(f"{place}/publish", data=reason).status_code == 303
    assert lead.post("/library/ours/archive").status_code == 409  # it is the base of one
    assert lead.post(f"{place}/archive").status_code == 303
    assert lead.post("/library/ours/archive").status_code == 303
    assert "ours" not in library.catalogue.scenarios


def test_what_was_archived_is_kept_and_can_be_taken_up_again(
    lead: httpx.Client, library: Library
) -> None:
    save(lead, PRICING, title="Our own title")
    lead.post(f"/library/{PRICING}/publish", data={"reason": "Agreed with the whole team."})
    lead.post(f"/library/{PRICING}/archive")
    assert library.catalogue.scenarios[PRICING].title != "Our own title"  # the shipped one again
    assert "Our own title" in lead.get(f"/library/{PRICING}/toml?n=1").text
    assert lead.post(f"/library/{PRICING}/take-up", data={"n": "1"}).status_code == 303
    assert tomllib.loads(library.versions.drafts()[PRICING].toml)["title"] == "Our own title"
    assert lead.get(f"/library/{PRICING}/toml?n=9").status_code == 404


def test_a_shipped_scenario_cannot_be_archived(lead: httpx.Client, library: Library) -> None:
    assert lead.post(f"/library/{PRICING}/archive").status_code == 404
    assert PRICING in library.catalogue.scenarios


def test_a_lead_talks_to_what_is_written_and_nobody_else_sees_that_call(
    site: Any, lead: httpx.Client, library: Library
) -> None:
    answer = save(lead, PRICING, "try", title="Only a draft")
    place = answer.headers["location"]
    assert re.fullmatch(r"/calls/[0-9a-f]+/call", place)
    assert "Only a draft" in lead.get(place).text
    for other in (SAM, "alex-morgan"):
        with site.visit(other) as client:
            assert client.get(place).status_code == 404


def test_a_lead_talks_to_a_shipped_scenario_without_making_a_draft_of_it(
    lead: httpx.Client, library: Library
) -> None:
    place = save(lead, PRICING, "try").headers["location"]
    assert lead.get(place).status_code == 200
    assert library.versions.history(PRICING) == ()


def test_what_is_not_whole_yet_cannot_be_talked_to_and_is_saved(
    lead: httpx.Client, library: Library
) -> None:
    answer = save(lead, PRICING, "try", persona="", title="Still here")
    assert answer.status_code == 409
    assert "scenario-key-missing" in answer.text
    assert tomllib.loads(library.versions.drafts()[PRICING].toml)["title"] == "Still here"
    # And the page that says so can be filled in and sent again.
    form = typed(lead, PRICING, persona="martin-hale", stamp=stamp(answer.text))
    assert lead.post(f"/library/{PRICING}", data={**form, "do": "try"}).status_code == 303


def test_nothing_is_there_for_an_id_that_nobody_wrote(lead: httpx.Client) -> None:
    for place in ("", "/check", "/toml", "/check.json"):
        assert lead.get(f"/library/nobody-wrote-this{place}").status_code == 404
    for place in ("", "/preview", "/variant", "/archive", "/check", "/publish"):
        answer = lead.post(f"/library/nobody-wrote-this{place}", data={"title": "x"})
        assert answer.status_code == 404


def test_what_a_drafted_field_came_from_stays_beside_it(
    lead: httpx.Client, library: Library
) -> None:
    text = scenario_toml({"title": "T", "facts": [{"id": "a", "text": "A"}, {"id": "b"}]})
    sources = {"facts.1.id": "This very sentence."}
    library.versions.save("drafted", text, JORDAN, sources=sources)
    assert "This very sentence." in lead.get("/library/drafted").text
    form = typed(lead, "drafted")
    assert form["facts.1.id~"] == "This very sentence."
    lead.post("/library/drafted", data={**form, "do": "save", "title": "T2"})
    assert library.versions.drafts()["drafted"].sources == sources
    form["stamp"] = stamp(lead.get("/library/drafted").text)
    page = lead.post("/library/drafted", data={**form, "do": "remove:facts.0"}).text
    assert 'name="facts.0.id~"' in page


def test_the_form_of_the_test_is_the_form_of_the_page(lead: httpx.Client, library: Library) -> None:
    shown = typed(lead, PRICING)
    wanted = values_of(library.from_files.sources[PRICING])
    assert {name: shown[name].strip() for name in wanted} == {
        name: value.strip() for name, value in wanted.items()
    }
