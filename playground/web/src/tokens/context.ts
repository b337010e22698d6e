import { find } from "../ui/dom.js";
import { count } from "../ui/format.js";
import type { Session } from "./session.js";

/** Makes the counts and the gauge of the context window follow the session. */
export function wireCounts(
  root: HTMLElement,
  session: Session,
): { setContext: (length: number | null) => void; context: () => number | null } {
  const figure = (name: string): HTMLElement => find(root, `#tok-count-${name}`, HTMLElement);
  const field = find(root, "#tok-context", HTMLInputElement);
  const source = find(root, "#tok-context-source", HTMLElement);
  const left = find(root, "#tok-context-left", HTMLElement);
  const gauge = find(root, "#tok-gauge", HTMLElement);
  const fill = find(gauge, ".gauge-fill", HTMLElement);

  /** What the person typed, or else what the tokenizer's files say. */
  const own = (): number | null => {
    const n = field.valueAsNumber;
    return Number.isInteger(n) && n > 0 ? n : null;
  };
  const ofModel = (): number | null => session.open?.tokenizer.info.contextLength ?? null;

  const showGauge = (): void => {
    const tokens = session.encoded?.text.length ?? 0;
    const window = own() ?? ofModel();
    field.placeholder = String(ofModel() ?? "tokens");
    source.textContent = own() !== null ? "yours" : ofModel() !== null ? "of the model" : "not told by the files";
    const part = window === null ? 0 : Math.min(1, tokens / window);
    fill.style.setProperty("--part", String(part));
    gauge.setAttribute("aria-valuenow", String(Math.round(part * 100)));
    gauge.classList.toggle("full", window !== null && tokens > window);
    if (window === null) left.textContent = "";
    else if (tokens > window) left.textContent = `${count(tokens - window)} too many`;
    else left.textContent = `${count(window - tokens)} left for the answer`;
    gauge.setAttribute(
      "aria-valuetext",
      window === null ? "unknown" : `${count(tokens)} of ${count(window)} tokens, ${left.textContent}`,
    );
  };

  field.addEventListener("input", showGauge);
  session.on("tokenizer", showGauge);
  session.on("encoded", ({ text, encoding }) => {
    figure("tokens").textContent = count(text.length);
    figure("characters").textContent = count(encoding.characters);
    figure("bytes").textContent = count(encoding.bytes);
    figure("ratio").textContent = text.length === 0 ? "–" : (encoding.bytes / text.length).toFixed(2);
    showGauge();
  });
  return {
    setContext: (length) => {
      field.value = length === null ? "" : String(length);
      showGauge();
    },
    context: own,
  };
}
