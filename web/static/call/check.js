/* The microphone check: three seconds, measured and played back. Nothing leaves the browser. */

import { toDb } from "./level.js";

export const CHECK_S = 3;
const FRAME_S = 0.02;
const HEADER_BYTES = 8;
const CLIPPED_PEAK = 0.99;

/* Levels in dB to full scale that parted good from bad on laptop and headset microphones. */
const SILENT_DB = -65;
const QUIET_DB = -42;
const LOUD_SHARE = 0.1; // of the frames
const NOISY_DB = -48;
const CLEAR_OF_NOISE_DB = 15;

/* Collects frames as sound.onframe gives them. */
export class Check {
  constructor(rateHz) {
    this.rateHz = rateHz;
    this.frames = [];
    this.levels = [];
    this.nClipped = 0;
  }

  get done() {
    return this.frames.length * FRAME_S >= CHECK_S;
  }

  take(frame, rms, peak) {
    this.frames.push(frame);
    this.levels.push(toDb(rms));
    if (peak >= CLIPPED_PEAK) this.nClipped += 1;
  }

  /* {voiceDb, noiseDb, clippedShare}: loud and quiet tenth of the frames. */
  measured() {
    const sorted = [...this.levels].sort((a, b) => a - b);
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
    return {
      voiceDb: at(0.9),
      noiseDb: at(0.1),
      clippedShare: this.nClipped / this.levels.length,
    };
  }

  /* Plays what was heard through the same speaker as the buyer; resolves when it is over. */
  playBack(context) {
    const samples = this.frames.flatMap((frame) => [...new Int16Array(frame, HEADER_BYTES)]);
    const buffer = context.createBuffer(1, samples.length, this.rateHz);
    buffer.copyToChannel(
      Float32Array.from(samples, (sample) => sample / 32768),
      0,
    );
    const player = new AudioBufferSourceNode(context, { buffer });
    player.connect(context.destination);
    player.start();
    return new Promise((resolve) => (player.onended = resolve));
  }
}

/* What to make of it: {good, said}. */
export function verdict({ voiceDb, noiseDb, clippedShare }) {
  if (!(voiceDb > SILENT_DB)) {
    return { good: false, said: "We hear nothing. Is the right microphone chosen, and is it on?" };
  }
  if (voiceDb < QUIET_DB) {
    return { good: false, said: "You are hard to hear. Come closer, or raise the input level." };
  }
  if (clippedShare > LOUD_SHARE) {
    return { good: false, said: "You are too loud and it distorts. Move back a little." };
  }
  if (noiseDb > NOISY_DB && voiceDb - noiseDb < CLEAR_OF_NOISE_DB) {
    return { good: false, said: "There is much noise around you. A headset would help." };
  }
  return { good: true, said: "We hear you well." };
}
