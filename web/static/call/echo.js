/*
 * Whether the buyer's voice comes back through the microphone, from how loud both are over time.
 *
 * What is heard a moment after something was played, and goes up and down as that did, is its echo;
 * a rep who speaks goes up and down in their own way. Both levels are taken in bins, in decibels;
 * two windows after each other must agree about the delay (Pearson's r of the two, at the delay
 * where it is highest).
 */

const BIN_S = 0.04;
const N_BINS = 100; // in a window: four seconds
const LONGEST_DELAY = 12; // bins: what a speaker, a room and a sound card take together
const FLOOR_DB = -60;
const PLAYED_DB = -45; // the buyer is audible
const HEARD_DB = -55; // something is audible in the microphone
const BUYER_SHARE = 0.4; // of the bins in which the buyer must be audible
const ALIKE = 0.65; // r from which one is taken for the echo of the other
const N_ALIKE = 2; // windows in a row

export class EchoMeasure {
  /* `onecho` is called once, when there is an echo, with its delay in seconds. */
  constructor(onecho) {
    this.onecho = onecho;
    this.played = new Levels();
    this.heard = new Levels();
    this.from = null; // first bin of the window
    this.alike = []; // delays of the windows in a row that were alike
    this.found = false;
  }

  /* Levels (RMS in [0, 1]) at times in seconds of one clock, in order. */
  takePlayed(atS, rms) {
    if (!this.found) this.played.take(atS, rms);
  }

  takeHeard(atS, rms) {
    if (this.found) return;
    const bin = this.heard.take(atS, rms);
    this.from ??= bin;
    if (bin - this.from <= N_BINS + LONGEST_DELAY) return;
    this.judge();
    this.from += N_BINS;
    this.played.forgetBefore(this.from);
    this.heard.forgetBefore(this.from);
  }

  judge() {
    const played = this.played.window(this.from, N_BINS);
    const nAudible = played.filter((db) => db > PLAYED_DB).length;
    if (nAudible < BUYER_SHARE * N_BINS) return; // the buyer is silent: nothing can be said
    const best = this.bestDelay(played);
    const agrees = this.alike.every((delay) => Math.abs(delay - best.delay) <= 1);
    if (best.r < ALIKE) this.alike = [];
    else this.alike = agrees ? [...this.alike, best.delay] : [best.delay];
    if (this.alike.length < N_ALIKE) return;
    this.found = true;
    this.onecho(best.delay * BIN_S);
  }

  bestDelay(played) {
    let best = { r: 0, delay: 0 };
    for (let delay = 0; delay <= LONGEST_DELAY; delay += 1) {
      const heard = this.heard.window(this.from + delay, N_BINS);
      if (Math.max(...heard) < HEARD_DB) continue;
      const r = pearson(played, heard);
      if (r > best.r) best = { r, delay };
    }
    return best;
  }
}

/* Mean power by bin. */
class Levels {
  constructor() {
    this.bins = new Map(); // number of the bin: [sum of power, n]
  }

  take(atS, rms) {
    const bin = Math.floor(atS / BIN_S);
    const [power, n] = this.bins.get(bin) ?? [0, 0];
    this.bins.set(bin, [power + rms * rms, n + 1]);
    return bin;
  }

  /* Decibels to full scale, not below FLOOR_DB. */
  window(from, length) {
    return Array.from({ length }, (_, i) => {
      const [power, n] = this.bins.get(from + i) ?? [0, 1];
      return Math.max(FLOOR_DB, 10 * Math.log10(power / n || 1e-12));
    });
  }

  forgetBefore(bin) {
    for (const old of this.bins.keys()) if (old < bin) this.bins.delete(old);
  }
}

/* 0 when one of them does not change. */
function pearson(a, b) {
  const mean = (x) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [da, db] = [a[i] - meanA, b[i] - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
}
