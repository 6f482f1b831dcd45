/*
 * Audio worklet: plays the buyer's segments and reports only what was really rendered.
 *
 * Takes {push: ArrayBuffer} (a message of the wire: u32 segment, u32 sample offset, s16le mono at
 * the context's rate), {flush: segment} (all of it has been pushed), {clear: segment} (stop now),
 * {silence: true} (stop whatever plays).
 * Posts {report: {type: "playback_started" | "playback_progress" | "playback_finished", segment,
 * played_s, interrupted}} and, about 30 times a second, {rms} of what was rendered.
 */

const HEADER_BYTES = 8;
const PROGRESS_S = 0.1;
const LEVEL_S = 1 / 30;

class Segment {
  constructor(id) {
    this.id = id;
    this.pieces = [];
    this.position = 0; // in the first piece
    this.nPlayed = 0;
    this.nReported = 0;
    this.whole = false; // nothing more will come
    this.cut = false; // fades out over one render quantum, then ends
  }

  get empty() {
    return this.pieces.length === 0;
  }

  next() {
    const piece = this.pieces[0];
    const sample = piece[this.position] / 32768;
    this.position += 1;
    this.nPlayed += 1;
    if (this.position === piece.length) {
      this.pieces.shift();
      this.position = 0;
    }
    return sample;
  }
}

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
    this.lastEnded = -1;
    this.energy = 0;
    this.nMeasured = 0;
    this.port.onmessage = ({ data }) => {
      if (data.push) this.push(data.push);
      if ("flush" in data) this.flush(data.flush);
      if ("clear" in data) this.clear(data.clear);
      if (data.silence) for (const segment of this.queue) segment.cut = true;
    };
  }

  push(message) {
    const id = new DataView(message).getUint32(0, true);
    if (id <= this.lastEnded) return; // late sound of a segment that is over
    const segment = this.find(id) ?? this.add(id);
    if (segment.cut) return;
    // Browsers run on little-endian machines only, so the bytes are read as they lie.
    const piece = new Int16Array(message, HEADER_BYTES);
    if (piece.length) segment.pieces.push(piece);
  }

  find(id) {
    return this.queue.find((segment) => segment.id === id);
  }

  add(id) {
    const segment = new Segment(id);
    this.queue.push(segment);
    return segment;
  }

  flush(id) {
    const segment = this.find(id);
    if (segment) segment.whole = true;
  }

  clear(id) {
    if (id <= this.lastEnded) return;
    const segment = this.find(id) ?? this.add(id);
    segment.cut = true;
  }

  process(_inputs, [output]) {
    const channel = output[0];
    let filled = 0;
    while (this.queue.length && filled < channel.length) {
      const segment = this.queue[0];
      filled = this.render(segment, channel, filled);
      if (segment.cut) this.finish(segment, true);
      else if (segment.whole && segment.empty) this.finish(segment, false);
      else break; // it fills the quantum, or waits for more of itself
    }
    for (const other of output.slice(1)) other.set(channel);
    this.measure(channel);
    return true;
  }

  render(segment, channel, from) {
    // A segment that was cut before it was heard stays unheard.
    if (segment.cut && segment.nPlayed === 0) return from;
    let at = from;
    while (at < channel.length && !segment.empty) {
      if (segment.nPlayed === 0) this.report("playback_started", segment);
      const fade = segment.cut ? 1 - at / channel.length : 1;
      channel[at] = segment.next() * fade;
      at += 1;
    }
    this.progress(segment);
    return at;
  }

  progress(segment) {
    if (segment.nPlayed - segment.nReported < PROGRESS_S * sampleRate) return;
    segment.nReported = segment.nPlayed;
    this.report("playback_progress", segment);
  }

  finish(segment, interrupted) {
    this.queue.shift();
    this.lastEnded = segment.id;
    this.report("playback_finished", segment, interrupted);
  }

  report(type, segment, interrupted = false) {
    const played_s = segment.nPlayed / sampleRate;
    this.port.postMessage({ report: { type, segment: segment.id, played_s, interrupted } });
  }

  measure(channel) {
    for (const sample of channel) this.energy += sample * sample;
    this.nMeasured += channel.length;
    if (this.nMeasured < LEVEL_S * sampleRate) return;
    this.port.postMessage({ rms: Math.sqrt(this.energy / this.nMeasured) });
    this.energy = 0;
    this.nMeasured = 0;
  }
}

registerProcessor("playback", Playback);
