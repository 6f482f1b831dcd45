"""Every route against every kind of visitor: denied unless granted."""

import json
from typing import Any, Final

import httpx
import pytest
from starlette.routing import Mount
from websockets.sync.client import connect

from web.app import create_app

VISITORS: Final = ("nobody", "own_rep", "other_rep", "manager", "team_lead", "outsider", "admin")
PEOPLE: Final = {
    "nobody": None,
    "own_rep": "sam-rivera",
    "other_rep": "chris-novak",
    "manager": "alex-morgan",
    "team_lead": "jordan-lee",
    "outsider": "olli",  # leads another team
    "admin": "ada",
}

OPEN: Final = (200,) * 7
HOME: Final = (303, 200, 200, 200, 200, 200, 200)
OF_CALL: Final = (303, 200, 404, 200, 200, 404, 404)
OF_CALL_JSON: Final = (401, 200, 404, 200, 200, 404, 404)
BRIEFING: Final = (303, 200, 200, 200, 200, 200, 403)
LEADS: Final = (303, 403, 403, 403, 200, 403, 403)
LEADS_DO: Final = (303, 403, 403, 403, 303, 403, 403)

EXPECTED: Final[dict[tuple[str, str], tuple[Any, ...]]] = {
    ("GET", "/"): OPEN,
    ("POST", "/sign-in"): (303,) * 7,
    ("POST", "/sign-out"): (303,) * 7,
    ("GET", "/scenarios/{scenario_id}"): BRIEFING,
    ("POST", "/calls"): (303, 303, 303, 403, 403, 403, 403),
    ("GET", "/engines"): HOME,
    ("GET", "/calls/{call_id}"): OF_CALL,
    ("GET", "/calls/{call_id}/status.json"): OF_CALL_JSON,
    ("GET", "/calls/{call_id}/scorecard.json"): OF_CALL_JSON,
    ("GET", "/calls/{call_id}/transcript.json"): OF_CALL_JSON,
    ("GET", "/calls/{call_id}/peaks.json"): OF_CALL_JSON,
    ("GET", "/calls/{call_id}/recording"): OF_CALL,
    ("GET", "/calls/{call_id}/recording.wav"): OF_CALL,
    ("GET", "/library"): LEADS,
    ("POST", "/library"): (303, 403, 403, 403, 422, 403, 403),
    ("GET", "/library/new"): LEADS,
    ("POST", "/library/import"): (303, 403, 403, 403, 422, 403, 403),
    # No model is configured.
    ("POST", "/library/draft"): (303, 403, 403, 403, 422, 403, 403),
    ("POST", "/calls/{call_id}/draft"): (303, 403, 403, 403, 422, 403, 403),
    ("GET", "/library/{scenario_id}"): LEADS,
    # Sent without the stamp of what it changes.
    ("POST", "/library/{scenario_id}"): (303, 403, 403, 403, 409, 403, 403),
    ("POST", "/library/{scenario_id}/preview"): LEADS,
    ("GET", "/library/{scenario_id}/toml"): LEADS,
    ("POST", "/library/{scenario_id}/variant"): LEADS_DO,
    ("POST", "/library/{scenario_id}/take-up"): (303, 403, 403, 403, 422, 403, 403),
    ("GET", "/library/{scenario_id}/check"): LEADS,
    ("GET", "/library/{scenario_id}/check.json"): (401, 403, 403, 403, 200, 403, 403),
    ("POST", "/library/{scenario_id}/publish"): (303, 403, 403, 403, 422, 403, 403),
    ("POST", "/library/{scenario_id}/archive"): LEADS_DO,
    ("POST", "/library/{scenario_id}/check"): (303, 403, 403, 403, 422, 403, 403),
    # The call is over, so whoever may see it is sent to its review.
    ("GET", "/calls/{call_id}/call"): (303, 303, 404, 303, 303, 404, 404),
    ("WS", "/calls/{call_id}/line"): ("not-signed-in", *("call-not-live",) * 6),
}
"""Route to what each of VISITORS gets: a status, or the code that a socket is told."""


@pytest.fixture
def call_id(site: Any) -> str:
    people = site.office.context.people
    for person_id, team_id, role in (("olli", "other", "manager"), ("ada", "mid-market", "admin")):
        if team_id == "other":
            people.add_team("other", "Other")
        people.add(person_id, person_id.title(), is_sample=True)
        people.join(person_id, team_id, role)
    site.office.context.library.versions.save("half", 'title = "Half"', "jordan-lee")
    made: str = site.office.scored_call()
    return made


def test_every_route_is_in_the_table(office: Any) -> None:
    found = {
        (method, route.path)
        for route in create_app(office.context).routes
        if not isinstance(route, Mount)
        for method in (getattr(route, "methods", None) or {"WS"}) - {"HEAD"}
    }
    assert found == set(EXPECTED)


def test_every_route_answers_every_visitor_as_the_table_says(site: Any, call_id: str) -> None:
    wrong = []
    for n, visitor in enumerate(VISITORS):
        with site.visit(PEOPLE[visitor]) as client:
            for (method, path), answers in EXPECTED.items():
                if path == "/sign-out":
                    continue
                got = _ask(client, site.address, method, path, call_id)
                if got != answers[n]:
                    wrong.append(f"{visitor}: {method} {path} gave {got}, not {answers[n]}")
    assert wrong == []


def test_a_redirect_for_nobody_leads_to_the_first_page(site: Any, call_id: str) -> None:
    with site.visit() as client:
        assert client.get(f"/calls/{call_id}").headers["location"] == "/"


def test_a_call_that_is_not_there_reads_like_one_that_is_not_yours(site: Any, call_id: str) -> None:
    with site.visit("chris-novak") as client:
        not_yours = client.get(f"/calls/{call_id}")
        not_there = client.get("/calls/0123456789abcdef")
        not_an_id = client.get("/calls/..%2f..%2fetc")
    assert not_yours.status_code == not_there.status_code == not_an_id.status_code == 404
    assert not_yours.text == not_there.text


def test_signing_out_ends_it(site: Any) -> None:
    with site.visit("sam-rivera") as client:
        assert client.get("/engines").status_code == 200
        assert client.post("/sign-out").status_code == 303
        assert client.get("/engines").status_code == 303


def _ask(client: httpx.Client, address: str, method: str, path: str, call_id: str) -> Any:
    scenario_id = "half" if path.startswith("/library/") else "pricing-objection"
    where = path.format(call_id=call_id, scenario_id=scenario_id)
    if method == "WS":
        return _socket_told(client, address, where)
    if method == "GET":
        return client.get(where).status_code
    # Cookies of a sign-in must not change who the client is.
    asked = {"person": "sam-rivera", "scenario": "pricing-objection"}
    kept = dict(client.cookies)
    status = client.post(where, data=asked).status_code
    client.cookies = httpx.Cookies(kept)
    return status


def _socket_told(client: httpx.Client, address: str, path: str) -> str:
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = {"Cookie": cookie} if cookie else {}
    url = address.replace("http", "ws", 1) + path
    with connect(url, origin=address, additional_headers=headers) as socket:
        told: str = json.loads(socket.recv(timeout=5))["code"]
    return told
