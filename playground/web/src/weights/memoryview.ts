import type { InspectMemory } from "../engine/abi.gen.js";
import { find, make } from "../ui/dom.js";
import { bytes, count } from "../ui/format.js";
import { typeName } from "./names.js";
import { drawBar, drawLegend } from "./parts.js";

/** What somebody asks for: tokens of context, and the type of the cache. */
export interface MemoryQuestion {
  context: number;
  cache: string;
}

/** A MemoryView asks for a context and a type of cache, and shows what running the model takes. */
export class MemoryView {
  readonly #context: HTMLInputElement;
  readonly #slider: HTMLInputElement;
  readonly #cache: HTMLSelectElement;

  constructor(
    readonly root: ParentNode,
    asked: (question: MemoryQuestion) => void,
  ) {
    this.#context = find(root, "#weights-context", HTMLInputElement);
    this.#slider = find(root, "#weights-context-log", HTMLInputElement);
    this.#cache = find(root, "#weights-cache", HTMLSelectElement);
    const ask = (): void => {
      const valid = this.#context.checkValidity() && this.#context.value !== "";
      this.#context.setAttribute("aria-invalid", String(!valid));
      if (valid) asked(this.question);
      else this.fail(`A context has from 1 to ${count(Number(this.#context.max))} tokens.`);
    };
    this.#context.addEventListener("input", () => {
      this.#slider.value = String(Math.log2(Math.max(1, this.#context.valueAsNumber || 1)));
      ask();
    });
    this.#slider.addEventListener("input", () => {
      this.#context.value = String(Math.round(2 ** this.#slider.valueAsNumber));
      ask();
    });
    this.#cache.addEventListener("change", ask);
  }

  get question(): MemoryQuestion {
    return { context: this.#context.valueAsNumber || 0, cache: this.#cache.value };
  }

  /** Sets what is asked for first: the model's own context and the usual cache. */
  begin(context: number, cacheTypes: readonly string[]): void {
    this.#context.value = context > 0 ? String(context) : "4096";
    this.#slider.value = String(Math.log2(context > 0 ? context : 4096));
    const usual = cacheTypes.find((type) => type.toUpperCase() === "F16") ?? "";
    this.#cache.replaceChildren(
      ...cacheTypes.map((type) => new Option(typeName(type), type, type === usual, type === usual)),
    );
  }

  show(memory: InspectMemory): void {
    const shares = [
      { label: "weights", value: memory.weightBytes, text: bytes(memory.weightBytes) },
      { label: "cache of keys and values", value: memory.kvCacheBytes, text: bytes(memory.kvCacheBytes) },
    ];
    const set = (id: string, text: string): void => {
      find(this.root, id, HTMLElement).textContent = text;
    };
    set("#weights-memory-total", bytes(memory.totalBytes));
    set("#weights-memory-context", `with ${count(memory.contextLength)} tokens; a program's own buffers come on top`);
    set("#weights-memory-formula", `= ${memory.formula.replaceAll(" x ", " × ")}`);
    set(
      "#weights-memory-rule",
      `Rule of thumb: ${bytes(memory.ruleOfThumbBytes)} = ${memory.ruleOfThumbFormula.replaceAll(" x ", " × ")}`,
    );
    set("#weights-total-memory", bytes(memory.totalBytes));
    set("#weights-total-memory-note", `${count(memory.contextLength)} tokens, ${typeName(memory.keyType)} cache`);
    drawBar(find(this.root, "#weights-memory-bar", HTMLElement), shares);
    drawLegend(find(this.root, "#weights-memory-legend", HTMLElement), shares);
    find(this.root, "#weights-memory-notes", HTMLElement).replaceChildren(
      ...(memory.notes ?? []).map((note) => make("li", {}, note)),
    );
  }

  /** Says why there is no answer. */
  fail(message: string): void {
    find(this.root, "#weights-memory-total", HTMLElement).textContent = "—";
    find(this.root, "#weights-memory-context", HTMLElement).textContent = message;
  }
}
