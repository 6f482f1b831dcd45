/* The microphone, the speaker, and the two audio worklets between them and the line. */

import { fault, microphoneFault } from "./fault.js";

const START_LIMIT_MS = 5000;

export class Sound {
  /*
   * Opens microphone and speaker; "" is the system's choice. Call it from a click.
   * Throws LineFault: page-not-secure, browser-too-old, microphone-…, sound-not-started.
   */
  static async open({ microphoneId = "", speakerId = "" } = {}) {
    if (!window.isSecureContext || !navigator.mediaDevices) throw fault("page-not-secure");
    if (!window.AudioWorkletNode) throw fault("browser-too-old");
    const sound = new Sound();
    try {
      await sound.useMicrophone(microphoneId);
      await sound.build();
      await sound.useSpeaker(speakerId);
    } catch (error) {
      await sound.close();
      throw error;
    }
    return sound;
  }

  constructor() {
    this.context = new AudioContext({ latencyHint: "interactive" });
    this.onframe = () => {}; // (frame, rms, peak, atS) every 20 ms; see capture.js
    this.onlevel = () => {}; // (rms, atS) of what is played
    this.onreport = () => {}; // (report) of what was played; see playback.js
    this.onmicrophonelost = () => {};
  }

  get rateHz() {
    return this.context.sampleRate;
  }

  async build() {
    const { context } = this;
    const worklet = (file) => context.audioWorklet.addModule(new URL(file, import.meta.url));
    await Promise.all([worklet("./capture.js"), worklet("./playback.js"), this.start()]);
    const mono = { channelCount: 1, channelCountMode: "explicit" };
    this.capture = new AudioWorkletNode(context, "capture", { ...mono, numberOfOutputs: 0 });
    this.playback = new AudioWorkletNode(context, "playback", { numberOfInputs: 0 });
    this.playback.connect(context.destination);
    this.source.connect(this.capture);
    this.capture.port.onmessage = ({ data }) => {
      this.onframe(data.frame, data.rms, data.peak, data.atS);
    };
    this.playback.port.onmessage = ({ data }) => {
      if (data.report) this.onreport(data.report);
      else this.onlevel(data.rms, data.atS);
    };
    // A phone that rings, or a headset that is swapped, stops the sound: start it again.
    context.onstatechange = () => {
      if (context.state !== "running" && context.state !== "closed") context.resume();
    };
  }

  async start() {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(fault("sound-not-started")), START_LIMIT_MS);
    });
    await Promise.race([this.context.resume(), late]).finally(() => clearTimeout(timer));
  }

  async useMicrophone(id) {
    const stream = await microphone(id).catch((error) => {
      throw microphoneFault(error);
    });
    this.stream?.getTracks().forEach((track) => track.stop());
    this.source?.disconnect();
    this.stream = stream;
    this.microphoneIsLost = false;
    stream.getAudioTracks()[0].onended = () => {
      this.microphoneIsLost = true;
      this.onmicrophonelost();
    };
    this.source = this.context.createMediaStreamSource(stream);
    if (this.capture) this.source.connect(this.capture);
  }

  /* Where the browser lets a page choose (not in every browser). */
  async useSpeaker(id) {
    if (id && canChooseSpeaker()) await this.context.setSinkId(id).catch(() => {});
  }

  mute(muted) {
    this.capture.port.postMessage({ muted });
  }

  /* The next frame is number 0 at 0 ms. */
  restartCapture() {
    this.capture.port.postMessage({ restart: true });
  }

  play(message) {
    this.playback.port.postMessage({ push: message }, [message]);
  }

  flush(segment) {
    this.playback.port.postMessage({ flush: segment });
  }

  clear(segment) {
    this.playback.port.postMessage({ clear: segment });
  }

  /* What plays stops where it is and goes on from there when it is held no more. */
  hold(held) {
    this.playback.port.postMessage({ held });
  }

  /* Whatever plays stops now, and is reported as interrupted. */
  silence() {
    this.playback.port.postMessage({ silence: true });
  }

  async close() {
    this.onframe = this.onlevel = this.onreport = this.onmicrophonelost = () => {};
    this.stream?.getTracks().forEach((track) => track.stop());
    this.context.onstatechange = null;
    if (this.context.state !== "closed") await this.context.close();
  }
}

function microphone(id) {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (id) audio.deviceId = { ideal: id };
  return navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, ...audio } });
}

export function canChooseSpeaker() {
  return "setSinkId" in (window.AudioContext?.prototype ?? {});
}

/* [{id, name}] of one kind, "audioinput" or "audiooutput"; empty until permission was given. */
export async function devices(kind) {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return all
    .filter((device) => device.kind === kind && device.label && device.deviceId)
    .map((device) => ({ id: device.deviceId, name: device.label }));
}
