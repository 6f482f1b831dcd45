/* How loud, for eyes. */

const FLOOR_DB = -60;
const CEILING_DB = -9;
const FALL = 0.8; // share of the shown level that is left after one step of silence

/* RMS in [0, 1] as decibels to full scale; -Infinity for digital silence. */
export function toDb(rms) {
  return 20 * Math.log10(rms);
}

/* RMS in [0, 1] as a share of a level meter, 0 to 1. */
export function toShare(rms) {
  if (rms <= 0) return 0;
  const share = (toDb(rms) - FLOOR_DB) / (CEILING_DB - FLOOR_DB);
  return Math.max(0, Math.min(1, share));
}

/* Rises at once and falls gently, written to the element's --level, at most once a frame. */
export class Level {
  constructor(element) {
    this.element = element;
    this.shown = 0;
    this.drawing = false;
  }

  show(rms) {
    this.shown = Math.max(toShare(rms), this.shown * FALL);
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.element.style.setProperty("--level", this.shown.toFixed(3));
    });
  }
}
