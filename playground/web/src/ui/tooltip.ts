import { find } from "./dom.js";

/** Shows content in the page's tooltip above an element, or below it where there is no room. */
export function showTooltip(anchor: DOMRect, content: Node | string): void {
  const tip = find(document, "#tooltip", HTMLElement);
  tip.replaceChildren(content);
  tip.hidden = false;
  const margin = 6;
  const box = tip.getBoundingClientRect();
  const left = Math.min(Math.max(margin, anchor.left), window.innerWidth - box.width - margin);
  const above = anchor.top - box.height - margin;
  tip.style.left = `${String(Math.round(Math.max(margin, left)))}px`;
  tip.style.top = `${String(Math.round(above >= margin ? above : anchor.bottom + margin))}px`;
}

/** Hides the page's tooltip. */
export function hideTooltip(): void {
  find(document, "#tooltip", HTMLElement).hidden = true;
}
