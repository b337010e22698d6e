import { findAll } from "./dom.js";

/**
 * Makes the buttons in a tab list work: a click, the arrow keys, Home and End
 * choose, and of all tabs only the chosen one is in the order of the Tab key.
 * chosen is called with the panel's id whenever a person chooses.
 */
export function wireTabs(list: HTMLElement, chosen: (panel: string) => void): (panel: string) => void {
  const tabs = findAll(list, '[role="tab"]', HTMLElement);
  const panelOf = (tab: HTMLElement): string => tab.getAttribute("aria-controls") ?? "";

  const show = (panel: string): void => {
    for (const tab of tabs) {
      const on = panelOf(tab) === panel;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const shown = document.getElementById(panelOf(tab));
      if (shown) shown.hidden = !on;
    }
  };
  const choose = (tab: HTMLElement | undefined): void => {
    if (!tab) return;
    show(panelOf(tab));
    tab.focus();
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    chosen(panelOf(tab));
  };

  list.addEventListener("click", (event) => {
    if (event.target instanceof Element) choose(tabs.find((tab) => tab.contains(event.target as Element)));
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    choose(tabs[(next + tabs.length) % tabs.length]);
  });
  return show;
}
