/* Live captions. Finished lines go into a log that is read aloud; interim words are only shown. */

export class Captions {
  /* `log` is a list with role="log"; `names` is {rep, buyer, gatekeeper} as people read
     them. */
  constructor(log, names) {
    this.log = log;
    this.names = names;
    this.interim = { rep: null, buyer: null };
  }

  /* A CallEvent's data: {speaker, text, final}, with a `voice` for a buyer's side that is not the
     buyer. The text is all of the line so far. */
  show({ speaker, text, final, voice }) {
    const interim = this.interim[speaker];
    if (final || !text) {
      interim?.remove();
      this.interim[speaker] = null;
      if (text) this.log.append(this.line(speaker, text, voice));
    } else if (interim) {
      interim.querySelector("p").textContent = text;
    } else {
      this.interim[speaker] = this.line(speaker, text, voice);
      this.interim[speaker].classList.add("interim");
      this.interim[speaker].setAttribute("aria-hidden", "true");
      this.log.append(this.interim[speaker]);
    }
    this.log.scrollTop = this.log.scrollHeight;
  }

  line(speaker, text, voice = speaker) {
    const line = document.createElement("li");
    line.className = `caption ${speaker}`;
    const who = document.createElement("span");
    who.className = "caption-who";
    who.textContent = this.names[voice];
    const words = document.createElement("p");
    words.textContent = text;
    line.append(who, words);
    return line;
  }
}
