import { findAll } from "./dom.js";

const key = "nibble-theme";

/** Makes the switch of the theme work, and remembers it on this machine. */
export function wireTheme(control: HTMLElement): void {
  const choices = findAll(control, "input", HTMLInputElement);
  const set = (theme: string): void => {
    if (theme === "") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  };
  const stored = read();
  for (const choice of choices) {
    choice.checked = choice.value === stored;
    choice.addEventListener("change", () => {
      set(choice.value);
      write(choice.value);
    });
  }
  set(stored);
}

// Storage may be forbidden; the theme is then not remembered.

function read(): string {
  try {
    const theme = localStorage.getItem(key);
    return theme === "light" || theme === "dark" ? theme : "";
  } catch {
    return "";
  }
}

function write(theme: string): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    return;
  }
}
