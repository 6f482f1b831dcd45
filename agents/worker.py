"""Chooses the engines of this process once, and climbs to better ones when they arrive."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from livekit.agents import inference, vad

from agents.after_call import AfterCallTranscriber
from agents.openai_words import OPENAI_URL, OpenAIWords
from agents.openers import Openers, VoiceOpeners
from agents.second_reading import ReadAgain, SecondReading
from agents.speaker import Speaker
from agents.words import BuyerWords
from configs.fault import Fault
from configs.persona import Persona
from configs.settings import Settings
from speech import models
from speech.download import Progress, download
from speech.espeak import EspeakSynthesizer
from speech.fault import SpeechFault
from speech.loudness import VoiceGains
from speech.piper_voice import PiperSynthesizer
from speech.pool import InferencePool, Urgency
from speech.sphinx import SphinxTranscriber
from speech.synthesizer import Synthesizer
from speech.transcriber import Transcriber
from speech.whisper import WhisperTranscriber

logger = logging.getLogger(__name__)

VOICE_ACTIVITY: Final = "livekit silero (bundled)"
TURN_DETECTOR: Final = "livekit v1-mini (bundled)"
N_WORKERS: Final = 2
"""Of the inference pool: a guess at one call's words does not keep another's voice waiting."""
OPENER_HZ: Final = 24_000


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What serves one role, and why."""

    role: str
    """As people read it, such as "speech to text"."""
    name: str
    why: str
    """One sentence."""
    rough: bool
    """True for a fallback; the page says so."""
    remedy: str
    """The one command that gets the better engine; "" when the best is in use."""
    progress: float | None
    """0 to 1 while a model is being downloaded; None otherwise."""


@dataclass(frozen=True, slots=True)
class Voicing:
    """All that one persona's voice is used for on a call."""

    speaker: Speaker
    openers: VoiceOpeners
    backchannels: VoiceOpeners
    name: str
    """Of the engine."""


@dataclass(frozen=True, slots=True)
class CallKit:
    """The engines of one call; they stay its engines until it ends."""

    vad: vad.VAD
    turn_detector: inference.TurnDetector
    transcriber: Transcriber
    speaker: Speaker
    openers: VoiceOpeners
    backchannels: VoiceOpeners
    pool: InferencePool
    names: dict[str, str]
    """Role to engine name."""


@dataclass(frozen=True, slots=True)
class Download:
    """A model on its way."""

    model: models.Model
    progress: float
    fault: SpeechFault | None = None
    done: bool = False


class Engines:
    """Every engine of this process. Safe to use from several threads."""

    def __init__(self, settings: Settings, personas: Iterable[Persona]) -> None:
        self._settings = settings
        self._personas = tuple(personas)
        self._lock = threading.Lock()
        self._downloads: dict[str, Download] = {}
        self._voices: dict[tuple[str, float], Synthesizer] = {}  # engine's voice, rate
        self._pipers: dict[str, PiperSynthesizer] = {}  # model's name
        self._broken: dict[str, SpeechFault] = {}
        self.pool = InferencePool(N_WORKERS)
        self._gains = VoiceGains()
        self._openers = Openers(self.pool, self._gains, OPENER_HZ)
        self._vad = inference.VAD()
        self._turn_detector = inference.TurnDetector(version="v1-mini")
        self._words_model = words_model(settings)
        self._sphinx: SphinxTranscriber | None = None
        self._sphinx_for_review: SphinxTranscriber | None = None
        self._whisper: WhisperTranscriber | None = None
        self.load()

    # -- choosing ---------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Where models are kept."""
        return self._settings.models_folder

    @property
    def transcriber(self) -> Transcriber:
        """The best speech-to-text engine there is right now."""
        with self._lock:
            if self._whisper is not None:
                return self._whisper
            if self._sphinx is None:
                self._sphinx = SphinxTranscriber()
            return self._sphinx

    @property
    def review_transcriber(self) -> Transcriber:
        """The same, for after the call, so that no live call waits for it: Whisper behind the live
        calls' work; of pocketsphinx, which hears one clip at a time, one of its own."""
        with self._lock:
            if self._whisper is not None:
                return AfterCallTranscriber(self._whisper, self.pool)
            if self._sphinx_for_review is None:
                self._sphinx_for_review = SphinxTranscriber(in_background=True)
            return self._sphinx_for_review

    def voice(self, persona: Persona) -> Synthesizer:
        """The persona's best voice right now."""
        with self._lock:
            return self._piper(persona) or self._espeak(persona)

    def for_call(self, persona: Persona) -> CallKit:
        """Engines for one call."""
        transcriber, voicing = self.transcriber, self.voicing(persona)
        if isinstance(transcriber, SphinxTranscriber):
            # While the phone rings, not in the first turn.
            self.pool.submit(Urgency.AFTER_CALL, transcriber.load)
        return CallKit(
            vad=self._vad,
            turn_detector=self._turn_detector,
            transcriber=transcriber,
            speaker=voicing.speaker,
            openers=voicing.openers,
            backchannels=voicing.backchannels,
            pool=self.pool,
            names={
                "voice_activity": VOICE_ACTIVITY,
                "end_of_turn": TURN_DETECTOR,
                "speech_to_text": transcriber.name,
                "text_to_speech": voicing.name,
                "words": self._words_name,
            },
        )

    def voicing(self, persona: Persona) -> Voicing:
        """A persona's voice for one call; a gatekeeper's beside the buyer's."""
        voice = self.voice(persona)
        with self._lock:
            fallback = self._espeak(persona)
        speaker = Speaker(voice, fallback, self.pool, self._gains)
        speaker.prepare()
        return Voicing(
            speaker,
            self._openers.for_voice(voice, persona.fillers),
            self._openers.for_voice(voice, persona.backchannels),
            voice.name,
        )

    def words(self, on_fault: Callable[[Fault], None]) -> BuyerWords:
        """The source of the buyer's words for one call."""
        return BuyerWords(model=self._words_model, on_fault=on_fault)

    def second_reading(self) -> ReadAgain | None:
        """A model's reading of the rep's words for one call; None without a model."""
        return None if self._words_model is None else SecondReading(self._words_model).of

    @property
    def _words_name(self) -> str:
        return self.words(on_fault=lambda fault: None).name

    def _espeak(self, persona: Persona) -> Synthesizer:
        key = persona.voice.espeak, persona.voice.rate
        if key not in self._voices:
            self._voices[key] = EspeakSynthesizer(persona.voice.espeak, rate=persona.voice.rate)
        return self._voices[key]

    def _piper(self, persona: Persona) -> Synthesizer | None:
        """Two personas may have one voice of Piper's at two rates: one model, two voices."""
        loaded = self._pipers.get(persona.voice.piper)
        if loaded is None:
            return None
        key = persona.voice.piper, persona.voice.rate
        if key not in self._voices:
            self._voices[key] = loaded.at_rate(persona.voice.rate)
        return self._voices[key]

    # -- loading and downloading ------------------------------------------------------------------

    def load(self) -> None:
        """Take up every wanted model that is on disk. Blocks for seconds; a broken model is
        remembered and its fallback stays in use."""
        for model in self.wanted():
            if models.installed(model, self.folder) and not self._loaded(model):
                try:
                    self._take_up(model)
                except SpeechFault as fault:
                    self._broken[model.name] = fault
                    logger.warning("model not usable: %s", fault.code)

    def wanted(self) -> tuple[models.Model, ...]:
        """The models that the settings ask for, the transcriber's first."""
        speech = self._settings.speech
        names: list[models.Model] = []
        if speech.transcriber != "pocketsphinx":
            names.append(models.find_model("whisper", speech.whisper_model))
        if speech.synthesizer != "espeak":
            names += [
                models.find_model("piper", v)
                for v in sorted({p.voice.piper for p in self._personas})
            ]
        return tuple(names)

    def missing(self) -> tuple[models.Model, ...]:
        """Wanted models that are not on disk."""
        return tuple(m for m in self.wanted() if not models.installed(m, self.folder))

    def download_in_background(self) -> threading.Thread | None:
        """Fetch what is missing and take it up as it arrives; None when nothing is to be done.

        Starting never waits for this. The first model that finds no hub ends the round, so an
        unreachable hub costs one connection timeout and one sentence."""
        if self._settings.models.download == "never" or not self.missing():
            return None
        thread = threading.Thread(target=self._download_all, name="model-download", daemon=True)
        thread.start()
        return thread

    def _download_all(self) -> None:
        for model in self.missing():
            try:
                self._note(Download(model, 0.0))
                download(
                    model,
                    self.folder,
                    hub=self._settings.models.hub,
                    on_progress=self._progressed,
                    connect_timeout_s=self._settings.models.connect_timeout_s,
                )
                self._note(Download(model, 1.0, done=True))
                self._take_up(model)
            except SpeechFault as fault:
                self._note(Download(model, 0.0, fault=fault))
                logger.warning("%s", fault)
                if fault.code == "hub-unreachable":
                    return

    def _progressed(self, progress: Progress) -> None:
        share = progress.n_bytes / max(1, progress.n_bytes_total)
        self._note(Download(progress.model, share))

    def _note(self, on_its_way: Download) -> None:
        with self._lock:
            self._downloads[on_its_way.model.name] = on_its_way

    def _loaded(self, model: models.Model) -> bool:
        return self._whisper is not None if model.kind == "whisper" else model.name in self._pipers

    def _take_up(self, model: models.Model) -> None:
        speech = self._settings.speech
        if model.kind == "whisper":
            whisper = WhisperTranscriber(
                models.path_of(model, self.folder),
                name=model.name,
                compute_type=speech.whisper_compute,
                cpu_threads=speech.whisper_threads,
                n_workers=N_WORKERS,
                window_s=speech.whisper_window_s,
            )
            with self._lock:
                self._whisper = whisper
            return
        piper = PiperSynthesizer(models.path_of(model, self.folder))
        with self._lock:
            self._pipers[model.name] = piper
        for persona in self._personas:
            if persona.voice.piper == model.name:  # its openers, and how loud it is, before a call
                self._openers.for_voice(self.voice(persona), persona.fillers)
                self._openers.for_voice(self.voice(persona), persona.backchannels)

    # -- telling ----------------------------------------------------------------------------------

    def status(self) -> tuple[EngineStatus, ...]:
        """One row a role, for the engines page and `rehearse doctor`."""
        return (
            EngineStatus("voice activity", VOICE_ACTIVITY, "Comes with Rehearse.", False, "", None),
            EngineStatus("end of turn", TURN_DETECTOR, "Comes with Rehearse.", False, "", None),
            self._transcriber_status(),
            *(self._voice_status(p) for p in self._personas),
            self._words_status(),
            self._load_status(),
        )

    def _load_status(self) -> EngineStatus:
        load = self.pool.load()
        waiting = f"{load.n_queued} waiting" if load.n_queued else "nothing waiting"
        why = (
            f"{load.busy_share:.0%} busy in the last 10 s, {waiting}; "
            f"the longest wait was {load.wait_s:.1f} s."
        )
        name = f"{self.pool.n_workers} workers, the most urgent work first"
        return EngineStatus("inference", name, why, False, "", None)

    def _transcriber_status(self) -> EngineStatus:
        engine, wanted = self.transcriber, self._settings.speech
        role = "speech to text"
        if wanted.transcriber == "pocketsphinx":
            return EngineStatus(role, engine.name, "Asked for in the settings.", True, "", None)
        model = models.find_model("whisper", wanted.whisper_model)
        return self._model_status(role, engine.name, model, engine.rough)

    def _voice_status(self, persona: Persona) -> EngineStatus:
        engine, role = self.voice(persona), f"voice of {persona.name}"
        if self._settings.speech.synthesizer == "espeak":
            return EngineStatus(role, engine.name, "Asked for in the settings.", True, "", None)
        return self._model_status(
            role, engine.name, models.find_model("piper", persona.voice.piper), engine.rough
        )

    def _model_status(self, role: str, name: str, model: models.Model, rough: bool) -> EngineStatus:
        if not rough:
            return EngineStatus(role, name, "The model is on this machine.", False, "", None)
        fetched, broken = self._downloads.get(model.name), self._broken.get(model.name)
        remedy, progress = "rehearse models download", None
        if broken is not None:
            why = f"The model {model.name} is on this machine but cannot be used: {broken.said}"
            remedy = f"rehearse models download --again {model.name}"
        elif fetched is not None and fetched.fault is not None:
            why = f"The model {model.name} could not be downloaded: {fetched.fault.said}"
        elif fetched is not None and not fetched.done:
            why, progress = f"The model {model.name} is being downloaded.", fetched.progress
        else:
            why = f"The model {model.name} is not on this machine yet."
        return EngineStatus(role, name, why, True, remedy, progress)

    def _words_status(self) -> EngineStatus:
        name = self._words_name
        if self._settings.words.source == "authored":
            why, remedy = "Asked for in the settings.", ""
        elif self._settings.words.api_key or self._settings.words.base_url:
            why, remedy = "A model is configured; authored lines stand in when it is late.", ""
        else:
            why = "No model is configured: lines of the scenario, chosen by the buyer's state."
            remedy = "export OPENAI_API_KEY=…"
        return EngineStatus("buyer's words", name, why, bool(remedy), remedy, None)

    def close(self) -> None:
        """Stop taking work; calls have ended by now."""
        self.pool.close()
        for sphinx in (self._sphinx, self._sphinx_for_review):
            if sphinx is not None:
                sphinx.close()


def words_model_name(settings: Settings) -> str | None:
    """As people read it, such as "gpt-4o-mini at api.openai.com"; None when none is configured."""
    chosen = settings.words
    configured = bool(chosen.api_key or chosen.base_url)
    if chosen.source == "authored" or (chosen.source == "auto" and not configured):
        return None
    return f"{chosen.model} at {urlsplit(chosen.base_url or OPENAI_URL).hostname}"


def words_model(settings: Settings) -> OpenAIWords | None:
    """The model that is configured; None when there is none, or authored lines are asked for."""
    if words_model_name(settings) is None:
        return None
    chosen = settings.words
    return OpenAIWords(
        model=chosen.model,
        base_url=chosen.base_url,
        api_key=chosen.api_key,
        first_token_s=chosen.first_token_s,
    )
