/*
 * The browser's end of a call: the rep's sentence goes from the microphone to Rehearse in frames of
 * 20 ms, and the buyer's comes back in segments that are played and truthfully reported.
 *
 * The wire (the other end is web/open_call.py; web/wire.py has all of it):
 *   up    {"type":"hello","rate_hz"}, with "resume", "key" and "n_captions" to go on with a call,
 *         then frames (see call/capture.js) and
 *         {"type":"playback_started|playback_progress|playback_finished", …} (call/playback.js),
 *         {"type":"mute","on"}, {"type":"pause"}, {"type":"resume"}, {"type":"hang_up"}
 *   down  {"type":"ready","key","resumed","elapsed_s","paused"}, frames (u32 segment, u32 sample
 *         offset, s16le), {"type":"flush"}, {"type":"clear"}, {"type":"hold"}, {"type":"release"},
 *         {"type":"event","event"}, {"type":"scoring","reason"},
 *         {"type":"fault","code","said","remedy"}
 *
 * A socket that is lost is dialled again for RECONNECT_MS, by the beat of the microphone's frames:
 * they keep coming in a tab in the background, where timers do not.
 */

import { fault, LineFault } from "./call/fault.js";

const OPEN_LIMIT_MS = 15000;
const DIAL_LIMIT_MS = 4000; // for one try to reach Rehearse again
const RECONNECT_MS = 30000;
const FIRST_PAUSE_MS = 250; // between tries; twice as long each time
const LONGEST_PAUSE_MS = 2000;
const SLOW_S = 1; // of unsent sound: the page says that the network is slow
const STALLED_S = 5; // of unsent sound: this socket is as good as lost
const MAX_STALLS = 3; // then no conversation can be held
const BYTES_PER_SAMPLE = 2;
const SERVER_STOPS = 1012; // the close code of a server that is told to stop
const GIVEN_UP = 4001; // the close code of a page that will not come back
const OVER_MEANWHILE = ["call-not-live", "call-not-going-on"]; // faults of a call that has ended

export class Line extends EventTarget {
  /*
   * Events, each with its `detail`: "event" (a CallEvent), "scoring" ({reason}: the call is
   * over, its scorecard is being made), "speed" ({slow}), "lost" (the socket; it is dialled
   * again), "ready" ({resumed, elapsed_s, paused}), "closed" ({fault}: a LineFault, or null when
   * the call ended as it should).
   */
  constructor(url, sound) {
    super();
    this.url = url;
    this.sound = sound;
    this.slow = false;
    this.fault = null;
    this.opened = false; // answered
    this.heard = false; // the first frame of this call has gone out
    this.ended = false;
    this.leaving = false; // hung up
    this.paused = false; // by the rep
    this.nCaptions = 0;
    this.nStalls = 0;
    this.lostAt = null; // when the socket was lost; null while there is one
    this.dialledAt = null; // when the try under way began
  }

  /*
   * Resolves when the call is answered and the microphone is heard; `resume` goes on with a call
   * that was answered already. Throws LineFault.
   */
  async open({ resume = false } = {}) {
    this.sound.onreport = (report) => this.send(report);
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(fault("line-not-opened")), OPEN_LIMIT_MS);
      const settled = (settle) => (value) => (clearTimeout(timer), settle(value));
      this.answered = settled(resolve);
      this.refused = settled(reject);
      this.dial(resume);
    });
    this.opened = true;
    this.sound.restartCapture();
  }

  dial(resume) {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    const key = sessionStorage.getItem(this.url) ?? "";
    const again = resume ? { resume, key, n_captions: this.nCaptions } : {};
    const hello = { type: "hello", rate_hz: this.sound.rateHz, ...again };
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = ({ code }) => this.closed(code);
    this.socket = socket;
    this.dialledAt = performance.now();
  }

  /* A frame of the microphone; those from before the call was answered are dropped. */
  speak(frame) {
    if (!this.opened) return;
    if (this.lostAt !== null) this.redial();
    else if (this.socket.readyState === WebSocket.OPEN) this.sendFrame(frame);
  }

  sendFrame(frame) {
    this.heard ||= new DataView(frame).getUint32(0, true) === 0;
    if (!this.heard) return;
    const unsentS = this.socket.bufferedAmount / BYTES_PER_SAMPLE / this.sound.rateHz;
    this.tellSpeed(unsentS > SLOW_S);
    if (unsentS > STALLED_S) this.stalled();
    else this.socket.send(frame);
  }

  mute(on) {
    this.sound.mute(on);
    this.send({ type: "mute", on });
  }

  pause() {
    this.paused = true;
    this.send({ type: "pause" });
  }

  resume() {
    this.paused = false;
    this.send({ type: "resume" });
  }

  /* The buyer falls silent here at once; what was played of the reply is still reported. */
  hangUp() {
    this.leaving = true;
    this.send({ type: "hang_up" });
    this.sound.mute(true);
    this.sound.silence();
  }

  /* Nothing is sent or told any more; the call goes on for a while, and can be gone back to. */
  leave(code = 1000) {
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close(code);
  }

  send(message) {
    const isThere = this.lostAt === null && this.socket.readyState === WebSocket.OPEN;
    if (isThere) this.socket.send(JSON.stringify(message));
  }

  // -- what comes -----------------------------------------------------------------------------

  receive(data) {
    if (data instanceof ArrayBuffer) this.sound.play(data);
    else this.obey(JSON.parse(data));
  }

  obey(message) {
    if (message.type === "ready") this.ready(message);
    else if (message.type === "flush") this.sound.flush(message.segment);
    else if (message.type === "clear") this.sound.clear(message.segment);
    else if (message.type === "hold") this.sound.hold(true);
    else if (message.type === "release") this.sound.hold(false);
    else if (message.type === "scoring") this.tell("scoring", { reason: message.reason });
    else if (message.type === "fault") this.fault = new LineFault(message);
    else if (message.type === "event") this.happened(message.event);
  }

  ready({ key, resumed, elapsed_s, paused }) {
    sessionStorage.setItem(this.url, key);
    this.lostAt = this.dialledAt = null;
    if (this.leaving) this.send({ type: "hang_up" });
    else if (this.opened && this.paused !== paused) {
      this.send({ type: this.paused ? "pause" : "resume" });
    } else this.paused = paused;
    this.tell("ready", { resumed, elapsed_s, paused: this.paused });
    this.answered();
  }

  happened(event) {
    if (event.kind === "ended") {
      this.ended = true;
      if (event.data.reason === "stopped") this.fault = fault("server-stopped");
    }
    if (event.kind === "caption" && event.data.final) this.nCaptions += 1;
    this.tell("event", event);
  }

  tellSpeed(slow) {
    if (slow === this.slow) return;
    this.slow = slow;
    this.tell("speed", { slow });
  }

  // -- a socket that is lost ------------------------------------------------------------------

  stalled() {
    this.nStalls += 1;
    if (this.nStalls >= MAX_STALLS) this.giveUp(fault("line-too-slow"));
    else this.lost();
  }

  giveUp(why) {
    this.fault = why;
    this.leave(GIVEN_UP);
    this.over();
  }

  closed(code) {
    const isOver = this.lostAt !== null && OVER_MEANWHILE.includes(this.fault?.code);
    if (isOver) this.fault = this.leaving ? null : fault("line-lost");
    if (isOver) this.over();
    else if (!this.opened) this.refused(this.fault ?? fault("line-not-opened"));
    else if (this.fault || this.ended) this.over();
    else if (code === SERVER_STOPS) this.giveUp(fault("server-stopped"));
    else this.lost();
  }

  /* What played of the buyer is over: Rehearse counts it as interrupted. */
  lost() {
    this.leave();
    this.dialledAt = null;
    const now = performance.now();
    if (this.lostAt === null) {
      this.lostAt = now;
      this.pauseMs = FIRST_PAUSE_MS;
      this.sound.silence();
      this.sound.hold(false);
      this.slow = false;
      this.tell("lost");
    }
    this.dialAt = now + this.pauseMs;
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }

  redial() {
    const now = performance.now();
    if (now - this.lostAt > RECONNECT_MS) this.giveUp(fault("line-lost"));
    else if (this.dialledAt !== null && now - this.dialledAt > DIAL_LIMIT_MS) this.lost();
    else if (this.dialledAt === null && now >= this.dialAt) this.dial(true);
  }

  over() {
    this.tell("closed", { fault: this.fault });
  }

  tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
