/*
 * Audio worklet: the microphone as the wire wants it.
 *
 * Posts {frame, rms, peak, atS} every 20 ms; atS is by the context's clock. `frame` is one whole message of the wire: u32 sequence, u32
 * milliseconds since capture began (little endian), then s16le mono sound at the context's rate.
 * Takes {muted: bool} and {restart: true}, which sets the sequence and the clock back to zero.
 */

const FRAMES_PER_S = 50;
const HEADER_BYTES = 8;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frameLength = Math.round(sampleRate / FRAMES_PER_S);
    this.muted = false;
    this.sequence = 0;
    this.begin();
    this.port.onmessage = ({ data }) => {
      if ("muted" in data) this.muted = data.muted;
      if (data.restart) this.restart();
    };
  }

  restart() {
    this.sequence = 0;
    this.begin();
  }

  begin() {
    this.message = new DataView(new ArrayBuffer(HEADER_BYTES + 2 * this.frameLength));
    this.filled = 0;
    this.energy = 0;
    this.peak = 0;
  }

  process([input]) {
    // No channel at all means that the microphone went away: silence keeps the time line going.
    const samples = input[0] ?? new Float32Array(128);
    for (const sample of samples) this.take(sample);
    return true;
  }

  take(sample) {
    const clamped = Math.max(-1, Math.min(1, sample));
    this.energy += clamped * clamped;
    this.peak = Math.max(this.peak, Math.abs(clamped));
    const at = HEADER_BYTES + 2 * this.filled;
    this.message.setInt16(at, this.muted ? 0 : Math.round(clamped * 32767), true);
    this.filled += 1;
    if (this.filled === this.frameLength) this.post();
  }

  post() {
    const startedMs = Math.round((1000 * this.sequence * this.frameLength) / sampleRate);
    this.message.setUint32(0, this.sequence, true);
    this.message.setUint32(4, startedMs, true);
    const frame = this.message.buffer;
    const rms = Math.sqrt(this.energy / this.frameLength);
    this.port.postMessage({ frame, rms, peak: this.peak, atS: currentTime }, [frame]);
    this.sequence += 1;
    this.begin();
  }
}

registerProcessor("capture", Capture);
