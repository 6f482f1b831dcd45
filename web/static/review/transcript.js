/* The words: the one being heard is marked, and arrow keys walk through them. */

export class Transcript {
  constructor(root) {
    this.root = root;
  }

  get list() {
    return this.root.querySelector('[data-role="transcript"]');
  }

  follow(at_s) {
    const list = this.list;
    if (!list) return;
    if (list !== this.indexed) this.index(list);
    const now = this.words.findLast((word) => word.from <= at_s && at_s < word.to + 0.25)?.button;
    if (now === this.now) return;
    this.now?.removeAttribute("aria-current");
    this.now = now;
    if (!now) return;
    now.setAttribute("aria-current", "true");
    this.bringIntoView(list, now.closest("li"));
  }

  index(list) {
    this.indexed = list;
    this.now = undefined;
    this.words = [...list.querySelectorAll(".word")]
      .map((button) => ({ button, from: Number(button.dataset.at), to: Number(button.dataset.end) }))
      .sort((a, b) => a.from - b.from);
  }

  /* Scrolls the transcript alone, never the page. */
  bringIntoView(list, row) {
    const above = row.offsetTop - list.offsetTop < list.scrollTop;
    const bottom = row.offsetTop - list.offsetTop + row.offsetHeight;
    const below = bottom > list.scrollTop + list.clientHeight;
    if (above || below) list.scrollTop = row.offsetTop - list.offsetTop - 16;
  }

  /* True when the key moved from word to word. */
  walk(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const word = event.target.closest(".word");
    if (!step || !word) return false;
    const row = [...word.parentElement.querySelectorAll(".word")];
    const next = row[row.indexOf(word) + step];
    if (next) {
      word.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
    event.preventDefault();
    return true;
  }
}
