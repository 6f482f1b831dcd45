/*
 * The browser's end of a call: the rep's sentence goes from the microphone to Rehearse in frames of
 * 20 ms, and the buyer's comes back in segments that are played and truthfully reported.
 *
 * The wire (the other end is web/live.py):
 *   up    {"type":"hello","rate_hz"}, then frames (see call/capture.js) and
 *         {"type":"playback_started|playback_progress|playback_finished", …} (call/playback.js),
 *         {"type":"mute","on"}, {"type":"pause"}, {"type":"resume"}, {"type":"hang_up"}
 *   down  {"type":"ready"}, frames (u32 segment, u32 sample offset, s16le), {"type":"flush"},
 *         {"type":"clear"}, {"type":"event","event"}, {"type":"scoring","reason"},
 *         {"type":"fault","code","said","remedy"}
 */

import { fault, LineFault } from "./call/fault.js";

const OPEN_LIMIT_MS = 15000;
const SLOW_S = 1; // of unsent sound: the page says that the network is slow
const TOO_SLOW_S = 10; // of unsent sound: no conversation can be held
const BYTES_PER_SAMPLE = 2;
const SERVER_STOPS = 1012; // the close code of a server that is told to stop

export class Line extends EventTarget {
  /*
   * Events, each with its `detail`: "event" (a CallEvent), "scoring" ({reason}: the call is
   * over, its scorecard is being made), "speed" ({slow}), "closed" ({fault}: a LineFault, or null
   * when the call ended as it should).
   */
  constructor(url, sound) {
    super();
    this.sound = sound;
    this.slow = false;
    this.fault = null;
    this.opened = false; // answered
    this.heard = false; // the first frame of this call has gone out
    this.ended = false;
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
  }

  /* Resolves when the call is answered and the microphone is heard. Throws LineFault. */
  async open() {
    this.sound.onreport = (report) => this.send(report);
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(fault("line-not-opened")), OPEN_LIMIT_MS);
      const settled = (settle) => (value) => (clearTimeout(timer), settle(value));
      this.ready = settled(resolve);
      this.refused = settled(reject);
      this.socket.onopen = () => this.send({ type: "hello", rate_hz: this.sound.rateHz });
      this.socket.onmessage = ({ data }) => this.receive(data);
      this.socket.onclose = ({ code }) => this.closed(code);
    });
    this.opened = true;
    this.sound.restartCapture();
  }

  /* A frame of the microphone; those from before the call was answered are dropped. */
  speak(frame) {
    if (!this.opened || this.socket.readyState !== WebSocket.OPEN) return;
    this.heard ||= new DataView(frame).getUint32(0, true) === 0;
    if (!this.heard) return;
    const unsentS = this.socket.bufferedAmount / BYTES_PER_SAMPLE / this.sound.rateHz;
    this.tellSpeed(unsentS > SLOW_S);
    if (unsentS > TOO_SLOW_S) this.giveUp(fault("line-too-slow"));
    else this.socket.send(frame);
  }

  mute(on) {
    this.sound.mute(on);
    this.send({ type: "mute", on });
  }

  pause() {
    this.send({ type: "pause" });
  }

  resume() {
    this.send({ type: "resume" });
  }

  /* The buyer falls silent here at once; what was played of the reply is still reported. */
  hangUp() {
    this.send({ type: "hang_up" });
    this.sound.mute(true);
    this.sound.silence();
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  receive(data) {
    if (data instanceof ArrayBuffer) this.sound.play(data);
    else this.obey(JSON.parse(data));
  }

  obey(message) {
    if (message.type === "ready") this.ready();
    else if (message.type === "flush") this.sound.flush(message.segment);
    else if (message.type === "clear") this.sound.clear(message.segment);
    else if (message.type === "scoring") this.tell("scoring", { reason: message.reason });
    else if (message.type === "fault") this.fault = new LineFault(message);
    else if (message.type === "event") this.happened(message.event);
  }

  happened(event) {
    if (event.kind === "ended") {
      this.ended = true;
      if (event.data.reason === "stopped") this.fault = fault("server-stopped");
    }
    this.tell("event", event);
  }

  tellSpeed(slow) {
    if (slow === this.slow) return;
    this.slow = slow;
    this.tell("speed", { slow });
  }

  giveUp(why) {
    this.fault = why;
    this.socket.close(1000);
  }

  closed(code) {
    if (!this.opened) {
      this.refused(this.fault ?? fault("line-not-opened"));
      return;
    }
    if (!this.fault && !this.ended) {
      this.fault = fault(code === SERVER_STOPS ? "server-stopped" : "line-lost");
    }
    this.tell("closed", { fault: this.fault });
  }

  tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
