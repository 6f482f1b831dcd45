/* Keeps the engines page true while models arrive. */

import { refresh } from "./refresh.js";

const STEP_MS = 2000;

setInterval(() => {
  if (!document.hidden) refresh();
}, STEP_MS);
