"""The player of the call page, rendered sample by sample by a browser that nobody listens to."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.chromium import chromium_path

pytestmark = pytest.mark.slow

RATE_HZ = 48_000
QUANTUM = 128
"""Samples that a worklet renders at a time."""

RENDER = """
async ({ pcm, steps, seconds, rate }) => {
  const context = new OfflineAudioContext(1, seconds * rate, rate);
  await context.audioWorklet.addModule("/static/call/playback.js");
  const player = new AudioWorkletNode(context, "playback", { numberOfInputs: 0 });
  player.connect(context.destination);
  const reports = [];
  player.port.onmessage = ({ data }) => data.report && reports.push(data.report);
  const later = (ms) => new Promise((done) => setTimeout(done, ms));
  const message = (segment, samples) => {
    const bytes = new ArrayBuffer(8 + 2 * samples.length);
    new DataView(bytes).setUint32(0, segment, true);
    new Int16Array(bytes, 8).set(samples);
    return bytes;
  };
  const does = (step) => {
    if (step.push) player.port.postMessage({ push: message(step.push, pcm) });
    else player.port.postMessage(step);
  };
  for (const [at, step] of steps.filter(([at]) => at === 0)) does(step);
  for (const [at, step] of steps.filter(([at]) => at > 0)) {
    context.suspend(at).then(async () => {
      await later(100);
      does(step);
      await later(100);
      context.resume();
    });
  }
  await later(100);
  const made = await context.startRendering();
  await later(100);
  return { samples: [...made.getChannelData(0)], reports };
}
"""


@pytest.fixture
def quiet_page(line_server: Any) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{line_server.address}/static/line.js")
        yield page
        browser.close()


def ramp(seconds: float) -> np.ndarray[Any, Any]:
    """Each sample is known by its value; steps of one cannot click."""
    return 8_000 + np.arange(round(seconds * RATE_HZ)) % 16_000


def rendered(
    page: Page, pcm: np.ndarray[Any, Any], steps: list[tuple[float, dict[str, Any]]], seconds: float
) -> tuple[np.ndarray[Any, Any], list[dict[str, Any]]]:
    made = page.evaluate(
        RENDER, {"pcm": pcm.tolist(), "steps": steps, "seconds": seconds, "rate": RATE_HZ}
    )
    return np.array(made["samples"]) * 32768, made["reports"]


def test_a_held_reply_stops_within_a_quantum_and_goes_on_where_it_stopped(
    quiet_page: Page,
) -> None:
    pcm = ramp(0.3)
    steps = [
        (0, {"push": 1}),
        (0, {"flush": 1}),
        (0.1, {"held": True}),
        (0.2, {"held": False}),
    ]
    samples, reports = rendered(quiet_page, pcm, steps, 0.5)
    loud = np.flatnonzero(samples)
    gaps = np.flatnonzero(np.diff(loud) > QUANTUM)
    assert len(gaps) == 1
    stopped, went_on = loud[gaps[0]] + 1, loud[gaps[0] + 1]
    assert 0 <= stopped - 0.1 * RATE_HZ <= 3 * QUANTUM
    assert 0 <= went_on - 0.2 * RATE_HZ <= 3 * QUANTUM
    assert len(loud) == pytest.approx(len(pcm), abs=2)  # nothing is lost
    fade = samples[stopped - QUANTUM : stopped]
    assert np.abs(np.diff(fade)).max() < 0.02 * 32768  # no click
    assert fade[-1] < 0.02 * 32768
    after = samples[went_on + QUANTUM : went_on + 2 * QUANTUM]
    assert after == pytest.approx(pcm[stopped + QUANTUM :][: len(after)], abs=2)
    told_s = [r["played_s"] for r in reports if r["type"] == "playback_progress"]
    assert any(abs(s - stopped / RATE_HZ) < 1e-4 for s in told_s)  # told where it stopped
    assert reports[-1] == {
        "type": "playback_finished",
        "segment": 1,
        "played_s": pytest.approx(0.3),
        "interrupted": False,
    }


def test_a_reply_cleared_while_held_makes_no_more_sound_and_ends_where_it_stopped(
    quiet_page: Page,
) -> None:
    steps = [(0, {"push": 1}), (0.1, {"held": True}), (0.2, {"clear": 1}), (0.3, {"held": False})]
    samples, reports = rendered(quiet_page, ramp(0.4), steps, 0.5)
    n_loud = int(np.flatnonzero(samples)[-1]) + 1
    assert n_loud <= 0.1 * RATE_HZ + 3 * QUANTUM
    last = reports[-1]
    assert (last["type"], last["interrupted"]) == ("playback_finished", True)
    assert last["played_s"] == pytest.approx(n_loud / RATE_HZ, abs=1e-4)


def test_a_reply_that_comes_while_held_is_silent_until_it_is_released(quiet_page: Page) -> None:
    steps = [(0, {"held": True}), (0, {"push": 1}), (0, {"flush": 1}), (0.2, {"held": False})]
    samples, reports = rendered(quiet_page, ramp(0.1), steps, 0.4)
    assert np.flatnonzero(samples)[0] >= 0.2 * RATE_HZ
    assert reports[0]["type"] == "playback_started"
    assert reports[-1]["played_s"] == pytest.approx(0.1)


def test_a_cleared_reply_fades_out_within_a_quantum(quiet_page: Page) -> None:
    samples, _ = rendered(quiet_page, ramp(0.4), [(0, {"push": 1}), (0.1, {"clear": 1})], 0.3)
    n_loud = int(np.flatnonzero(samples)[-1]) + 1
    assert n_loud <= 0.1 * RATE_HZ + 3 * QUANTUM
    assert np.abs(np.diff(samples[n_loud - QUANTUM : n_loud + QUANTUM])).max() < 0.02 * 32768


def test_sound_that_runs_dry_is_told_and_goes_on_when_more_comes(quiet_page: Page) -> None:
    steps = [(0, {"push": 1}), (0.3, {"push": 1}), (0.3, {"flush": 1})]
    samples, reports = rendered(quiet_page, ramp(0.13), steps, 0.6)
    assert np.count_nonzero(samples) == pytest.approx(2 * 0.13 * RATE_HZ, abs=2)
    told_s = [r["played_s"] for r in reports if r["type"] == "playback_progress"]
    assert pytest.approx(0.13) in told_s
    assert reports[-1]["played_s"] == pytest.approx(0.26)
