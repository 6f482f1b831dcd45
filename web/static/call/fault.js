/* What can go wrong at the browser's end, each with what to do about it and a stable code. */

export class LineFault extends Error {
  constructor({ code, said, remedy = "" }) {
    super(`${said} ${remedy}`.trim());
    this.code = code;
    this.said = said;
    this.remedy = remedy;
  }
}

const FAULTS = {
  "microphone-not-allowed": [
    "The browser may not use your microphone.",
    "Click the microphone or lock sign beside the address, allow the microphone, then try again.",
  ],
  "microphone-not-found": [
    "No microphone was found.",
    "Plug in a headset or a microphone, then try again.",
  ],
  "microphone-busy": [
    "Your microphone is there but cannot be opened.",
    "Close other programs that use it (a meeting, a recorder), then try again.",
  ],
  "microphone-lost": [
    "Your microphone went away during the call.",
    "Plug it in again; until then the buyer hears silence.",
  ],
  "page-not-secure": [
    "Browsers give the microphone to secure pages only.",
    "Open Rehearse through https, or on this machine through http://127.0.0.1.",
  ],
  "browser-too-old": [
    "This browser cannot handle live sound (AudioWorklet is missing).",
    "Update it, or use a current Firefox, Chrome, Edge or Safari.",
  ],
  "sound-not-started": [
    "The browser did not start its sound.",
    "Check that a speaker or headset is connected, then try again.",
  ],
  "line-lost": [
    "The connection to Rehearse was lost, and the call has ended.",
    "What was said until then is kept. Check your network and that Rehearse is running.",
  ],
  "server-stopped": [
    "Rehearse was stopped, and the call has ended.",
    "What was said until then is kept. Start Rehearse again to see it.",
  ],
  "line-not-opened": [
    "Rehearse could not be reached, so the call did not start.",
    "Check your network and that Rehearse is running, then try again.",
  ],
  "line-too-slow": [
    "The network is too slow to carry your voice, and the call has ended.",
    "What was said until then is kept. Try again on a better network.",
  ],
};

export function fault(code) {
  const [said, remedy] = FAULTS[code];
  return new LineFault({ code, said, remedy });
}

const BY_NAME = {
  NotAllowedError: "microphone-not-allowed",
  SecurityError: "microphone-not-allowed",
  NotFoundError: "microphone-not-found",
  OverconstrainedError: "microphone-not-found",
  NotReadableError: "microphone-busy",
  AbortError: "microphone-busy",
};

/* getUserMedia's error as a LineFault; anything else is a mistake of ours and is thrown on. */
export function microphoneFault(error) {
  if (!(error.name in BY_NAME)) throw error;
  return fault(BY_NAME[error.name]);
}
