import type { TextStep } from "../engine/abi.gen.js";
import { find, make } from "../ui/dom.js";
import { count, counted } from "../ui/format.js";
import { messageOf } from "../ui/notice.js";
import { chip } from "./chips.js";
import { inOneLine } from "./glyphs.js";
import { latest } from "./latest.js";
import { wholeUnits } from "./pipeline.js";
import type { Place, Tool } from "./place.js";
import type { OpenTokenizer } from "./session.js";

/** A Step has the tokens after a merge as the rest of the page spells them. */
interface Step extends TextStep {
  spellings: string[];
}

const around = 120; // UTF-16 units of the text on each side of the caret within which a piece is looked for

/** How the model merges a piece of text, step by step. */
export function mergesTool(place: Place): Tool {
  const root = place.root;
  const word = find(root, "#tok-merge-word", HTMLInputElement);
  const panel = find(root, "#tok-merges", HTMLElement);
  const none = find(root, "#tok-merge-none", HTMLElement);
  const slider = find(root, "#tok-merge-step", HTMLInputElement);
  const state = find(root, "#tok-merge-state", HTMLOutputElement);
  const tokens = find(root, "#tok-merge-tokens", HTMLElement);
  const body = find(root, "#tok-merge-table tbody", HTMLElement);
  const previous = find(root, "#tok-merge-prev", HTMLButtonElement);
  const next = find(root, "#tok-merge-next", HTMLButtonElement);
  const newest = latest();
  let steps: Step[] = [];
  let at = 0;
  let shownFor: { open: OpenTokenizer; text: string; caret: number } | undefined;

  const show = (step: number): void => {
    at = Math.min(Math.max(0, step), steps.length - 1);
    const now = steps[at];
    if (!now) return;
    const after = steps[at + 1];
    slider.value = String(at);
    state.textContent =
      at === 0
        ? `${counted(now.ids.length, "token")} to begin with`
        : `merge ${count(at)} of ${count(steps.length - 1)}, rank ${count(now.rank)}`;
    slider.setAttribute("aria-valuetext", state.textContent);
    // not disabled, which would take the keyboard away from them
    previous.setAttribute("aria-disabled", String(at === 0));
    next.setAttribute("aria-disabled", String(at === steps.length - 1));
    tokens.replaceChildren(
      ...now.spellings.map((spelling, i) => {
        const made = at > 0 && i === now.at;
        const soon = after !== undefined && (i === after.at || i === after.at + 1);
        return chip(spelling, now.ids[i], made ? "made" : soon ? "next" : "");
      }),
    );
    [...body.children].forEach((row, i) => {
      if (i === at) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    scrollWithin(body.children[at]);
  };

  const row = (step: Step, i: number): HTMLElement => {
    const line = make("span", { class: "merge-line" });
    step.spellings.forEach((spelling, k) =>
      line.append(...(k > 0 ? [make("span", { class: "cut-mark" }, "|")] : []), spelling),
    );
    const made = i === 0 ? "" : (step.spellings[step.at] ?? "");
    const cells = [String(i), i === 0 ? "" : count(step.rank), made, i === 0 ? "" : String(step.ids[step.at] ?? "")];
    const tr = make(
      "tr",
      {},
      ...cells.map((text, k) => make("td", { class: k === 2 ? "spelling" : "number" }, text)),
      make("td", {}, line),
    );
    tr.addEventListener("click", () => show(i));
    return tr;
  };

  const fail = (text: string): void => {
    panel.hidden = true;
    none.textContent = text;
  };

  const take = async (open: OpenTokenizer, piece: string): Promise<void> => {
    const found = await newest(stepsOf(open, piece));
    if (!found) return;
    steps = found;
    slider.max = String(steps.length - 1);
    body.replaceChildren(...steps.map(row));
    panel.hidden = steps.length === 0;
    show(0);
  };

  /** Shows the first piece of what was typed. */
  const typed = async (): Promise<void> => {
    const open = place.session.open;
    if (!open || word.value === "") {
      fail("");
      return;
    }
    const pieces = (await open.tokenizer.pipeline(word.value, { plainSpecial: true })).segments.flatMap(
      (segment) => segment.pieces,
    );
    const first = pieces[0];
    if (!first) {
      fail("The pre-tokenizer leaves nothing of this.");
      return;
    }
    none.textContent =
      pieces.length > 1
        ? `The pre-tokenizer cuts this into ${String(pieces.length)} pieces: ${pieces.map((p) => inOneLine(p.text)).join(" | ")}. The first is shown.`
        : "";
    await take(open, first.text);
  };

  /** Shows the piece that the caret is in. */
  const atCaret = async (open: OpenTokenizer, caret: number): Promise<void> => {
    const { text } = place.session;
    const start = Math.max(text.lastIndexOf("\n", caret - 1) + 1, caret - around);
    const context = wholeUnits(text.slice(start, caret + around), 2 * around).replace(/^[\udc00-\udfff]/u, "");
    const offset = new TextEncoder().encode(text.slice(start, caret)).length;
    const pieces = (await open.tokenizer.pipeline(context, { plainSpecial: true })).segments.flatMap(
      (segment) => segment.pieces,
    );
    const piece = pieces.find((p) => p.end > offset) ?? pieces.at(-1);
    if (!piece) {
      fail("There is no word to take apart. Type one.");
      return;
    }
    const data = new TextEncoder().encode(context);
    word.value = new TextDecoder().decode(data.subarray(piece.start, piece.end));
    none.textContent = "";
    await take(open, piece.text);
  };

  const guarded = (work: Promise<void>): void => void work.catch((error: unknown) => fail(messageOf(error)));

  word.addEventListener("input", () => guarded(typed()));
  previous.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  slider.addEventListener("input", () => show(slider.valueAsNumber));
  panel.addEventListener("keydown", (event) => {
    if (event.target === slider) return; // it has the same keys of its own
    const step = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: steps.length - 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(step);
  });

  return {
    update() {
      const open = place.session.open;
      if (!open) return;
      if (!open.tokenizer.info.hasMerges) {
        word.disabled = true;
        fail(
          `The model of this tokenizer (${open.tokenizer.info.model} of ${open.tokenizer.info.source}) has no merges to show.`,
        );
        return;
      }
      word.disabled = false;
      const { text } = place.session;
      const caret = place.selection().start;
      if (
        document.activeElement === word ||
        (shownFor?.open === open && shownFor.text === text && shownFor.caret === caret)
      )
        return;
      shownFor = { open, text, caret };
      guarded(atCaret(open, caret));
    },
  };
}

async function stepsOf({ tokenizer, vocabulary }: OpenTokenizer, piece: string): Promise<Step[]> {
  const steps = await tokenizer.steps(piece);
  await vocabulary.fetch(steps.flatMap((step) => step.ids));
  return steps.map((step) => ({ ...step, spellings: step.ids.map((id) => vocabulary.spelling(id)) }));
}

/** Scrolls a row into the view of its table, and nothing else. */
function scrollWithin(row: Element | undefined): void {
  const box = row?.closest(".scroll");
  if (!row || !box) return;
  const inner = row.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
  else if (inner.top < outer.top + 32) box.scrollTop -= outer.top + 32 - inner.top;
}
