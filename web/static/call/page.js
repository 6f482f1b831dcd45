/* The call page: before, during and after one call. It owns every listener and timer of the page. */

import { Line } from "../line.js";
import { becomeReview } from "./become_review.js";
import { Captions } from "./captions.js";
import { EchoMeasure } from "./echo.js";
import { LineFault, fault } from "./fault.js";
import { Level, toShare } from "./level.js";
import { Preparation } from "./prepare.js";

const HEARD_SHARE = 0.3; // of the level meter
const HEARD_FOR_MS = 4000;
const REVIEW_LIMIT_MS = 20000;
const REVIEW_STEP_MS = 500;

const ECHO =
  "Your microphone hears the buyer. A headset, or less volume, lets you interrupt more easily.";
const OTHER_MICROPHONE = "Your microphone went away; the system's choice is in use now.";

const ENDINGS = {
  rep_hung_up: "You hung up.",
  said_goodbye: "You both said goodbye.",
  buyer_hung_up: "The buyer hung up.",
  time_over: "Time is over.",
  line_lost: "The connection was lost.",
  stopped: "Rehearse was stopped.",
  fault: "A fault ended the call.",
};

class CallPage {
  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries(
      [...root.querySelectorAll("[data-role]")].map((part) => [part.dataset.role, part]),
    );
    const { buyer, gatekeeper } = root.dataset;
    this.onLine = gatekeeper ?? buyer; // who the rep talks to: the gatekeeper first, if any
    this.listeners = new AbortController();
    this.captions = new Captions(this.parts.captions, { rep: "You", buyer, gatekeeper });
    this.microphoneLevel = new Level(this.parts["microphone-level"]);
    this.buyerLevel = new Level(this.parts.ring);
    this.muted = this.paused = false;
    this.heardAt = -Infinity;
    this.listen();
    const onfault = (error) => this.showFault(error);
    this.preparation = new Preparation(root, { onfault, signal: this.listeners.signal });
    this.parts.start.disabled = this.parts.check.disabled = false;
  }

  listen() {
    const { signal } = this.listeners;
    const on = (role, action) => this.parts[role].addEventListener("click", action, { signal });
    on("start", () => this.start());
    on("mute", () => this.toggleMute());
    on("pause", () => this.togglePause());
    on("hang-up", () => this.hangUp());
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    addEventListener("beforeunload", (event) => this.leaving(event), { signal });
    addEventListener("pagehide", () => this.line?.leave(), { signal });
    const plugged = () => this.sound?.microphoneIsLost && this.microphoneLost();
    navigator.mediaDevices?.addEventListener("devicechange", plugged, { signal });
  }

  get stage() {
    return this.root.dataset.stage;
  }

  /* before, connecting, talking, scoring or failed; the style sheet shows what belongs to it. */
  enter(stage) {
    this.root.dataset.stage = stage;
    for (const part of this.root.querySelectorAll("[data-stages]")) {
      part.hidden = !part.dataset.stages.split(" ").includes(stage);
    }
  }

  // -- before ---------------------------------------------------------------------------------

  async start() {
    this.hideFault();
    this.enter("connecting");
    this.say("connection", "Connecting…");
    try {
      this.sound = await this.preparation.handOver();
      this.line = this.connect(this.sound);
      await this.line.open({ resume: "goesOn" in this.root.dataset });
      this.talk();
    } catch (error) {
      await this.hush();
      this.enter("before");
      this.showFault(error);
      this.parts.start.focus();
    }
  }

  connect(sound) {
    const line = new Line(this.root.dataset.lineUrl, sound);
    line.addEventListener("event", ({ detail }) => this.happened(detail));
    line.addEventListener("speed", ({ detail }) => this.speed(detail));
    line.addEventListener("lost", () => this.lost());
    line.addEventListener("ready", ({ detail }) => this.ready(detail));
    line.addEventListener("scoring", ({ detail }) => this.scoring(ENDINGS[detail.reason]));
    line.addEventListener("closed", ({ detail }) => this.closed(detail.fault));
    const echo = new EchoMeasure(() => this.say("notice", ECHO));
    sound.onlevel = (rms, atS) => {
      this.buyerLevel.show(rms);
      echo.takePlayed(atS, rms);
    };
    sound.onframe = (frame, rms, _peak, atS) => {
      line.speak(frame);
      this.hear(rms);
      echo.takeHeard(atS, rms);
    };
    sound.onmicrophonelost = () => this.microphoneLost();
    return line;
  }

  // -- during ---------------------------------------------------------------------------------

  talk() {
    if (this.stage !== "connecting") return;
    this.enter("talking");
    this.parts.briefing.open = false;
    this.say("connection", "Connected");
    this.clock = setInterval(() => this.tick(), 250);
    this.parts.talk.focus();
  }

  tick() {
    const s = Math.floor((performance.now() - this.answeredAt) / 1000);
    const text = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    this.say("elapsed", text);
    this.say("heard", this.heard());
  }

  hear(rms) {
    this.microphoneLevel.show(rms);
    if (toShare(rms) > HEARD_SHARE) this.heardAt = performance.now();
  }

  heard() {
    const recently = performance.now() - this.heardAt < HEARD_FOR_MS;
    if (this.muted) return recently ? "Muted: nobody hears you" : "Muted";
    if (this.paused) return "On hold";
    return recently ? "We hear you" : "It is quiet";
  }

  happened({ kind, data }) {
    if (kind === "caption") this.captions.show(data);
    else if (kind === "put_through") this.putThrough(data);
    else if (kind === "state") this.say("speaking", this.speaking(data));
    else if (kind === "fault") this.showFault(new LineFault(data));
    else if (kind === "paused" || kind === "resumed") this.showPaused(kind === "paused");
  }

  putThrough({ name }) {
    this.onLine = name;
    this.say("initial", name.slice(0, 1));
    if (this.parts["on-line"]) this.say("on-line", `${name} is on the line`);
  }

  speaking({ buyer, rep }) {
    this.root.dataset.buyerState = buyer;
    this.root.dataset.repState = rep;
    if (buyer === "speaking" && rep === "speaking") return "You are both speaking";
    if (buyer === "speaking") return `${this.onLine} is speaking`;
    if (rep === "speaking") return "You are speaking";
    return buyer === "thinking" ? `${this.onLine} is thinking` : `${this.onLine} is listening`;
  }

  /* Answered, or back on the line after it was lost. */
  ready({ resumed, elapsed_s: elapsedS, paused }) {
    this.answeredAt = performance.now() - 1000 * elapsedS;
    delete this.root.dataset.lost;
    this.say("connection", "Connected");
    if (resumed) this.showPaused(paused);
  }

  lost() {
    this.root.dataset.lost = "";
    this.say("connection", "Connection lost, reconnecting…");
    this.say("speaking", "On hold");
  }

  speed({ slow }) {
    this.say("connection", slow ? "Slow connection" : "Connected");
  }

  async microphoneLost() {
    this.showFault(fault("microphone-lost"));
    try {
      await this.sound.useMicrophone("");
      this.hideFault();
      this.say("notice", OTHER_MICROPHONE);
    } catch (error) {
      if (!(error instanceof LineFault)) throw error; // the first message still stands
    }
  }

  toggleMute() {
    this.muted = !this.muted;
    this.line.mute(this.muted);
    this.press("mute", this.muted, "Unmute", "Mute");
    this.say("heard", this.heard());
  }

  togglePause() {
    if (this.paused) this.line.resume();
    else this.line.pause();
    this.showPaused(!this.paused);
  }

  showPaused(paused) {
    this.paused = paused;
    this.press("pause", paused, "Resume", "Pause");
    if (paused) this.say("speaking", "On hold");
    else this.say("speaking", `${this.onLine} is listening`);
    this.say("heard", this.heard());
  }

  press(role, on, whenOn, whenOff) {
    this.parts[role].setAttribute("aria-pressed", on);
    this.parts[role].querySelector("[data-label]").textContent = on ? whenOn : whenOff;
  }

  key(event) {
    const typing = event.target.closest?.("input, select, textarea");
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
    if (this.stage !== "talking" || typing || modified) return;
    const key = event.key.toLowerCase();
    if (key === "m") this.toggleMute();
    else if (key === "p") this.togglePause();
    else if (key === "h" || key === "escape") this.hangUp();
    else return;
    event.preventDefault();
  }

  leaving(event) {
    if (this.stage === "talking") event.preventDefault();
  }

  // -- after ----------------------------------------------------------------------------------

  hangUp() {
    this.line.hangUp();
    this.scoring(ENDINGS.rep_hung_up);
  }

  scoring(said) {
    if (this.stage === "scoring") return;
    this.hideFault();
    this.enter("scoring");
    this.say("ending", said ?? "The call has ended.");
    this.parts.after.focus();
  }

  async closed(why) {
    if (this.stage !== "scoring") this.scoring(ENDINGS.line_lost);
    if (why) this.showFault(why);
    await this.hush();
    const ready = await this.review(why ? this.parts.fault : null);
    if (!ready) this.enter("failed");
    else this.listeners.abort();
  }

  /* Asks for the review until it is there; a lost connection may come back meanwhile. */
  async review(notice) {
    const until = performance.now() + REVIEW_LIMIT_MS;
    while (performance.now() < until) {
      const ready = await becomeReview(this.root.dataset.reviewUrl, notice).catch((error) => {
        if (error instanceof TypeError) return false; // fetch: no network
        throw error;
      });
      if (ready) return true;
      await new Promise((resolve) => setTimeout(resolve, REVIEW_STEP_MS));
    }
    return false;
  }

  async hush() {
    clearInterval(this.clock);
    await this.sound?.close();
    this.line?.leave();
    this.sound = this.line = null;
  }

  // -- words ----------------------------------------------------------------------------------

  say(role, text) {
    if (this.parts[role].textContent !== text) this.parts[role].textContent = text;
  }

  showFault(error) {
    if (!(error instanceof LineFault)) throw error;
    this.say("fault-said", error.said);
    this.say("fault-remedy", error.remedy);
    this.say("fault-code", error.code);
    this.parts.fault.hidden = false;
    this.parts.fault.scrollIntoView({ block: "nearest" });
  }

  hideFault() {
    this.parts.fault.hidden = true;
  }
}

new CallPage(document.getElementById("call"));
