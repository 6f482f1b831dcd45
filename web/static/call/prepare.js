/* Before the call: choose devices, check the microphone, and hand over an open Sound. */

import { Check, CHECK_S, verdict } from "./check.js";
import { Level } from "./level.js";
import { canChooseSpeaker, devices, Sound } from "./sound.js";

export class Preparation {
  /* `onfault` is told each LineFault; `signal` ends the listeners. */
  constructor(root, { onfault, signal }) {
    const find = (role) => root.querySelector(`[data-role="${role}"]`);
    this.microphones = find("microphones");
    this.speakers = find("speakers");
    this.button = find("check");
    this.said = find("check-said");
    this.level = new Level(find("check-level"));
    this.sound = null;
    this.onfault = onfault;
    this.button.addEventListener("click", () => this.attempt(() => this.check()), { signal });
    this.microphones.addEventListener("change", () => this.attempt(() => this.chosen()), { signal });
    this.speakers.addEventListener("change", () => this.attempt(() => this.chosen()), { signal });
    navigator.mediaDevices?.addEventListener("devicechange", () => this.list(), { signal });
    this.list();
  }

  async attempt(step) {
    try {
      await step();
    } catch (error) {
      this.said.textContent = "";
      this.onfault(error);
    }
  }

  async list() {
    await this.fill(this.microphones, "audioinput");
    if (canChooseSpeaker()) await this.fill(this.speakers, "audiooutput");
  }

  async fill(select, kind) {
    const known = await devices(kind);
    const chosen = select.value;
    const named = known.filter(({ id }) => id !== "default" && id !== "communications");
    const options = named.map(({ id, name }) => new Option(name, id, false, id === chosen));
    select.replaceChildren(new Option("The system's choice", ""), ...options);
    select.closest(".call-device").hidden = known.length === 0;
  }

  async open() {
    const chosen = { microphoneId: this.microphones.value, speakerId: this.speakers.value };
    this.sound ??= await Sound.open(chosen);
    this.sound.onframe = (_frame, rms) => this.level.show(rms);
    await this.list();
    return this.sound;
  }

  async chosen() {
    if (!this.sound) return;
    await this.sound.useMicrophone(this.microphones.value);
    await this.sound.useSpeaker(this.speakers.value);
  }

  async check() {
    this.button.disabled = true;
    try {
      const sound = await this.open();
      const check = await this.record(sound);
      const { good, said } = verdict(check.measured());
      this.said.textContent = `${said} Now playing it back.`;
      this.said.dataset.good = good;
      await check.playBack(sound.context);
      this.said.textContent = said;
    } finally {
      this.button.disabled = false;
      this.button.textContent = "Check again";
    }
  }

  record(sound) {
    this.said.textContent = `Say a sentence as you would on the call. ${CHECK_S} seconds.`;
    const check = new Check(sound.rateHz);
    return new Promise((resolve) => {
      sound.onframe = (frame, rms, peak) => {
        this.level.show(rms);
        if (check.done) return;
        check.take(frame, rms, peak);
        if (check.done) resolve(check);
      };
    });
  }

  /* The open Sound, which the caller closes. Throws LineFault. */
  async handOver() {
    const sound = await this.open();
    this.sound = null;
    return sound;
  }
}
