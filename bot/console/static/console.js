// The console with script: pages refresh themselves, drafts are kept, keys do what buttons do.

import { keepDrafts } from "./drafts.js";
import { listenToKeys } from "./keys.js";
import "./alarm.js";
import "./live.js";

document.documentElement.classList.add("scripted");
keepDrafts(document);
listenToKeys();
document.querySelector(".transcript")?.scrollTo(0, Number.MAX_SAFE_INTEGER);
