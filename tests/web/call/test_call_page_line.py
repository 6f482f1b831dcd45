"""The call page when the line is held, lost or taken up again, in a real browser."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.web.call.call_page import Wiretap, expect_review, level, open_call, settle, start

pytestmark = pytest.mark.slow

CUT = "window.sockets.at(-1).close()"

REMEMBER_SOCKETS = """
window.sockets = [];
const Real = window.WebSocket;
window.WebSocket = class extends Real {
  constructor(...args) {
    if (window.offline) args[0] = "/nowhere";
    super(...args);
    window.sockets.push(this);
  }
};
"""


@pytest.fixture
def cut_page(page: Page, line_server: Any) -> Page:
    """Its sockets can be cut."""
    page.add_init_script(REMEMBER_SOCKETS)
    page.reload()
    return page


def texts(tap: Wiretap, kind: str) -> list[dict[str, Any]]:
    return [text for text in tap.texts if text["type"] == kind]


def test_a_held_reply_falls_silent_and_is_heard_whole(
    page: Page, line_server: Any, say: Any
) -> None:
    line_server.desk.script = (say(1.5, hold_after_s=0.6),)
    tap = Wiretap(page)
    start(page)
    settle(page, lambda: level(page, "ring") > 0.3)
    settle(page, lambda: level(page, "ring") < 0.1)
    assert line_server.desk.calls[0].played == []
    settle(page, lambda: level(page, "ring") > 0.3)
    settle(page, lambda: tap.finished(1) and bool(line_server.desk.calls[0].played))
    assert line_server.desk.calls[0].played == [(pytest.approx(1.5, abs=0.001), False)]


def test_a_lost_socket_is_told_and_dialled_again_and_the_call_goes_on(
    cut_page: Page, line_server: Any, say: Any
) -> None:
    page = cut_page
    line_server.desk.script = (say(6.0), say(0.4))
    tap = Wiretap(page)
    start(page)
    call = line_server.desk.calls[0]
    settle(page, lambda: len(texts(tap, "playback_progress")) > 2)
    page.evaluate(f"window.offline = true; {CUT}")
    expect(page.get_by_text("Connection lost, reconnecting…")).to_be_visible()
    expect(page.locator("[data-role=speaking]")).to_have_text("On hold")
    settle(page, lambda: level(page, "ring") < 0.05)
    settle(page, lambda: call.done == ["pause"])
    assert call.played[0][1]
    assert 0 < call.played[0][0] < 5.0
    page.evaluate("window.offline = false")
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    settle(page, lambda: call.done == ["pause", "resume"])
    settle(page, lambda: len(call.played) == 2)
    assert call.played[1] == (pytest.approx(0.4, abs=0.001), False)
    hello = texts(tap, "hello")[-1]
    assert hello["resume"]
    assert hello["key"]
    n_loud = sum(any(frame) for frame in call.frames)
    settle(page, lambda: sum(any(frame) for frame in call.frames) > n_loud + 25)
    expect(page.locator(".caption.buyer")).to_have_count(2)
    page.keyboard.press("h")
    expect_review(page, line_server)
    assert [o.ended_reason for o in line_server.desk.finished] == ["rep_hung_up"]


def test_it_may_be_lost_twice_and_a_rep_on_hold_stays_on_hold(
    cut_page: Page, line_server: Any
) -> None:
    page = cut_page
    start(page)
    call = line_server.desk.calls[0]
    page.keyboard.press("p")
    settle(page, lambda: call.done == ["pause"])
    for n in (1, 2):
        page.evaluate(CUT)
        settle(page, lambda n=n: call.done == ["pause"] * (n + 1))
        settle(page, lambda n=n: page.evaluate("window.sockets.length") == n + 1)
        expect(page.get_by_text("Connected", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.keyboard.press("p")
    settle(page, lambda: call.done[-1] == "resume")


def test_a_rep_who_hangs_up_while_the_line_is_lost_hangs_up_when_it_is_back(
    cut_page: Page, line_server: Any
) -> None:
    page = cut_page
    start(page)
    page.evaluate(f"window.offline = true; {CUT}")
    expect(page.get_by_text("Connection lost")).to_be_visible()
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Scoring…")).to_be_visible()
    page.evaluate("window.offline = false")
    expect_review(page, line_server)
    assert [o.ended_reason for o in line_server.desk.finished] == ["rep_hung_up"]


def test_a_call_that_ended_while_the_line_was_lost_is_told_as_such(
    cut_page: Page, line_server: Any
) -> None:
    page = cut_page
    line_server.desk.live_calls.reconnect_s = 0.5
    start(page)
    page.evaluate(f"window.offline = true; {CUT}")
    settle(page, lambda: bool(line_server.desk.finished))
    page.evaluate("window.offline = false")
    expect_review(page, line_server)
    expect(page.get_by_role("alert")).to_contain_text("The connection to Rehearse was lost")
    assert [o.ended_reason for o in line_server.desk.finished] == ["line_lost"]


def test_a_reloaded_page_goes_back_to_the_call(page: Page, line_server: Any, say: Any) -> None:
    line_server.desk.script = (say(0.3), say(30.0), say(0.3))
    start(page)
    call = line_server.desk.calls[0]
    settle(page, lambda: len(call.played) == 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    settle(page, lambda: call.done == ["pause"])
    expect(page.get_by_text("This call is on hold")).to_be_visible()
    page.get_by_role("button", name="Go back to the call").click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    settle(page, lambda: call.done == ["pause", "resume"])
    expect(page.locator(".caption.buyer").first).to_contain_text("Reply 0 whole")
    expect(page.locator("[data-role=elapsed]")).not_to_have_text("0:00")
    settle(page, lambda: len(call.played) == 3)
    page.keyboard.press("h")
    expect_review(page, line_server)


def test_a_second_tab_is_refused_while_the_first_is_there(page: Page, line_server: Any) -> None:
    start(page)
    second = page.context.new_page()
    open_call(second, line_server)
    second.get_by_role("button", name="Go back to the call").click()
    expect(second.locator("[data-role=fault-code]")).to_have_text("line-already-open")
    page.keyboard.press("h")
    expect_review(page, line_server)


def test_a_tab_in_the_background_keeps_speaking(page: Page, line_server: Any) -> None:
    tap = Wiretap(page)
    start(page)
    other = page.context.new_page()
    other.bring_to_front()
    n = len(tap.frames)
    other.wait_for_timeout(2_000)
    settle(page, lambda: len(tap.frames) > n + 80)


def test_a_microphone_that_goes_away_is_replaced_and_told(page: Page, line_server: Any) -> None:
    page.add_init_script(
        """
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (asked) => (window.stream = await real(asked));
        """
    )
    page.reload()
    tap = Wiretap(page)
    start(page)
    page.evaluate(
        "window.stream.getAudioTracks()[0].stop();"
        "window.stream.getAudioTracks()[0].dispatchEvent(new Event('ended'))"
    )
    expect(page.locator("[data-role=notice]")).to_contain_text("Your microphone went away")
    expect(page.get_by_role("alert")).to_be_hidden()
    n = len(tap.frames)
    settle(page, lambda: any(any(frame[8:]) for frame in tap.frames[n + 10 :]))
    numbers = [int.from_bytes(frame[:4], "little") for frame in tap.frames]
    assert numbers == list(range(len(numbers)))  # the sequence goes on


ECHO = """
async ({ played, heard }) => {
  const { EchoMeasure } = await import("/static/call/echo.js");
  const found = [];
  const measure = new EchoMeasure((delayS) => found.push(delayS));
  played.forEach((rms, i) => {
    measure.takePlayed(0.02 * i, rms);
    measure.takeHeard(0.02 * i, heard[i]);
  });
  return found;
}
"""


def speech_envelope(seed: int, seconds: float = 40.0) -> np.ndarray[Any, Any]:
    """RMS of 20 ms each: syllables of their own lengths and strengths, with pauses."""
    rng = np.random.default_rng(seed)
    levels: list[float] = []
    while len(levels) < seconds * 50:
        n, top = int(rng.integers(6, 15)), 10 ** (rng.uniform(-30, -14) / 20)
        levels += list(top * np.sin(np.linspace(0.1, np.pi - 0.1, n)))
        if rng.random() < 0.2:
            levels += [1e-4] * int(rng.integers(5, 30))
    return np.array(levels[: round(seconds * 50)])


def echoes(page: Page, played: np.ndarray[Any, Any], heard: np.ndarray[Any, Any]) -> list[float]:
    found: list[float] = page.evaluate(ECHO, {"played": played.tolist(), "heard": heard.tolist()})
    return found


def delayed(levels: np.ndarray[Any, Any], s: float) -> np.ndarray[Any, Any]:
    n = round(s * 50)
    return np.concatenate([np.zeros(n), levels[: len(levels) - n]])


@pytest.mark.parametrize(("delay_s", "gain_db"), [(0.06, -10), (0.2, -20), (0.4, -6)])
def test_a_buyer_who_comes_back_through_the_microphone_is_found(
    page: Page, delay_s: float, gain_db: float
) -> None:
    played = speech_envelope(1)
    noise = np.random.default_rng(3).uniform(0.5, 1.5, len(played)) * 10 ** (-55 / 20)
    heard = np.hypot(delayed(played, delay_s) * 10 ** (gain_db / 20), noise)
    (found_s,) = echoes(page, played, heard)
    assert found_s == pytest.approx(delay_s, abs=0.06)


def test_an_echo_is_found_also_when_the_rep_speaks_now_and_then(page: Page) -> None:
    played, rep = speech_envelope(1, 80), speech_envelope(2, 80)
    speaks = np.repeat(np.arange(8) % 4 == 3, len(rep) // 8)
    heard = np.hypot(delayed(played, 0.1) * 0.2, np.where(speaks, rep, 1e-3))
    assert len(echoes(page, played, heard)) == 1


@pytest.mark.parametrize("seed", range(2, 22))
def test_a_rep_who_speaks_over_the_buyer_is_no_echo(page: Page, seed: int) -> None:
    assert echoes(page, speech_envelope(1, 120), speech_envelope(seed, 120)) == []


def test_silence_and_a_silent_buyer_are_no_echo(page: Page) -> None:
    levels, silence = speech_envelope(1), np.full(2_000, 1e-4)
    assert echoes(page, levels, silence) == []
    assert echoes(page, silence, levels) == []


def test_an_echo_is_advised_against_in_one_quiet_sentence(page: Page, line_server: Any) -> None:
    page.evaluate(
        """async () => {
          const { EchoMeasure } = await import("/static/call/echo.js");
          EchoMeasure.prototype.takeHeard = function () { this.onecho(0.1); };
        }"""
    )
    start(page)
    expect(page.locator("[data-role=notice]")).to_contain_text("A headset, or less volume")
    expect(page.get_by_role("alert")).to_be_hidden()
