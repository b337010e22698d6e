import type { Engine, Given } from "../engine/client.js";
import { nextTurn } from "../engine/turn.js";
import type { AppState } from "../state.js";
import { find } from "../ui/dom.js";
import { wireDrop, wireFileInput } from "../ui/drop.js";
import { bytes, counted } from "../ui/format.js";
import { announce, messageOf, toast } from "../ui/notice.js";
import { hideTooltip, showTooltip } from "../ui/tooltip.js";
import { wireTabs } from "../ui/tabs.js";
import { batchTool } from "./batch.js";
import { chatTool } from "./chat.js";
import { compareTool } from "./compare.js";
import { wireCounts } from "./context.js";
import { Editor } from "./editor.js";
import { isOfTokenizer, isTiktoken, openBundled, openFiles } from "./files.js";
import { vocabularyTool } from "./find.js";
import { inspect, tokenTip } from "./inspector.js";
import { latest } from "./latest.js";
import { mergesTool } from "./merges.js";
import { pipelineTool } from "./pipeline.js";
import type { Place, Tool } from "./place.js";
import { samples } from "./samples.js";
import { Session, type OpenTokenizer, type SpecialText } from "./session.js";
import { type Shared, unpack } from "./share.js";
import { shareTool } from "./sharing.js";
import { specialTool } from "./special.js";
import { spelledWarning } from "./spelled.js";
import { showTokenizer } from "./summary.js";
import type { TokenizedText } from "./tokenized.js";
import { TokenView } from "./view.js";

const largestText = 32 << 20; // bytes of a text file
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
  const makers: Record<string, () => Tool> = {
    special: () => specialTool(place),
    pipeline: () => pipelineTool(place),
    merges: () => mergesTool(place),
    batch: () => batchTool(place),
    compare: () => compareTool(place),
    vocabulary: () => vocabularyTool(place),
    chat: () => chatTool(place),
    share: () => shareTool(place, () => ({ marks: marks.checked, context: counts.context() })),
  };
  const made = new Map<string, Tool>();
  let seen = "";
  let updating: ReturnType<typeof setTimeout> | undefined;
  const updateTool = (): void => {
    clearTimeout(updating);
    updating = setTimeout(() => {
      if (session.open) made.get(seen)?.update();
    }, 60);
  };
  const see = (name: string): void => {
    seen = name;
    const make = makers[name];
    if (make && !made.has(name)) made.set(name, make());
    updateTool();
  };
  wireTabs(find(root, "#tok-tools", HTMLElement), (panel) => see(panel.replace("tok-tool-", "")));
  see("special");

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

  const takeText = async (files: readonly File[]): Promise<void> => {
    const file = files[0];
    if (!file) return;
    if (file.size > largestText) {
      toast(`${file.name} has ${bytes(file.size)}; a text may have ${bytes(largestText)}.`, "warn");
      return;
    }
    editor.set(await file.text());
    toast(`${file.name}: ${bytes(file.size)}.`);
  };
  const takeTextFiles = (files: readonly File[]): void =>
    void takeText(files).catch((error: unknown) => toast(messageOf(error), "bad"));
  wireFileInput(find(root, "#tok-text-file", HTMLInputElement), takeTextFiles);

  // Tokenizers.

  const newest = latest();
  const take = async (opening: Promise<OpenTokenizer>): Promise<"taken" | "late" | "failed"> => {
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
  const encodingField = find(root, "#tok-encoding-field", HTMLElement);
  const encoding = find(root, "#tok-encoding", HTMLSelectElement);
  let given: readonly Given[] = [];
  const takeFiles = (files: readonly File[]): void => {
    given = files;
    encoding.value = "";
    encodingField.hidden = !files.some(isTiktoken);
    void take(openFiles(engine, files));
  };
  encoding.addEventListener("change", () => void take(openFiles(engine, given, encoding.value)));
  wireDrop(find(root, "#tok-tokenizer", HTMLElement), takeFiles);
  const takeAny = (files: readonly File[]): void =>
    files.some(isOfTokenizer) ? takeFiles(files) : takeTextFiles(files);
  wireDrop(find(root, "#tok-input", HTMLElement), takeAny);
  wireDrop(root, takeAny);
  wireFileInput(find(root, "#tok-open", HTMLInputElement), takeFiles);
  find(root, "#tok-bundled", HTMLButtonElement).addEventListener("click", () => {
    encodingField.hidden = true;
    void take(place.openBundled());
  });

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
  const came = await take(place.openBundled());
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
