import { find, make } from "./dom.js";

export { messageOf } from "../engine/error.js";

/** How much a notice matters, as a class of it. */
export type Weight = "" | "warn" | "bad";

/** Makes a notice, which a person can close where closed is given. */
export function notice(text: string, weight: Weight = "", closed?: () => void): HTMLElement {
  const made = make("div", { class: `notice ${weight}` }, make("span", { class: "grow" }, text));
  if (weight === "bad") made.setAttribute("role", "alert");
  if (closed) {
    const close = make("button", { class: "button quiet", type: "button" }, "Close");
    close.addEventListener("click", () => {
      made.remove();
      closed();
    });
    made.append(close);
  }
  return made;
}

const lasting = 6000; // milliseconds; an error stays until it is closed, or dismissErrors says that it is past

/** Shows a message in the corner of the page. */
export function toast(text: string, weight: Weight = ""): void {
  const corner = find(document, "#notices", HTMLElement);
  const made = notice(text, weight, () => undefined);
  if (weight === "bad") dismissErrors();
  corner.append(made);
  while (corner.children.length > 4) corner.firstElementChild?.remove();
  if (weight !== "bad") setTimeout(() => made.remove(), lasting);
}

/** Takes the error away that is shown in the corner of the page: something else is done now. */
export function dismissErrors(): void {
  for (const past of find(document, "#notices", HTMLElement).querySelectorAll(".bad")) past.remove();
}

let announcing: ReturnType<typeof setTimeout> | undefined;

/** Has screen readers say a text when the person pauses; only the last one is said. */
export function announce(text: string): void {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    find(document, "#announcer", HTMLElement).textContent = text;
  }, 700);
}
