"""Whole scripted calls: what the rep says in, the buyer's beats and reasons out.

Renew with: REHEARSE_RENEW_GOLD=1 pytest tests/agents/test_buyer_gold.py, then read the difference.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from agents import buyer_state
from agents.beat import Beat
from agents.buyer_mind import BuyerState
from agents.buyer_state import begin
from tests.fakes.drill import GATED, PERSONA, SCENARIO

GOLD = Path(__file__).parent / "gold"
SCRIPTS = {
    "calls_gatekeeper": GATED,
    "calls_objection_well_handled": SCENARIO,
    "calls_objection_argued_down": SCENARIO,
    "calls_charm_and_pressure": replace(SCENARIO, minutes=30),
    "calls_out_of_frame": SCENARIO,
    "calls_concession": GATED,
}


def played(script: str, scenario) -> str:
    """The script with the buyer's side filled in. Lines of it: "> words" are the rep's, "> " alone
    is silence, "> [40 s] words" gives how long the rep spoke, "# ..." stands at the
    head."""
    state, beat = begin(scenario, PERSONA, 1)
    comments = [line for line in script.splitlines() if line.startswith("#")]
    out, at_s = [*comments, told(state, beat)], 0.0
    for line in script.splitlines():
        if not line.startswith(">"):
            continue
        said, speech_s, at_s = line[1:].strip(), 5.0, at_s + 10
        if said.startswith("["):
            seconds, said = said[1:].split(" s] ", 1)
            speech_s = float(seconds)
        if said:
            state, beat = buyer_state.hear(
                state, scenario, PERSONA, said, at_s=at_s, speech_s=speech_s
            )
        else:
            state, beat = buyer_state.silent(state, scenario, PERSONA, at_s=at_s)
        out += [line.rstrip(), told(state, beat)]
        if beat.kind == "put_through":
            state, beat = buyer_state.transferred(state)
            out.append(told(state, beat))
    return "\n".join(out) + "\n"


def told(state: BuyerState, beat: Beat) -> str:
    about = " ".join(filter(None, (beat.objection_id, *beat.fact_ids, beat.concession_id)))
    mood = f"trust {state.trust:+d} interest {state.interest:+d} patience {state.patience}"
    who = "" if beat.voice == "buyer" else f"{beat.voice} "
    ends = f" | ended: {state.ended}" if state.ended else ""
    return f"  {who}{beat.kind} {about}".rstrip() + f" | {beat.reason} | {mood}{ends}"


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_call_goes_as_written(name: str) -> None:
    file = GOLD / f"{name}.txt"
    gold = file.read_text(encoding="utf-8")
    came = played(gold, SCRIPTS[name])
    if os.environ.get("REHEARSE_RENEW_GOLD"):
        file.write_text(came, encoding="utf-8")
    assert came == gold
