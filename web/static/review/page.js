/* The review page. It owns every listener and timer; player, picture and transcript draw. */

import { refresh } from "../refresh.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";

const STEP_MS = 1000;
const JUMP_S = 5;

class ReviewPage {
  constructor(root) {
    this.root = root;
    const part = (role) => root.querySelector(`[data-role="${role}"]`);
    this.player = new Player(root, part);
    this.picture = new Picture(root, part);
    this.transcript = new Transcript(root);
    this.part = part;
    this.listeners = new AbortController();
    this.listen();
    if (this.state.recording === "true") this.load();
    if (this.state.settled !== "true") this.poll();
  }

  get state() {
    return this.root.querySelector('[data-part="state"]').dataset;
  }

  listen() {
    const { signal } = this.listeners;
    const on = (role, action) => this.part(role).addEventListener("click", action, { signal });
    on("play", () => this.player.toggle());
    on("back", () => this.player.jump(-JUMP_S));
    on("on", () => this.player.jump(JUMP_S));
    on("previous", () => this.step(-1));
    on("next", () => this.step(1));
    this.root.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    addEventListener("hashchange", () => this.seekToHash(), { signal });
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => this.picture.draw(), { signal });
    new ResizeObserver(() => this.picture.draw()).observe(this.part("wave"));
    this.player.onmove = (at_s) => this.moved(at_s);
    this.part("place").addEventListener("input", (event) => {
      this.player.seek(Number(event.target.value));
    }, { signal });
    this.part("speed").addEventListener("change", (event) => {
      this.player.speed(Number(event.target.value));
    }, { signal });
    this.part("wave").addEventListener("pointerdown", (event) => {
      const at_s = this.picture.atPointer(event);
      if (at_s !== null) this.player.seek(at_s);
    }, { signal });
  }

  async load() {
    this.loaded = true;
    this.part("picture").hidden = this.part("player").hidden = false;
    this.player.load(this.root.dataset.recordingUrl);
    const length_s = await this.picture.load(this.root.dataset.peaksUrl);
    if (length_s) this.player.lasts(length_s);
    this.seekToHash();
  }

  /* Until nothing will change any more. The sound goes on playing meanwhile. */
  async poll() {
    while (this.root.isConnected) {
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      if (document.hidden) continue;
      const answer = await fetch(this.root.dataset.statusUrl).catch(() => null);
      if (!answer?.ok) continue;
      const status = await answer.json();
      if (status.stamp !== this.state.stamp) await this.fill();
      if (status.settled) return;
    }
  }

  async fill() {
    await refresh(this.root.dataset.pageUrl);
    if (this.state.recording === "true" && !this.loaded) await this.load();
    this.picture.draw();
    this.transcript.follow(this.player.at_s);
  }

  moved(at_s) {
    this.picture.place(at_s);
    this.transcript.follow(at_s);
  }

  clicked(event) {
    const from = event.target.closest("[data-at]");
    if (from) this.player.playFrom(Number(from.dataset.at), Number(from.dataset.until ?? NaN));
  }

  seekToHash() {
    const found = /^#t=([\d.]+)$/.exec(location.hash);
    if (found) this.player.seek(Number(found[1]));
  }

  /* To the mark before or after where the call stands now. */
  step(way) {
    const marks = [...this.root.querySelectorAll("[data-mark]")].map((m) => Number(m.dataset.mark));
    const sorted = [...new Set(marks)].sort((a, b) => a - b);
    const now = this.player.at_s;
    const next = way > 0
      ? sorted.find((at_s) => at_s > now + 0.1)
      : sorted.findLast((at_s) => at_s < now - 1);
    if (next !== undefined) this.player.seek(next);
  }

  key(event) {
    if (!this.loaded || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, audio")) return;
    const pressing = event.target.closest("button, a, summary");
    if (event.target.closest(".words") && this.transcript.walk(event)) return;
    const key = event.key.toLowerCase();
    if (key === " " && !pressing) this.player.toggle();
    else if (key === "k") this.player.toggle();
    else if (key === "j") this.player.jump(-JUMP_S);
    else if (key === "l") this.player.jump(JUMP_S);
    else if (key === "arrowleft") this.step(-1);
    else if (key === "arrowright") this.step(1);
    else return;
    event.preventDefault();
  }
}

new ReviewPage(document.getElementById("review"));
