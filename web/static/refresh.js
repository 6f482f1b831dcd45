/* Takes parts of a page from the server again, without a reload: elements with data-part. What
   was open, and what had the focus, stays so. */

/* Replaces every part that reads differently now. Gives false when the server is not there. */
export async function refresh(url = location.pathname) {
  const response = await fetch(url, { headers: { accept: "text/html" } }).catch(() => null);
  if (!response?.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh && fresh.outerHTML !== part.outerHTML) swap(part, document.adoptNode(fresh));
  }
  return true;
}

function swap(part, fresh) {
  const open = [...part.querySelectorAll("details[open][data-key]")].map((one) => one.dataset.key);
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.closest("[data-key]")?.dataset.key;
  part.replaceWith(fresh);
  for (const details of fresh.querySelectorAll("details[data-key]")) {
    if (open.includes(details.dataset.key)) details.open = true;
  }
  if (key) fresh.querySelector(`[data-key="${CSS.escape(key)}"] summary`)?.focus();
}
