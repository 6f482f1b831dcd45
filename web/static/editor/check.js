/* Follows a check that goes on, and shows its report when it is there. */

import { refresh } from "../refresh.js";

const STEP_MS = 1000;

async function follow() {
  if (document.querySelector("[data-going-on]") && !document.hidden) await refresh();
  setTimeout(follow, STEP_MS);
}

follow();
