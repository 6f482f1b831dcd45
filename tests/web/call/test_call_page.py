"""The call page in a real browser with a fake microphone, against the real line."""

import struct
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from configs.fault import Fault
from tests.web.call.call_page import (
    ALLOW,
    FAKE_MICROPHONE,
    Launch,
    Wiretap,
    expect_review,
    level,
    open_call,
    settle,
    stage,
    start,
)

pytestmark = pytest.mark.slow


def test_the_microphone_goes_up_in_whole_frames_of_20_ms(page: Page, line_server: Any) -> None:
    tap = Wiretap(page)
    start(page)
    settle(page, lambda: len(tap.frames) > 150)
    assert tap.texts[0]["type"] == "hello"
    rate_hz = tap.texts[0]["rate_hz"]
    assert {len(frame) for frame in tap.frames} == {8 + 2 * round(0.02 * rate_hz)}
    headers = [struct.unpack_from("<II", frame) for frame in tap.frames]
    assert headers == [(n, 20 * n) for n in range(len(headers))]
    pcm = np.frombuffer(b"".join(frame[8:] for frame in tap.frames), dtype="<i2") / 32768
    assert 20 * np.log10(np.sqrt(np.mean(pcm**2))) > -40
    assert line_server.desk.calls[0].rate_hz == rate_hz


def test_a_whole_reply_is_reported_as_it_was_played(page: Page, line_server: Any, say: Any) -> None:
    line_server.desk.script = (say(1.0),)
    tap = Wiretap(page)
    start(page)
    settle(page, lambda: bool(line_server.desk.calls[0].played) and tap.finished(1))
    reports = tap.reports(1)
    assert [r["type"] for r in reports][:: len(reports) - 1] == [
        "playback_started",
        "playback_finished",
    ]
    progress = [r["played_s"] for r in reports if r["type"] == "playback_progress"]
    assert len(progress) >= 8
    assert progress == sorted(progress)
    assert np.diff(progress).min() >= 0.1
    assert reports[-1]["played_s"] == pytest.approx(1.0, abs=1e-6)
    assert reports[-1]["interrupted"] is False
    assert line_server.desk.calls[0].played == [(pytest.approx(1.0, abs=0.001), False)]


def test_an_interrupted_reply_stops_at_once_and_reports_what_was_heard(
    page: Page, line_server: Any, say: Any
) -> None:
    line_server.desk.script = (say(5.0, cut_after_s=1.0), say(0.4))
    tap = Wiretap(page)
    start(page)
    settle(page, lambda: level(page, "ring") > 0.3)
    settle(page, lambda: len(line_server.desk.calls[0].played) == 2 and tap.finished(2))
    last = tap.reports(1)[-1]
    assert (last["type"], last["interrupted"]) == ("playback_finished", True)
    assert 0.5 < last["played_s"] < 1.6
    (cut_s, was_cut), whole = line_server.desk.calls[0].played
    assert (cut_s, was_cut) == (pytest.approx(last["played_s"], abs=0.001), True)
    assert whole == (pytest.approx(0.4, abs=0.001), False)
    settle(page, lambda: level(page, "ring") < 0.05)


def test_captions_and_who_is_speaking_are_shown(page: Page, line_server: Any, say: Any) -> None:
    line_server.desk.script = (say(0.5),)
    start(page)
    expect(page.locator(".caption.buyer.interim")).to_contain_text("Reply 0")
    log = page.get_by_role("log", name="Captions")
    expect(log.locator(".caption.buyer")).to_contain_text("Reply 0 whole")
    expect(log.locator(".caption.rep")).to_contain_text("Answer 0")
    expect(log.locator(".interim")).to_have_count(0)
    expect(page.locator("[data-role=speaking]")).to_contain_text("is listening")
    expect(page.locator("[data-role=heard]")).to_have_text("We hear you")
    expect(page.locator("[data-role=elapsed]")).to_have_text("0:02")


def test_who_is_on_the_line_changes_when_the_rep_is_put_through(
    page: Page, line_server: Any, say: Any, put_through: Any
) -> None:
    line_server.desk.script = (say(0.3), put_through("Nora Next"), say(0.3))
    start(page)
    expect(page.locator("[data-role=speaking]")).to_contain_text("Nora Next is")
    expect(page.locator("[data-role=initial]")).to_have_text("N")


def test_muted_frames_are_silent_and_keep_their_place(page: Page, line_server: Any) -> None:
    tap = Wiretap(page)
    start(page)
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Unmute")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-role=heard]")).to_contain_text("Muted")
    first = len(tap.frames) + 10
    settle(page, lambda: len(tap.frames) > first + 50)
    assert not any(any(frame[8:]) for frame in tap.frames[first:])
    page.keyboard.press("m")
    settle(page, lambda: any(any(frame[8:]) for frame in tap.frames[-5:]))
    assert [t["on"] for t in tap.texts if t["type"] == "mute"] == [True, False]


def test_the_whole_call_can_be_held_by_keyboard(page: Page, line_server: Any) -> None:
    page.get_by_role("button", name="Call ").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Connected")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator("[data-role=speaking]")).to_have_text("On hold")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("main h1")).to_be_focused()
    assert line_server.desk.calls[0].done == ["pause", "resume"]
    assert [o.ended_reason for o in line_server.desk.finished] == ["rep_hung_up"]


def test_hanging_up_turns_the_page_into_the_review_without_a_reload(
    page: Page, line_server: Any
) -> None:
    line_server.desk.finish_s = 0.5
    start(page)
    page.evaluate("window.sameDocument = true")
    title = page.title()
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_role("heading", name="Scoring…")).to_be_visible()
    expect_review(page, line_server)
    assert page.title() != title
    assert page.evaluate("window.sameDocument") is True


def test_a_buyer_who_hangs_up_ends_the_call(page: Page, line_server: Any) -> None:
    line_server.desk.finish_s = 0.5
    start(page)
    call = line_server.desk.calls[0]
    call.ended.get_loop().call_soon_threadsafe(call.ended.set_result, "buyer_hung_up")
    expect(page.locator("[data-role=ending]")).to_have_text("The buyer hung up.")
    expect_review(page, line_server)


def test_a_fault_after_the_call_is_still_read_above_the_review(
    page: Page, line_server: Any
) -> None:
    line_server.desk.finish_fault = Fault("disk-full", "The disk is full.", "Free some space.")
    start(page)
    page.keyboard.press("h")
    expect_review(page, line_server)
    expect(page.get_by_role("alert")).to_contain_text("The disk is full. Free some space.")


def test_a_stopped_server_is_told_with_what_was_kept(page: Page, line_server: Any) -> None:
    start(page)
    line_server.stop()
    expect(page.get_by_role("alert")).to_contain_text("What was said until then is kept")
    expect(page.locator("[data-role=fault-code]")).to_have_text("server-stopped")
    assert [o.ended_reason for o in line_server.desk.finished] == ["stopped"]


def test_a_tab_that_is_closed_for_good_ends_the_call_and_it_is_kept(
    page: Page, line_server: Any, wait_until: Any
) -> None:
    line_server.desk.live_calls.reconnect_s = 0.5
    start(page)
    page.goto("about:blank")
    wait_until(lambda: line_server.desk.finished)
    assert line_server.desk.finished[0].ended_reason == "line_lost"


def test_the_microphone_check_measures_and_plays_back(page: Page) -> None:
    page.get_by_role("button", name="Check my microphone").click()
    expect(page.get_by_text("Say a sentence")).to_be_visible()
    settle(page, lambda: level(page, "check-level") > 0.3)
    expect(page.locator("[data-role=check-said]")).to_contain_text("Now playing it back")
    expect(page.locator("[data-role=check-said]")).to_have_text("We hear you well.", timeout=9_000)
    assert page.get_by_label("Microphone", exact=True).locator("option").count() > 1
    start(page)


def test_a_refused_call_says_why_and_can_be_tried_again(page: Page, line_server: Any) -> None:
    line_server.desk.refusal = Fault("voice-missing", "There is no voice.", "Get one.")
    page.get_by_role("button", name="Call ").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no voice. Get one.")
    expect(page.get_by_role("alert")).to_contain_text("voice-missing")
    line_server.desk.refusal = None
    start(page)
    expect(page.get_by_role("alert")).to_be_hidden()


def refused_with(page: Page, code: str, words: str) -> None:
    page.get_by_role("button", name="Call ").click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.locator("[data-role=fault-code]")).to_have_text(code)
    assert stage(page) == "before"


def test_without_permission_the_page_says_how_to_give_it(launch: Launch, line_server: Any) -> None:
    page = launch(*FAKE_MICROPHONE, "--deny-permission-prompts").new_page()
    open_call(page, line_server)
    refused_with(page, "microphone-not-allowed", "allow the microphone")
    assert line_server.desk.calls == []


def test_without_a_microphone_the_page_asks_for_one(launch: Launch, line_server: Any) -> None:
    page = launch(ALLOW).new_page()
    open_call(page, line_server)
    refused_with(page, "microphone-not-found", "Plug in a headset")


def test_a_page_that_is_not_secure_says_where_to_go(launch: Launch, line_server: Any) -> None:
    rules = "--host-resolver-rules=MAP rehearse.test 127.0.0.1"
    page = launch(*FAKE_MICROPHONE, ALLOW, rules).new_page()
    open_call(page, line_server, f"http://rehearse.test:{line_server.port}")
    refused_with(page, "page-not-secure", "https")


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (
            "navigator.mediaDevices.getUserMedia = () =>"
            " Promise.reject(new DOMException('', 'NotReadableError'))",
            "microphone-busy",
        ),
        ("delete window.AudioWorkletNode", "browser-too-old"),
    ],
)
def test_a_browser_that_cannot_do_it_is_told_so(
    page: Page, script: str, code: str, line_server: Any
) -> None:
    page.evaluate(f"() => {{ {script} }}")
    refused_with(page, code, "")
