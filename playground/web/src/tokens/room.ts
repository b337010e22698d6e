import type { Engine } from "../engine/client.js";
import { nextTurn } from "../engine/turn.js";
import type { AppState } from "../state.js";
import { find } from "../ui/dom.js";
import { counted } from "../ui/format.js";
import { announce, messageOf, toast } from "../ui/notice.js";
import { hideTooltip, showTooltip } from "../ui/tooltip.js";
import { wireCounts } from "./context.js";
import { Editor } from "./editor.js";
import { openBundled } from "./files.js";
import { inspect, tokenTip } from "./inspector.js";
import { wireOpening } from "./opening.js";
import type { Place } from "./place.js";
import { samples } from "./samples.js";
import { Session, type SpecialText } from "./session.js";
import { type Shared, unpack } from "./share.js";
import { spelledWarning } from "./spelled.js";
import { showTokenizer } from "./summary.js";
import type { TokenizedText } from "./tokenized.js";
import { wireTools } from "./tools.js";
import { TokenView } from "./view.js";

const nothing = { first: 0, last: 0 };

/** Brings the Tokens room to life. */
export async function mountTokens(root: HTMLElement, engine: Engine, state: AppState): Promise<void> {
  const session = new Session();
  const marks = find(root, "#tok-marks", HTMLInputElement);
  const addSpecial = find(root, "#tok-add-special", HTMLInputElement);
  const specialText = find(root, "#tok-special-text", HTMLSelectElement);
  const veil = find(root, "#tok-veil", HTMLElement);
  const foot = find(root, "#tok-input-foot", HTMLElement);
  const inspector = find(root, "#tok-inspector", HTMLElement);
  let current = -1;

  // Views of the tokens, and the text area: each shows what is chosen in another.

  const chosen = (index: number, go: boolean): void => {
    const text = session.encoded?.text;
    if (!text) return;
    current = index;
    views.forEach((view) => view.mark(current, nothing, true));
    inspect(inspector, text, index);
    const { start, end } = text.span(index);
    if (start < end) editor.select(start, end, go);
  };
  const hovered = (index: number, anchor: DOMRect | null): void => {
    const text = session.encoded?.text;
    views.forEach((view) => view.setHot(index));
    if (text && index >= 0 && anchor) showTooltip(anchor, tokenTip(text, index));
    else hideTooltip();
  };
  const views = [
    new TokenView(find(root, "#tok-view", HTMLElement), "text", { chosen, hovered }),
    new TokenView(find(root, "#tok-ids", HTMLElement), "ids", { chosen, hovered }),
  ];
  const followSelection = (reveal: boolean): void => {
    const text = session.encoded?.text;
    if (!text || text.text !== editor.text) return; // of the text before; the next encoding is on its way
    const { start, end } = editor.selection;
    const picked = text.touching(start, end);
    current = picked.last - picked.first === 1 ? picked.first : -1;
    views.forEach((view) => view.mark(current, current < 0 ? picked : nothing, reveal));
    if (picked.last > picked.first) inspect(inspector, text, picked.first);
  };
  /** After another encoding the chosen token may be another one, or none. */
  const keepChosen = (text: TokenizedText): void => {
    if (current >= text.length) current = -1;
    views.forEach((view) => view.mark(current, nothing, false));
    if (current >= 0) inspect(inspector, text, current);
  };
  /** Shows an encoding in one view after the other, unless the next one is there already. */
  const showTokens = async (text: TokenizedText): Promise<void> => {
    for (const view of views) {
      if (session.encoded?.text !== text) return;
      view.show(text);
      await nextTurn();
    }
    if (editor.active) followSelection(true);
    else keepChosen(text);
    if (current < 0)
      inspector.textContent =
        text.length === 0
          ? "No text, no tokens."
          : "Point at a token, or walk with the arrow keys; Enter goes to its place in the text.";
  };
  const editor = new Editor(root, {
    changed: (text) => session.setText(text),
    selected: () => {
      followSelection(true);
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
    current = -1;
    showTokenizer(root, open);
    updateTool();
  });
  session.on("encoded", ({ text, encoding }) => {
    veil.hidden = true;
    spelledWarning(foot, encoding, session.specialText, text);
    announce(
      `${counted(text.length, "token")}, ${counted(encoding.characters, "character")}, ${counted(encoding.bytes, "byte")}`,
    );
    void showTokens(text);
    updateTool();
  });
  session.on("failed", (error) => toast(`The text cannot be encoded: ${messageOf(error)}`, "bad"));
  session.on("busy", (busy) => state.status(busy ? "encoding…" : "ready"));

  // What people set.

  const setOptions = (): void => session.setOptions(addSpecial.checked, specialText.value as SpecialText);
  addSpecial.addEventListener("change", setOptions);
  specialText.addEventListener("change", setOptions);
  const setMarks = (): void => views.forEach((view) => view.setMarked(marks.checked));
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
