import { hideTooltip, showTooltip } from "../ui/tooltip.js";
import { tokenTip } from "./inspector.js";
import { TokenView } from "./view.js";

/** A view of tokens that are only looked at: choosing one marks it here and nowhere else. */
export function lookingView(element: HTMLElement): TokenView {
  const view: TokenView = new TokenView(element, "text", {
    chosen: (index) => view.mark(index, { first: 0, last: 0 }, false),
    hovered: (index, anchor) => {
      view.setHot(index);
      if (view.text && index >= 0 && anchor) showTooltip(anchor, tokenTip(view.text, index));
      else hideTooltip();
    },
  });
  return view;
}
