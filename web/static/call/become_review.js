/* Turns this page into the review of the call, without a reload. */

/*
 * False when the review is not ready yet; a page that cannot be taken over is loaded instead.
 * `notice` is an element to be read above the review, or null.
 */
export async function becomeReview(url, notice) {
  const response = await fetch(url, { headers: { accept: "text/html" } });
  if (!response.ok || new URL(response.url).pathname !== new URL(url, location).pathname) {
    return false;
  }
  const review = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = review.querySelector("main");
  if (!main || review.querySelector('script[type="importmap"]')) {
    location.replace(url);
    return true;
  }
  await addStyles(review);
  document.querySelector("main").replaceWith(document.adoptNode(main));
  if (notice) main.prepend(notice);
  document.title = review.title;
  document.body.className = review.body.className;
  history.replaceState(null, "", url);
  scrollTo(0, 0);
  await addScripts(review);
  focusOn(main.querySelector("h1") ?? main);
  return true;
}

async function addStyles(review) {
  const have = new Set([...document.querySelectorAll("link[rel=stylesheet]")].map((a) => a.href));
  const wanted = [...review.querySelectorAll("link[rel=stylesheet]")];
  const missing = wanted.map((a) => resolved(a, "href")).filter((href) => !have.has(href));
  await Promise.all(missing.map(addStyle));
}

function addStyle(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const loaded = new Promise((resolve) => (link.onload = link.onerror = resolve));
  document.head.append(link);
  return loaded;
}

/* Parsed scripts do not run; those that this page does not have yet are run in their order. */
async function addScripts(review) {
  const have = new Set([...document.scripts].map((script) => script.src));
  const main = document.querySelector("main");
  const wanted = [...review.scripts, ...main.querySelectorAll("script")].filter((script) => {
    const src = script.getAttribute("src");
    return src && (main.contains(script) || !have.has(resolved(script, "src")));
  });
  for (const script of wanted) await run(script);
}

function run(script) {
  const src = resolved(script, "src");
  if (script.type === "module") return import(src);
  const copy = Object.assign(document.createElement("script"), { src });
  const loaded = new Promise((resolve) => (copy.onload = copy.onerror = resolve));
  document.head.append(copy);
  return loaded;
}

function resolved(element, attribute) {
  return new URL(element.getAttribute(attribute), location).href;
}

function focusOn(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
