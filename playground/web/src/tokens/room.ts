import type { Engine } from "../engine/client.js";
import type { AppState } from "../state.js";
import { find } from "../ui/dom.js";
import { counted } from "../ui/format.js";
import { announce, messageOf, toast } from "../ui/notice.js";
import { wireCounts } from "./context.js";
import { Editor } from "./editor.js";
import { openBundled } from "./files.js";
import { wireOpening } from "./opening.js";
import type { Place } from "./place.js";
import { samples } from "./samples.js";
import { Session, type SpecialText } from "./session.js";
import { type Shared, unpack } from "./share.js";
import { spelledWarning } from "./spelled.js";
import { showTokenizer } from "./summary.js";
import { wireTools } from "./tools.js";
import { wireViews } from "./views.js";

/** Brings the Tokens room to life. */
export async function mountTokens(root: HTMLElement, engine: Engine, state: AppState): Promise<void> {
  const session = new Session();
  const marks = find(root, "#tok-marks", HTMLInputElement);
  const addSpecial = find(root, "#tok-add-special", HTMLInputElement);
  const specialText = find(root, "#tok-special-text", HTMLSelectElement);
  const veil = find(root, "#tok-veil", HTMLElement);
  const foot = find(root, "#tok-input-foot", HTMLElement);
  const views = wireViews(root, session, () => editor);
  const editor = new Editor(root, {
    changed: (text) => session.setText(text),
    selected: () => {
      views.followSelection();
      updateTool();
    },
  });

  // Tools under the tokens; only the one that is seen is kept up to date.

  const place: Place = {
    root,
    engine,
    session,
    state,
    selection: () => editor.selection,
    insert: (text) => editor.insert(text),
    replace: (text) => editor.set(text),
    openBundled: () => openBundled(engine, state.config.sample),
  };
  const counts = wireCounts(root, session);
  const updateTool = wireTools(place, () => ({ marks: marks.checked, context: counts.context() }));

  // What comes out.

  session.on("tokenizer", (open) => {
    views.forget();
    showTokenizer(root, open);
    updateTool();
  });
  session.on("encoded", ({ text, encoding }) => {
    veil.hidden = true;
    spelledWarning(foot, encoding, session.specialText, text);
    announce(
      `${counted(text.length, "token")}, ${counted(encoding.characters, "character")}, ${counted(encoding.bytes, "byte")}`,
    );
    void views.show(text);
    updateTool();
  });
  session.on("failed", (error) => toast(`The text cannot be encoded: ${messageOf(error)}`, "bad"));
  session.on("busy", (busy) => state.status(busy ? "encoding…" : "ready"));

  // What people set.

  const setOptions = (): void => session.setOptions(addSpecial.checked, specialText.value as SpecialText);
  addSpecial.addEventListener("change", setOptions);
  specialText.addEventListener("change", setOptions);
  const setMarks = (): void => views.setMarked(marks.checked);
  marks.addEventListener("change", setMarks);

  const choice = find(root, "#tok-samples", HTMLSelectElement);
  choice.append(...samples.map((sample, i) => new Option(sample.name, String(i))));
  choice.addEventListener("change", () => {
    const sample = samples[Number(choice.value)];
    choice.value = "";
    if (sample) editor.set(sample.text);
  });
  find(root, "#tok-clear", HTMLButtonElement).addEventListener("click", () => {
    editor.set("");
    editor.focus();
  });

  const openSample = wireOpening(place);

  // The beginning.

  const shared = await readShared(state.shared);
  if (shared) {
    addSpecial.checked = shared.addSpecial;
    specialText.value = shared.specialText;
    marks.checked = shared.marks;
    counts.setContext(shared.context);
    setMarks();
    setOptions();
  }
  editor.set(shared?.text ?? samples[0]?.text ?? "");
  const came = await openSample();
  if (came === "failed") veil.textContent = "The tokenizer cannot be loaded.";
  if (came !== "taken") return;
  const { fingerprint } = session.open?.tokenizer.info ?? {};
  if (shared && shared.fingerprint !== fingerprint) {
    const who = shared.name === "" ? "another tokenizer" : `the tokenizer “${shared.name}”`;
    toast(
      `This link was made with ${who} (fingerprint ${shared.fingerprint || "unknown"}). What is shown are the tokens of ${session.open?.name ?? ""}; open the other one to see the same as its maker.`,
      "bad",
    );
  }
}

async function readShared(fragment: string | null): Promise<Shared | null> {
  if (fragment === null) return null;
  try {
    return await unpack(fragment);
  } catch (error) {
    toast(`The link cannot be read: ${messageOf(error)}`, "bad");
    return null;
  }
}
