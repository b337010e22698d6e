import { nextTurn } from "../engine/turn.js";
import { find } from "../ui/dom.js";
import { hideTooltip, showTooltip } from "../ui/tooltip.js";
import type { Editor } from "./editor.js";
import { inspect, tokenTip } from "./inspector.js";
import type { Session } from "./session.js";
import type { TokenizedText } from "./tokenized.js";
import { TokenView } from "./view.js";

const nothing = { first: 0, last: 0 };

/** Views are those of the tokens: as text and as ids, with what is known of the token that is chosen. */
export interface Views {
  /** shows an encoding in one view after the other, unless the next one is there already */
  show(text: TokenizedText): Promise<void>;
  /** chooses the tokens of what is selected in the text area */
  followSelection(): void;
  /** chooses none, for another tokenizer's are others */
  forget(): void;
  setMarked(marked: boolean): void;
}

/** Wires the views of the tokens and the text area: each shows what is chosen in another. */
export function wireViews(root: HTMLElement, session: Session, editor: () => Editor): Views {
  const inspector = find(root, "#tok-inspector", HTMLElement);
  let current = -1;

  const chosen = (index: number, go: boolean): void => {
    const text = session.encoded?.text;
    if (!text) return;
    current = index;
    views.forEach((view) => view.mark(current, nothing, true));
    inspect(inspector, text, index);
    const { start, end } = text.span(index);
    if (start < end) editor().select(start, end, go);
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

  const followSelection = (): void => {
    const text = session.encoded?.text;
    if (!text || text.text !== editor().text) return; // of the text before; the next encoding is on its way
    const { start, end } = editor().selection;
    const picked = text.touching(start, end);
    current = picked.last - picked.first === 1 ? picked.first : -1;
    views.forEach((view) => view.mark(current, current < 0 ? picked : nothing, true));
    if (picked.last > picked.first) inspect(inspector, text, picked.first);
  };
  /** After another encoding the chosen token may be another one, or none. */
  const keepChosen = (text: TokenizedText): void => {
    if (current >= text.length) current = -1;
    views.forEach((view) => view.mark(current, nothing, false));
    if (current >= 0) inspect(inspector, text, current);
  };
  const show = async (text: TokenizedText): Promise<void> => {
    for (const view of views) {
      if (session.encoded?.text !== text) return;
      view.show(text);
      await nextTurn();
    }
    if (editor().active) followSelection();
    else keepChosen(text);
    if (current < 0)
      inspector.textContent =
        text.length === 0
          ? "No text, no tokens."
          : "Point at a token, or walk with the arrow keys; Enter goes to its place in the text.";
  };
  return {
    show,
    followSelection,
    forget: () => void (current = -1),
    setMarked: (marked) => views.forEach((view) => view.setMarked(marked)),
  };
}
