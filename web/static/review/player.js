/* Plays the recording, or a stretch of it. */

export class Player {
  constructor(root, part) {
    this.part = part;
    this.audio = part("audio");
    this.onmove = () => {};
    this.until_s = Infinity;
    this.audio.controls = false;
    part("controls").hidden = part("keys").hidden = false;
    this.audio.addEventListener("play", () => this.playing());
    this.audio.addEventListener("pause", () => this.say());
    this.audio.addEventListener("seeked", () => this.moved());
    this.audio.addEventListener("timeupdate", () => this.moved());
    // A <source> that cannot be played says so itself; the last one speaks for all.
    this.audio.addEventListener("error", (event) => this.failed(event), true);
  }

  get at_s() {
    return this.wanted_s ?? this.audio.currentTime;
  }

  load(url) {
    if (this.audio.querySelector("source")) return;
    const source = (src, type) => Object.assign(document.createElement("source"), { src, type });
    this.audio.append(source(url, "audio/ogg; codecs=opus"), source(`${url}.wav`, "audio/wav"));
    this.audio.load();
  }

  /* Of the call in seconds, from the picture: Ogg tells its own length late. */
  lasts(length_s) {
    this.part("place").max = length_s.toFixed(1);
    this.part("length").textContent = clock(length_s);
  }

  toggle() {
    this.until_s = Infinity;
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  playFrom(at_s, until_s) {
    this.seek(at_s);
    this.until_s = Number.isNaN(until_s) ? Infinity : until_s;
    this.play();
  }

  jump(by_s) {
    this.seek(this.at_s + by_s);
  }

  seek(at_s) {
    this.until_s = Infinity;
    const to_s = Math.max(0, Math.min(at_s, Number(this.part("place").max) || at_s));
    if (this.audio.readyState > 0) {
      this.audio.currentTime = to_s;
    } else {
      // Nothing is known of the sound yet: go there as soon as it is.
      if (this.wanted_s === undefined) {
        this.audio.addEventListener("loadedmetadata", () => this.arrive(), { once: true });
      }
      this.wanted_s = to_s;
    }
    this.show(to_s);
  }

  arrive() {
    this.audio.currentTime = this.wanted_s;
    this.wanted_s = undefined;
  }

  speed(times) {
    this.audio.playbackRate = times;
  }

  play() {
    this.audio.play().catch((error) => {
      if (error.name !== "AbortError" && error.name !== "NotSupportedError") throw error;
    });
  }

  playing() {
    this.say();
    const step = () => {
      if (this.audio.paused || !this.audio.isConnected) return;
      this.moved();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  moved() {
    if (this.wanted_s !== undefined) return;
    if (this.audio.currentTime >= this.until_s) {
      this.until_s = Infinity;
      this.audio.pause();
    }
    this.show(this.audio.currentTime);
  }

  show(at_s) {
    const now = clock(at_s);
    if (this.part("now").textContent !== now) this.part("now").textContent = now;
    this.part("place").value = at_s;
    this.part("place").setAttribute("aria-valuetext", now);
    this.onmove(at_s);
  }

  say() {
    this.part("play").textContent = this.audio.paused ? "Play" : "Pause";
  }

  failed(event) {
    const sources = [...this.audio.querySelectorAll("source")];
    if (event.target !== sources.at(-1) && event.target !== this.audio) return;
    this.part("player-said").hidden = false;
    this.part("player-said").textContent =
      "This browser could not play the recording. It is kept; reload the page or try another browser.";
  }
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
