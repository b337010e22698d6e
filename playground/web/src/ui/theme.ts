import { findAll } from "./dom.js";

const key = "nibble-theme";

/** Makes the switch of the theme work, and remembers it on this machine. */
export function wireTheme(control: HTMLElement): void {
  const stored = storedTheme();
  for (const choice of findAll(control, "input", HTMLInputElement)) {
    choice.checked = choice.value === stored;
    choice.addEventListener("change", () => {
      setTheme(choice.value);
      write(choice.value);
    });
  }
}

/** Makes the page light or dark; "" leaves it to the system. */
export function setTheme(theme: string): void {
  if (theme === "") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

// Storage may be forbidden; the theme is then not remembered.

/** The theme that was chosen here before, or "". */
export function storedTheme(): string {
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
