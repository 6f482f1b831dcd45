/*
 * Audio worklet: plays the buyer's segments and reports only what was really rendered.
 *
 * Takes {push: ArrayBuffer} (a message of the wire: u32 segment, u32 sample offset, s16le mono at
 * the context's rate), {flush: segment} (all of it has been pushed), {clear: segment} (stop now),
 * {silence: true} (stop whatever plays), {held: true} (stop where it is and keep the rest, until
 * {held: false}; both fade over one render quantum, so that nothing clicks).
 * Posts {report: {type: "playback_started" | "playback_progress" | "playback_finished", segment,
 * played_s, interrupted}}, where progress is told ten times a second and whenever playing stops
 * for the time being, and, about 50 times a second, {rms, atS} of what was rendered, by the
 * context's clock.
 */

const HEADER_BYTES = 8;
const PROGRESS_S = 0.1;
const LEVEL_S = 0.02;
const PREROLL_S = 0.06; // gathered before playing, so that the next message may be a little late

class Segment {
  constructor(id) {
    this.id = id;
    this.pieces = [];
    this.position = 0; // in the first piece
    this.nPlayed = 0;
    this.nReported = 0;
    this.nHad = 0;
    this.nWaited = 0;
    this.rolling = false; // enough was there to begin, and it has not run dry since
    this.whole = false; // nothing more will come
    this.cut = false; // fades out over one render quantum, then ends
  }

  get empty() {
    return this.pieces.length === 0;
  }

  add(piece) {
    if (!piece.length) return;
    this.pieces.push(piece);
    this.nHad += piece.length;
  }

  /* Whether it plays in a quantum of n samples, rather than waits for more of itself. */
  roll(n) {
    const enough = PREROLL_S * sampleRate;
    if (this.empty) {
      this.rolling = false;
      this.nWaited = 0;
    } else if (!this.rolling) {
      this.nWaited += n;
      const isReady = this.nHad - this.nPlayed >= enough || this.nWaited >= enough;
      this.rolling = isReady || this.whole || this.cut;
    }
    return this.rolling;
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
    this.held = false;
    this.gain = 1; // at the end of the last quantum; 0 when held
    this.energy = 0;
    this.nMeasured = 0;
    this.port.onmessage = ({ data }) => {
      if (data.push) this.push(data.push);
      if ("flush" in data) this.flush(data.flush);
      if ("clear" in data) this.clear(data.clear);
      if ("held" in data) this.held = data.held;
      if (data.silence) for (const segment of this.queue) segment.cut = true;
    };
  }

  push(message) {
    const id = new DataView(message).getUint32(0, true);
    if (id <= this.lastEnded) return; // late sound of a segment that is over
    const segment = this.find(id) ?? this.add(id);
    if (segment.cut) return;
    // Browsers run on little-endian machines only, so the bytes are read as they lie.
    segment.add(new Int16Array(message, HEADER_BYTES));
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
      else break; // it fills the quantum, is held, or waits for more of itself
    }
    this.gain = this.held ? 0 : 1;
    for (const other of output.slice(1)) other.set(channel);
    this.measure(channel);
    return true;
  }

  render(segment, channel, from) {
    // A segment that was cut before it was heard stays unheard, and so does what is held.
    const unheard = this.held && (this.gain === 0 || segment.nPlayed === 0);
    if (unheard || (segment.cut && segment.nPlayed === 0)) return from;
    if (!segment.roll(channel.length - from)) return from;
    const target = this.held || segment.cut ? 0 : 1;
    let at = from;
    while (at < channel.length && !segment.empty) {
      if (segment.nPlayed === 0) this.report("playback_started", segment);
      const gain = this.gain + (target - this.gain) * (at / channel.length);
      channel[at] = segment.next() * gain;
      at += 1;
    }
    this.progress(segment, this.held || (segment.empty && !segment.whole));
    return at;
  }

  progress(segment, stopping) {
    const nNew = segment.nPlayed - segment.nReported;
    if (nNew < (stopping ? 1 : PROGRESS_S * sampleRate)) return;
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
    const rms = Math.sqrt(this.energy / this.nMeasured);
    this.port.postMessage({ rms, atS: currentTime });
    this.energy = 0;
    this.nMeasured = 0;
  }
}

registerProcessor("playback", Playback);
