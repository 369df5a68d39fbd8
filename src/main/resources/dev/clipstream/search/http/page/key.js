// Asks for an API key when the service requires one, and tries it before it is kept.
import { isAccepted, onRefused, takeKey } from "./api.js";
import { byId } from "./dom.js";
import { say } from "./language.js";

/** Shows the dialog that asks for the key. */
export function askForKey() {
  if (!byId("key-dialog").open) byId("key-dialog").showModal();
}

export function startKey() {
  onRefused(({ problem }) => {
    // a refusal for another reason than the key, such as the name of the host: no key would help
    if (problem.expected && !problem.expected.startsWith("one of the keys")) return;
    askForKey();
  });
  byId("key").addEventListener("input", () => tell(""));
  byId("key-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const key = byId("key").value.trim();
    if (key === "") return tell("key.empty");
    byId("key-use").disabled = true;
    try {
      if (await isAccepted(key)) {
        takeKey(key);
        location.reload();
        return;
      }
      tell("key.wrong");
    } catch {
      tell("key.away");
    }
    byId("key-use").disabled = false;
    byId("key").select();
    byId("key").focus();
  });
}

/** Shows a message below the field; none for an empty key. */
function tell(words) {
  byId("key-error").hidden = words === "";
  byId("key").setAttribute("aria-invalid", String(words !== ""));
  if (words !== "") say(byId("key-error"), words);
}
