import type { Given } from "../engine/client.js";
import { find } from "../ui/dom.js";
import { wireDrop, wireFileInput } from "../ui/drop.js";
import { bytes } from "../ui/format.js";
import { dismissErrors, messageOf, toast } from "../ui/notice.js";
import { isOfTokenizer, isTiktoken, openFiles } from "./files.js";
import { latest } from "./latest.js";
import type { Place } from "./place.js";
import type { OpenTokenizer } from "./session.js";

const largestText = 32 << 20; // bytes of a text file

/** What became of a tokenizer: it is the session's, another one was opened meanwhile, or it cannot be opened. */
type Outcome = "taken" | "late" | "failed";

/** Wires all that takes files, and the way back to the bundled tokenizer. Returns what opens that one. */
export function wireOpening(place: Place): () => Promise<Outcome> {
  const { root, engine, session, state } = place;
  const newest = latest();
  const take = async (opening: Promise<OpenTokenizer>): Promise<Outcome> => {
    state.status("opening the tokenizer…");
    try {
      const open = await newest(opening, ({ tokenizer }) => tokenizer.close());
      if (!open) return "late";
      session.setTokenizer(open);
      return "taken";
    } catch (error) {
      state.status("ready");
      toast(`The tokenizer cannot be opened: ${messageOf(error)}`, "bad");
      return "failed";
    }
  };

  const takeChosen = (opening: Promise<OpenTokenizer>): void => {
    dismissErrors(); // of what was chosen before; an error of the page's address stays while the first one is opened
    void take(opening);
  };

  const encodingField = find(root, "#tok-encoding-field", HTMLElement);
  const encoding = find(root, "#tok-encoding", HTMLSelectElement);
  let given: readonly Given[] = [];
  const takeFiles = (files: readonly File[]): void => {
    given = files;
    encoding.value = "";
    encodingField.hidden = !files.some(isTiktoken);
    takeChosen(openFiles(engine, files));
  };
  const takeTextFiles = (files: readonly File[]): void =>
    void takeText(place, files).catch((error: unknown) => toast(messageOf(error), "bad"));
  const takeAny = (files: readonly File[]): void =>
    files.some(isOfTokenizer) ? takeFiles(files) : takeTextFiles(files);

  encoding.addEventListener("change", () => takeChosen(openFiles(engine, given, encoding.value)));
  wireDrop(find(root, "#tok-tokenizer", HTMLElement), takeFiles);
  wireDrop(find(root, "#tok-input", HTMLElement), takeAny);
  wireDrop(root, takeAny);
  wireFileInput(find(root, "#tok-open", HTMLInputElement), takeFiles);
  wireFileInput(find(root, "#tok-text-file", HTMLInputElement), takeTextFiles);
  find(root, "#tok-bundled", HTMLButtonElement).addEventListener("click", () => {
    encodingField.hidden = true;
    takeChosen(place.openBundled());
  });
  return () => take(place.openBundled());
}

/** Puts the first of the files in place of the text. */
async function takeText(place: Place, [file]: readonly File[]): Promise<void> {
  if (!file) return;
  if (file.size > largestText) {
    toast(`${file.name} has ${bytes(file.size)}; a text may have ${bytes(largestText)}.`, "warn");
    return;
  }
  place.replace(await file.text());
  toast(`${file.name}: ${bytes(file.size)}.`);
}
