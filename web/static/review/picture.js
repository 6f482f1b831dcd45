/* The call as a picture: two waveforms on one time line, objections as spans with a flag each. */

const AXIS_PX = 20;
const BAR_PX = 3; // one bar and its gap
const TICKS_S = [5, 10, 15, 30, 60, 120, 300, 600];
const TICK_ROOM_PX = 64;
const FLAG_GAP_PX = 6;

export class Picture {
  constructor(root, part) {
    this.root = root;
    this.part = part;
    this.canvas = part("canvas");
  }

  /* Fetches the outline and draws it. Gives the call's length in seconds, or null. */
  async load(url) {
    const answer = await fetch(url).catch(() => null);
    const said = this.part("wave-said");
    if (!answer?.ok) {
      const fault = await answer?.json().catch(() => null);
      said.textContent = `The picture cannot be drawn. ${fault?.said ?? "The server is not there."}`;
      return null;
    }
    this.outline = await answer.json();
    said.hidden = true;
    this.draw();
    return this.outline.duration_s;
  }

  draw() {
    if (!this.outline) return;
    const width = this.part("wave").clientWidth;
    const height = this.part("wave").clientHeight;
    if (!width) return;
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const colours = getComputedStyle(this.root);
    const colour = (name) => colours.getPropertyValue(name).trim();
    const lane = (height - AXIS_PX) / 2;
    this.drawSpans(pen, width, lane * 2, colour("--attention"));
    this.drawTrack(pen, this.outline.rep, width, lane / 2, lane, colour("--rep"));
    this.drawTrack(pen, this.outline.buyer, width, lane * 1.5, lane, colour("--buyer"));
    this.drawAxis(pen, width, lane * 2, colour("--muted"), colour("--line"));
    this.layFlags(width);
  }

  x(at_s, width) {
    return (at_s / this.outline.duration_s) * width;
  }

  drawSpans(pen, width, height, colour) {
    pen.fillStyle = colour;
    for (const flag of this.flags()) {
      const from = this.x(Number(flag.dataset.mark), width);
      const to = Math.max(from + 2, this.x(Number(flag.dataset.end), width));
      pen.globalAlpha = 0.16;
      pen.fillRect(from, 0, to - from, height);
      pen.globalAlpha = 0.7;
      pen.fillRect(from, 0, 1, height);
    }
    pen.globalAlpha = 1;
  }

  drawTrack(pen, peaks, width, middle, lane, colour) {
    const bars = Math.floor(width / BAR_PX);
    const loudest = Math.max(0.05, ...peaks);
    pen.fillStyle = colour;
    for (let bar = 0; bar < bars; bar += 1) {
      const from = Math.floor((bar / bars) * peaks.length);
      const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * peaks.length));
      const peak = Math.max(...peaks.slice(from, to)) / loudest;
      const high = Math.max(1, peak * (lane - 8));
      pen.fillRect(bar * BAR_PX, middle - high / 2, BAR_PX - 1, high);
    }
  }

  drawAxis(pen, width, top, ink, line) {
    const { duration_s } = this.outline;
    const room = (step) => (step / duration_s) * width >= TICK_ROOM_PX;
    const step = TICKS_S.find(room) ?? TICKS_S.at(-1);
    pen.fillStyle = line;
    pen.fillRect(0, top / 2, width, 1);
    pen.fillRect(0, top, width, 1);
    pen.fillStyle = ink;
    pen.font = `11px ${getComputedStyle(this.root).fontFamily}`;
    pen.textBaseline = "bottom";
    for (let at_s = 0; at_s < duration_s; at_s += step) {
      const x = this.x(at_s, width);
      pen.fillRect(x, top, 1, 4);
      const label = `${Math.floor(at_s / 60)}:${String(at_s % 60).padStart(2, "0")}`;
      if (x + pen.measureText(label).width + 4 < width) pen.fillText(label, x + 4, top + AXIS_PX);
    }
  }

  flags() {
    return [...this.part("flags").children];
  }

  /* Each flag over its span; those that would overlap go to a lane above. */
  layFlags(width) {
    const list = this.part("flags");
    list.classList.add("laid");
    const ends = []; // right end of the last flag in each lane, from the bottom up
    const placed = this.flags().reverse().map((flag) => {
      const at = this.x(Number(flag.dataset.mark), width);
      const left = Math.max(0, Math.min(at, width - flag.offsetWidth));
      return { flag, at, left, right: left + flag.offsetWidth };
    });
    for (const one of placed) {
      let lane = ends.findIndex((left) => one.right + FLAG_GAP_PX <= left);
      if (lane < 0) lane = ends.length;
      ends[lane] = one.left;
      one.lane = lane;
    }
    const high = placed[0]?.flag.offsetHeight ?? 0;
    for (const { flag, at, left, lane } of placed) {
      const bottom = lane * (high + FLAG_GAP_PX);
      flag.style.left = `${left}px`;
      flag.style.bottom = `${bottom + FLAG_GAP_PX}px`;
      flag.style.setProperty("--stem-x", `${Math.min(at - left, flag.offsetWidth - 1)}px`);
      flag.style.setProperty("--stem-height", `${bottom + FLAG_GAP_PX}px`);
    }
    list.style.height = `${ends.length * (high + FLAG_GAP_PX)}px`;
  }

  place(at_s) {
    if (!this.outline) return;
    const head = this.part("playhead");
    head.hidden = false;
    const share = Math.min(1, at_s / this.outline.duration_s);
    head.style.transform = `translateX(${share * this.part("wave").clientWidth}px)`;
  }

  /* The place in the call under the pointer, in seconds; null before there is a picture. */
  atPointer(event) {
    if (!this.outline || event.button !== 0) return null;
    const box = this.part("wave").getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.outline.duration_s;
  }
}
