"""What stands at the door: hosts, origins, headers, cookies."""

import stat
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from configs.fault import Fault
from configs.settings import Server, Settings
from web import cookie
from web.app import create_app
from web.grants import undeclared
from web.guard import check_bind, is_loopback, require_same_origin

OURS = {"host": "127.0.0.1:8420", "origin": "http://127.0.0.1:8420"}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "rehearse.example.org"])
def test_the_sample_organisation_is_not_served_to_other_machines(host: str) -> None:
    with pytest.raises(Fault) as told:
        check_bind(Settings(server=Server(host=host)))
    assert told.value.code == "sample-not-on-loopback"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_the_sample_organisation_is_served_on_this_machine(host: str) -> None:
    check_bind(Settings(server=Server(host=host)))


def test_an_app_is_not_even_made_for_other_machines(office: Any) -> None:
    settings = replace(office.context.settings, server=Server(host="0.0.0.0"))
    with pytest.raises(Fault, match="this machine only"):
        create_app(replace(office.context, settings=settings))


@given(st.ip_addresses(v=4))
def test_only_addresses_from_127_on_are_this_machine(address: IPv4Address) -> None:
    assert is_loopback(str(address)) == str(address).startswith("127.")


@pytest.mark.parametrize(
    "host", ["127.0.0.1.example.org", "localhost.example.org", "", "0x7f000001", "127.0.0.1 "]
)
def test_a_name_that_only_looks_like_this_machine_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:8420"},
        {**OURS, "origin": "null"},
        {**OURS, "origin": "http://127.0.0.1:9999"},
        {**OURS, "origin": "http://evil.example.org"},
        {**OURS, "origin": "http://127.0.0.1:8420.evil.example.org"},
        {**OURS, "origin": "file://127.0.0.1:8420"},
        {**OURS, "sec-fetch-site": "cross-site"},
        {**OURS, "sec-fetch-site": "same-site"},
        {**OURS, "sec-fetch-site": "none"},
    ],
)
def test_what_no_page_of_ours_sent_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Fault) as told:
        require_same_origin(headers)
    assert told.value.code == "origin-not-ours"


def test_what_a_page_of_ours_sent_is_taken() -> None:
    require_same_origin(OURS)
    require_same_origin({**OURS, "sec-fetch-site": "same-origin"})


def test_a_post_from_another_site_changes_nothing(site: Any) -> None:
    with site.visit("sam-rivera") as client:
        forged = client.post(
            "/calls",
            data={"scenario": "pricing-objection"},
            headers={"origin": "http://evil.example.org"},
        )
    assert forged.status_code == 403
    assert "origin-not-ours" in forged.text
    assert site.office.context.calls.list_for_rep("sam-rivera") == ()


def test_a_name_on_the_internet_that_points_here_is_refused(site: Any) -> None:
    with site.visit() as client:
        answer = client.get("/", headers={"host": "rebound.example.org"})
    assert answer.status_code == 403
    assert "host-not-ours" in answer.text
    assert "content-security-policy" in answer.headers


def test_without_the_sample_organisation_any_host_name_is_fine(site_without_samples: Any) -> None:
    with site_without_samples.visit() as client:
        answer = client.get("/", headers={"host": "rehearse.example.org"})
    assert answer.status_code == 200
    assert "Nobody can sign in yet" in answer.text


def test_sample_people_are_nobody_once_they_are_not_served(site_without_samples: Any) -> None:
    with site_without_samples.visit() as client:
        assert client.post("/sign-in", data={"person": "sam-rivera"}).status_code == 404
        sealed = Response()
        cookie.sign_in(sealed, site_without_samples.office.context.secret, "sam-rivera")
        client.headers["cookie"] = sealed.headers["set-cookie"].split(";")[0]
        assert client.get("/engines").status_code == 303


def test_nobody_signs_in_as_somebody_who_is_not_there(site: Any) -> None:
    with site.visit() as client:
        assert client.post("/sign-in", data={"person": "eve"}).status_code == 404
        assert client.post("/sign-in", data={}).status_code == 422


def test_the_cookie_is_for_this_site_and_for_no_script(site: Any) -> None:
    with site.visit() as client:
        answer = client.post("/sign-in", data={"person": "sam-rivera"})
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags


@pytest.mark.parametrize("sealed", ["", "sam-rivera", "InNhbS1yaXZlcmEi.aaaa.bbbb", "é" * 40])
def test_a_forged_cookie_is_nobodys(sealed: str) -> None:
    assert cookie.signed_in(_with_cookie(sealed), "a secret") is None


def test_a_cookie_of_another_data_folder_is_nobodys() -> None:
    answer = Response()
    cookie.sign_in(answer, "their secret", "sam-rivera")
    value = answer.headers["set-cookie"].split(";")[0].removeprefix("rehearse=")
    assert cookie.signed_in(_with_cookie(value), "our secret") is None
    assert cookie.signed_in(_with_cookie(value), "their secret") == "sam-rivera"


def _with_cookie(value: str) -> Request:
    header = f"rehearse={value}".encode()
    return Request({"type": "http", "headers": [(b"cookie", header)]})


def test_the_secret_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    first = cookie.secret_of(tmp_path / "data")
    assert cookie.secret_of(tmp_path / "data") == first
    assert len(first) > 30
    (file,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_pages_are_kept_by_no_cache_and_run_no_script_but_ours(site: Any) -> None:
    with site.visit("sam-rivera") as client:
        page, style = client.get("/"), client.get("/static/style.css")
        missing = client.get("/nowhere")
    for answer in (page, missing):
        assert answer.headers["cache-control"] == "no-store"
    for answer in (page, style, missing):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_an_inline_script_or_style() -> None:
    templates = Path(__file__).parents[2] / "web" / "templates"
    for template in templates.glob("*.html"):
        text = template.read_text()
        assert "style=" not in text, template.name
        assert " onclick" not in text, template.name
        assert all("src=" in tag.split(">")[0] for tag in text.split("<script")[1:]), template.name


def test_a_route_that_says_not_who_may_use_it_is_found() -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/open")
    def forgotten() -> None: ...

    assert list(undeclared(app.routes)) == ["/open"]


async def test_a_mistake_of_ours_is_a_page_that_tells_nothing(office: Any) -> None:
    app = create_app(office.context)

    async def broken(request: Request) -> PlainTextResponse:
        raise ValueError("a secret")

    app.router.add_route("/broken", broken)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert "a secret" not in answer.text
    assert "server-error" in answer.text
    assert "content-security-policy" in answer.headers
    assert answer.headers["cache-control"] == "no-store"
