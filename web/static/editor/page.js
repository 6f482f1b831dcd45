/* The form of a scenario: the preview follows what is typed, links open what they lead to, and a
   page with something unsaved is not left by accident. */

const PAUSE_MS = 400;
const form = document.getElementById("form");
const aside = document.querySelector("aside");

document.documentElement.classList.add("has-script");

let unsaved = "unsaved" in form.dataset;
let timer = 0;
let asked = 0;

form.addEventListener("input", () => {
  unsaved = true;
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE_MS);
});

form.addEventListener("submit", () => {
  unsaved = false;
});

addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

aside.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const wanted = link && document.getElementById(link.hash.slice(1));
  if (!wanted) return;
  event.preventDefault();
  for (let one = wanted; one; one = one.parentElement?.closest("details")) {
    if (one.tagName === "DETAILS") one.open = true;
  }
  wanted.scrollIntoView({ block: "center" });
  (wanted.matches("input, select, textarea") ? wanted : wanted.querySelector("summary"))?.focus();
});

async function preview() {
  const mine = ++asked;
  const response = await fetch(form.dataset.preview, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
  }).catch(() => null);
  // A newer one is on its way; and one that failed leaves what is there.
  if (!response?.ok || response.redirected || mine !== asked) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector('[data-part="preview"]');
  const shown = aside.querySelector('[data-part="preview"]');
  if (!fresh || !shown) return;
  const open = shown.querySelector('details[data-key="todo"]')?.open;
  const details = fresh.querySelector('details[data-key="todo"]');
  if (details && open !== undefined) details.open = open;
  shown.replaceWith(document.adoptNode(fresh));
}
