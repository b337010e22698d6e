import { Token } from "../engine/abi.gen.js";
import type { Given } from "../engine/client.js";
import { find } from "../ui/dom.js";
import { wireDrop, wireFileInput } from "../ui/drop.js";
import { count, counted } from "../ui/format.js";
import { messageOf, toast } from "../ui/notice.js";
import { openFiles } from "./files.js";
import { latest } from "./latest.js";
import { lookingView } from "./looking.js";
import type { Place, Tool } from "./place.js";
import { encode, type OpenTokenizer } from "./session.js";
import type { TokenizedText } from "./tokenized.js";
import type { TokenView } from "./view.js";

/** Two tokenizers side by side, with the places marked where only one of them cuts. */
export function compareTool(place: Place): Tool {
  const root = place.root;
  const panel = find(root, "#tok-compare", HTMLElement);
  const summary = find(root, "#tok-compare-summary", HTMLElement);
  const bundled = find(root, "#tok-compare-bundled", HTMLButtonElement);
  const newest = latest();
  const newestOpened = latest();
  let second: OpenTokenizer | undefined;

  const side = (name: string): { view: TokenView; title: HTMLElement; size: HTMLElement } => {
    const view = lookingView(find(root, `#tok-compare-${name}`, HTMLElement));
    return {
      view,
      title: find(root, `#tok-compare-name-${name}`, HTMLElement),
      size: find(root, `#tok-compare-count-${name}`, HTMLElement),
    };
  };
  const a = side("a");
  const b = side("b");

  const update = (): void => {
    const open = place.session.open;
    const first = place.session.encoded;
    bundled.hidden = !open || open.bundled || second?.bundled === true;
    if (!open || !first || !second) return;
    const other = second;
    newest(encode(other, first.text.text, place.session.options))
      .then((encoded) => {
        if (!encoded) return;
        const one = first.text;
        const two = encoded.text;
        panel.hidden = false;
        const marks = onlyIn(one, two);
        a.title.textContent = open.name;
        b.title.textContent = other.name;
        a.size.textContent = sizeOf(one);
        b.size.textContent = sizeOf(two);
        a.view.show(one, (index) => marks.one[index] === 1);
        b.view.show(two, (index) => marks.two[index] === 1);
        const fewer =
          one.length === two.length
            ? "the same number of tokens"
            : `${counted(Math.abs(one.length - two.length), "token")} fewer with ${one.length < two.length ? open.name : other.name}`;
        summary.textContent = `${counted(marks.shared, "cut")} shared, ${count(marks.onlyOne)} only of ${open.name}, ${count(marks.onlyTwo)} only of ${other.name}; ${fewer}.`;
      })
      .catch((error: unknown) => toast(messageOf(error), "bad"));
  };

  const take = async (opening: Promise<OpenTokenizer>): Promise<void> => {
    try {
      const open = await newestOpened(opening, ({ tokenizer }) => tokenizer.close());
      if (!open) return;
      const before = second;
      second = open;
      update();
      before?.tokenizer.close().catch(() => undefined); // it may have gone with a module that failed
    } catch (error) {
      toast(messageOf(error), "bad");
    }
  };
  const takeFiles = (files: readonly Given[]): void => void take(openFiles(place.engine, files));

  wireDrop(find(root, "#tok-compare-drop", HTMLElement), takeFiles);
  wireFileInput(find(root, "#tok-compare-open", HTMLInputElement), takeFiles);
  bundled.addEventListener("click", () => void take(place.openBundled()));
  return { update };
}

function sizeOf(text: TokenizedText): string {
  const ratio = text.length === 0 ? "–" : (text.data.length / text.length).toFixed(2);
  return `${counted(text.length, "token")}, ${ratio} bytes each`;
}

/** Marks, in each of two, the tokens that begin where none of the other does. */
export function onlyIn(
  one: TokenizedText,
  two: TokenizedText,
): { one: Uint8Array; two: Uint8Array; shared: number; onlyOne: number; onlyTwo: number } {
  const startsOf = (text: TokenizedText): Set<number> => {
    const starts = new Set<number>();
    for (let i = 0; i < text.length; i++) {
      if (!text.has(i, Token.Template)) starts.add(text.byteSpan(i).start);
    }
    return starts;
  };
  const starts = [startsOf(one), startsOf(two)] as const;
  const mark = (text: TokenizedText, other: Set<number>): { marks: Uint8Array; n: number } => {
    const marks = new Uint8Array(text.length);
    let n = 0;
    for (let i = 0; i < text.length; i++) {
      if (text.has(i, Token.Template) || other.has(text.byteSpan(i).start)) continue;
      marks[i] = 1;
      n++;
    }
    return { marks, n };
  };
  const inOne = mark(one, starts[1]);
  const inTwo = mark(two, starts[0]);
  let shared = 0;
  for (const start of starts[0]) {
    if (starts[1].has(start)) shared++;
  }
  return { one: inOne.marks, two: inTwo.marks, shared, onlyOne: inOne.n, onlyTwo: inTwo.n };
}
