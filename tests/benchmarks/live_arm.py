"""One arm in a process of its own: takes calls as lines of JSON, and answers each with a line."""

import argparse
import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from live_call import OpenCall, hold
from live_set import Step, TestSet
from machine import peak_mib

from agents.openai_words import OpenAIWords
from configs.settings import Settings, load_settings
from speech.models import PIPER_VOICES, WHISPER_MODELS, path_of

ARMS = ("stock", "tuned", "ours")


def settings_of(chosen: argparse.Namespace) -> Settings:
    env = {
        "REHEARSE_DATA_FOLDER": str(chosen.folder),
        "REHEARSE_MODELS_FOLDER": str(chosen.models),
        "REHEARSE_MODELS_DOWNLOAD": "never",
        "REHEARSE_SPEECH_TRANSCRIBER": "whisper",
        "REHEARSE_SPEECH_SYNTHESIZER": "piper" if chosen.voice == "piper" else "espeak",
        "REHEARSE_WORDS_SOURCE": "openai" if chosen.base_url else "authored",
        "REHEARSE_WORDS_BASE_URL": chosen.base_url,
    }
    return load_settings(file=None, env=env)


def ours(settings: Settings) -> OpenCall:
    from live_ours import PERSONA, OurCall  # each arm's memory is its own

    from agents.worker import Engines

    engines = Engines(settings, [PERSONA])
    seeds = iter(range(1, 1_000_000))
    return lambda line: OurCall(engines, settings, line, next(seeds))


def stock(settings: Settings, *, tuned: bool) -> OpenCall:
    from live_stock import StockCall, StockEngines

    words = None
    if settings.words.base_url:
        words = OpenAIWords(model="fake", base_url=settings.words.base_url)
    engines = StockEngines(
        path_of(WHISPER_MODELS["base.en"], settings.models_folder),
        words,
        _voice(settings),
        tuned=tuned,
    )
    return lambda line: StockCall(engines, line)


def _voice(settings: Settings) -> Any:
    from configs.load import load_catalogue
    from speech.espeak import EspeakSynthesizer
    from speech.piper_voice import PiperSynthesizer

    catalogue = load_catalogue()
    voice = catalogue.personas[catalogue.scenarios["pricing-objection"].persona].voice
    if settings.speech.synthesizer == "espeak":
        return EspeakSynthesizer(voice.espeak, rate=voice.rate)
    model = PIPER_VOICES[voice.piper]
    return PiperSynthesizer(path_of(model, settings.models_folder), rate=voice.rate)


async def serve(open_call: OpenCall, chosen: argparse.Namespace, out: Any) -> None:
    sounds = TestSet(chosen.data).sounds
    _tell(out, {"ready": True})
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        calls = [[Step(**one) for one in steps] for steps in asked["calls"]]
        held = [
            _later(i * asked.get("apart_s", 0.0), open_call, steps, sounds)
            for i, steps in enumerate(calls)
        ]
        found = await asyncio.gather(*held)
        told = [one.document() for one in found]
        _tell(out, {"calls": told, "peak_mib": peak_mib(os.getpid())})


async def _later(wait_s: float, open_call: OpenCall, steps: Any, sounds: Any) -> Any:
    await asyncio.sleep(wait_s)
    return await hold(open_call, steps, sounds)


def _tell(out: Any, document: dict[str, Any]) -> None:
    out.write(json.dumps(document) + "\n")
    out.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--arm", choices=ARMS, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--base-url", default="")
    parser.add_argument("--voice", choices=("espeak", "piper"), default="espeak")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    out, sys.stdout = sys.stdout, sys.stderr  # nothing else may write between the answers
    settings = settings_of(chosen)
    tuned = chosen.arm == "tuned"
    open_call = ours(settings) if chosen.arm == "ours" else stock(settings, tuned=tuned)
    asyncio.run(serve(open_call, chosen, out))


if __name__ == "__main__":
    main()
