// The console with script: pages refresh themselves, drafts are kept, keys do what buttons do.

import { keepDrafts } from "./drafts.js";
import { listenToKeys } from "./keys.js";
import "./alarm.js";
import "./live.js";

document.documentElement.classList.add("scripted");
keepDrafts(document);
listenToKeys();
document.addEventListener("change", ({ target }) => {
  // Chosen is attached: nobody has to know of a second button.
  if (target.dataset.attach && target.files.length) {
    target.form.requestSubmit(document.getElementById(target.dataset.attach));
  }
});
document.querySelector(".transcript")?.scrollTo(0, Number.MAX_SAFE_INTEGER);
