"""What is published lies over the shipped scenarios; a call keeps what it was held with."""

from typing import Any

from configs.toml_writer import scenario_toml
from web.library import Library

SAM, JORDAN = "sam-rivera", "jordan-lee"
PRICING = "pricing-objection"


def publish(library: Library, scenario_id: str = PRICING, **changes: Any) -> None:
    text = scenario_toml({**library.from_files.sources[PRICING], **changes})
    library.versions.save(scenario_id, text, JORDAN)
    library.versions.publish(scenario_id, text)


def test_reps_meet_what_is_published_and_no_draft(site: Any) -> None:
    library = site.office.context.library
    publish(library, "our-own", title="A title of our own")
    draft = scenario_toml({**library.from_files.sources[PRICING], "title": "Only a draft"})
    library.versions.save("not-yet", draft, JORDAN)
    with site.visit(SAM) as client:
        page = client.get("/").text
        answers = [client.get(f"/scenarios/{one}").status_code for one in ("our-own", "not-yet")]
    assert "A title of our own" in page
    assert "Only a draft" not in page
    assert answers == [200, 404]


def test_the_catalogue_is_made_anew_only_when_something_was_published(office: Any) -> None:
    library = office.context.library
    before = library.catalogue
    assert library.catalogue is before
    publish(library, title="Changed")
    assert library.catalogue.scenarios[PRICING].title == "Changed"
    assert library.catalogue is library.catalogue
    library.versions.archive(PRICING)
    assert library.catalogue.scenarios == before.scenarios


def test_another_process_sees_what_was_published(office: Any) -> None:
    context = office.context
    other = Library(context.library.from_files, context.library.versions)
    publish(context.library, title="Changed")
    assert other.catalogue.scenarios[PRICING].title == "Changed"


def test_a_published_text_that_cannot_be_read_any_more_is_a_fault_and_no_crash(site: Any) -> None:
    library = site.office.context.library
    library.versions.save("spoilt", "persona = 'gone'", JORDAN)
    library.versions.publish("spoilt", "persona = 'gone'")
    with site.visit(SAM) as client:
        assert client.get("/").status_code == 200
        assert client.get("/scenarios/spoilt").status_code == 404
    assert [one.code for one in library.catalogue.faults] == ["scenario-reference-unknown"]


def test_a_call_keeps_its_scenario_whatever_is_published_later(site: Any) -> None:
    context = site.office.context
    title = context.catalogue.scenarios[PRICING].title
    with site.visit(SAM) as client:
        place = client.post("/calls", data={"scenario": PRICING}).headers["location"]
        publish(context.library, title="Another title")
        (call,) = context.calls.list_for_rep(SAM)
        assert context.held_with(call).scenario.title == title
        assert title in client.get(place).text
        page = client.get("/").text
    assert page.count(title) == 1  # the call
    assert "Another title" in page  # the scenario


def test_a_call_from_before_is_read_with_the_scenario_of_now(site: Any) -> None:
    context = site.office.context
    call = context.calls.get(site.office.scored_call())
    publish(context.library, title="Another title")
    assert context.held_with(call).scenario.title == "Another title"
