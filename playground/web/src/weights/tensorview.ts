import type { QuantizeType, TensorEntry, WeightsHistogramReply } from "../engine/abi.gen.js";
import type { Weights } from "../engine/weights.js";
import { find } from "../ui/dom.js";
import { bytes, count, counted } from "../ui/format.js";
import { messageOf } from "../ui/notice.js";
import { BlockView } from "./blockview.js";
import { bits, shape, significant } from "./format.js";
import { HistogramView, histogramIn } from "./histogram.js";
import { MeasuresView } from "./measures.js";
import { typeName, visible } from "./names.js";

/** The type that the errors and the block are of at first, if the tensor's rows allow it. */
const first = "Q4_K";

/** Those that take its place. */
const fallbacks = [first, "Q8_0"];

/**
 * A TensorView shows one tensor: its weights, what each type costs it, and one of its blocks. What is still on its way
 * for a tensor is given up when another one is chosen.
 */
export class TensorView {
  readonly #weightsPlot: HistogramView;
  readonly #errorsPlot: HistogramView;
  readonly #measures: MeasuresView;
  readonly #block: BlockView;
  readonly #blockType: HTMLSelectElement;
  readonly #blockNumber: HTMLInputElement;
  readonly #sample: HTMLSelectElement;
  readonly #state: HTMLElement;
  #types: QuantizeType[] = [];
  #weights: Weights | null = null;
  #tensor: TensorEntry | null = null;
  #wanted = first;
  #type = "";
  #blocks = 0;
  #going = new AbortController();
  #goingMeasures = new AbortController();
  #goingBlock = new AbortController();

  constructor(readonly root: HTMLElement) {
    this.#weightsPlot = histogramIn(root, "#weights-histogram", "Histogram of the weights");
    this.#errorsPlot = histogramIn(root, "#weights-errors", "Histogram of the errors");
    this.#measures = new MeasuresView(root, (type) => this.#setType(type));
    this.#block = new BlockView(find(root, "#weights-block", HTMLElement));
    this.#blockType = find(root, "#weights-block-type", HTMLSelectElement);
    this.#blockNumber = find(root, "#weights-block-number", HTMLInputElement);
    this.#sample = find(root, "#weights-sample-size", HTMLSelectElement);
    this.#state = find(root, "#weights-measures-state", HTMLElement);
    const log = find(root, "#weights-log", HTMLInputElement);
    log.addEventListener("change", () => {
      this.#weightsPlot.setLogarithmic(log.checked);
      this.#errorsPlot.setLogarithmic(log.checked);
    });
    this.#sample.addEventListener("change", () => void this.#measure());
    this.#blockType.addEventListener("change", () => this.#setType(this.#blockType.value));
    this.#blockNumber.addEventListener("change", () => this.#go(0));
    find(root, "#weights-block-prev", HTMLButtonElement).addEventListener("click", () => this.#go(-1));
    find(root, "#weights-block-next", HTMLButtonElement).addEventListener("click", () => this.#go(1));
  }

  /** Reports whether a tensor is shown. */
  get chosen(): boolean {
    return this.#tensor !== null;
  }

  setTypes(types: readonly QuantizeType[]): void {
    this.#types = types.filter((type) => type.encodes);
    this.#measures.setTypes(this.#types);
  }

  /** Shows a tensor, or none. */
  show(weights: Weights, tensor: TensorEntry | null): void {
    this.#going.abort();
    this.#goingMeasures.abort();
    this.#goingBlock.abort();
    this.#going = new AbortController();
    this.#weights = weights;
    this.#tensor = tensor;
    this.#set("#weights-tensor-name", tensor === null ? "No tensor is chosen" : visible(tensor.name));
    this.#set("#weights-tensor-facts", tensor === null ? "Choose one in the tree." : factsOf(tensor));
    this.#set("#weights-histogram-facts", "");
    this.#set("#weights-errors-facts", "");
    this.#weightsPlot.show(null);
    this.#errorsPlot.show(null);
    this.#measures.clear();
    this.root.classList.toggle("none", tensor === null);
    if (tensor === null) return;
    this.#blockNumber.value = "0";
    this.#offerTypes(tensor);
    if (!tensor.decodes) {
      const why = `Weights of ${typeName(tensor.type)} cannot be shown.`;
      this.#state.textContent = why;
      this.#block.fail(why);
      return;
    }
    void this.#histogram(weights, tensor);
    void this.#showBlock();
    void this.#measure();
  }

  /** The types that the rows of a tensor fill, that of the tensor first. */
  #offerTypes(tensor: TensorEntry): void {
    const columns = tensor.shape.at(-1) ?? 1;
    const fitting = this.#types.filter((type) => hindrance(type, columns) === "");
    const names = fitting.map((type) => type.name);
    const chosen = [this.#wanted, ...fallbacks].flatMap((wanted) => names.find((name) => same(name, wanted)) ?? []);
    this.#type = this.#wanted === "" ? "" : (chosen[0] ?? names[0] ?? "");
    this.#blockType.replaceChildren(
      new Option(`${typeName(tensor.type)}, as it is`, ""),
      ...names.map((name) => new Option(typeName(name), name)),
    );
    this.#blockType.value = this.#type;
    this.#measures.mark(this.#type);
  }

  async #histogram(weights: Weights, tensor: TensorEntry): Promise<void> {
    const { signal } = this.#going;
    try {
      const reply = await weights.histogram(tensor.name, undefined, signal);
      if (signal.aborted) return;
      const { bins, low, high } = reply;
      this.#weightsPlot.show(bins.length > 0 ? { counts: bins, low: low ?? 0, high: high ?? 0 } : null);
      this.#set("#weights-histogram-facts", histogramFacts(reply));
    } catch (error) {
      if (!signal.aborted) this.#set("#weights-histogram-facts", messageOf(error));
    }
  }

  /** Measures one type after the other: first the one that is looked at, and those whose search is slow last. */
  async #measure(): Promise<void> {
    const tensor = this.#tensor;
    const weights = this.#weights;
    if (tensor === null || weights === null || !tensor.decodes) return;
    this.#goingMeasures.abort();
    const { signal } = (this.#goingMeasures = new AbortController());
    this.#measures.clear();
    const columns = tensor.shape.at(-1) ?? 1;
    const values = Math.min(Number(this.#sample.value), tensor.values);
    const order = [...this.#types].sort((a, b) => this.#turn(a) - this.#turn(b));
    let done = 0;
    let sampled = 0;
    for (const type of order) {
      const doing = `Measuring ${typeName(type.name)}: ${String(done)} of ${String(order.length)} types`;
      this.#state.textContent = `${doing} …`;
      done++;
      const why = hindrance(type, columns);
      if (why !== "") {
        this.#measures.fail(type.name, why);
        continue;
      }
      try {
        const measured = await weights.measure(tensor.name, type.name, values, signal, (part) => {
          const text = `${doing}, ${tens(part.values / values)} of this one …`;
          if (!signal.aborted && this.#state.textContent !== text) this.#state.textContent = text;
        });
        if (signal.aborted) return;
        this.#measures.set(measured);
        sampled = measured.values;
        if (same(type.name, this.#type)) this.#showErrors();
      } catch (error) {
        if (signal.aborted) return;
        this.#measures.fail(type.name, messageOf(error));
      }
    }
    const of = sampled < tensor.values ? `${count(sampled)} of ${count(tensor.values)}` : `all ${count(tensor.values)}`;
    this.#state.textContent = `Measured on ${of} ${tensor.values === 1 ? "weight" : "weights"}, without importance. Choose a type to see its errors and blocks.`;
  }

  /** When a type has its turn. */
  #turn(type: QuantizeType): number {
    if (same(type.name, this.#type)) return -1;
    return this.#types.indexOf(type) + (/^IQ[123]/i.test(type.name) ? this.#types.length : 0);
  }

  #setType(type: string): void {
    this.#wanted = this.#type = type;
    this.#blockType.value = type;
    this.#measures.mark(type);
    this.#blockNumber.value = "0";
    this.#showErrors();
    void this.#showBlock();
  }

  #showErrors(): void {
    const measured = this.#measures.get(this.#type);
    const high = measured?.errorsHigh ?? 0;
    this.#errorsPlot.show(measured !== null && high > 0 ? { counts: measured.errors, low: -high, high } : null);
    this.#set("#weights-errors-facts", this.#errorFacts(measured !== null));
  }

  #errorFacts(isMeasured: boolean): string {
    if (this.#type === "") return "choose a type";
    const measured = this.#measures.get(this.#type);
    if (!isMeasured || measured === null) return `of ${typeName(this.#type)} …`;
    const { rmse, maxError } = measured;
    return `of ${typeName(measured.type)}: ${rmse === 0 ? "none, every weight is kept" : `RMSE ${significant(rmse)}, largest ${significant(maxError)}`}`;
  }

  /** Goes to another block. */
  #go(by: number): void {
    const wanted = (this.#blockNumber.valueAsNumber || 0) + by;
    this.#blockNumber.value = String(Math.min(Math.max(0, this.#blocks - 1), Math.max(0, Math.trunc(wanted))));
    void this.#showBlock();
  }

  async #showBlock(): Promise<void> {
    const tensor = this.#tensor;
    const weights = this.#weights;
    if (tensor === null || weights === null || !tensor.decodes) return;
    this.#goingBlock.abort();
    const { signal } = (this.#goingBlock = new AbortController());
    try {
      const block = await weights.block(tensor.name, this.#type, this.#blockNumber.valueAsNumber || 0, signal);
      if (signal.aborted) return;
      this.#blocks = block.blocks;
      this.#blockNumber.max = String(block.blocks - 1);
      this.#set("#weights-block-of", `of ${count(block.blocks)}`);
      const { anatomy } = block;
      if (anatomy) this.#block.show({ ...block, anatomy });
      else this.#block.fail(`Blocks of ${typeName(block.type)} are not taken apart.`);
    } catch (error) {
      if (!signal.aborted) this.#block.fail(messageOf(error));
    }
  }

  #set(id: string, text: string): void {
    find(this.root, id, HTMLElement).textContent = text;
  }
}

/** Why a type cannot be had of rows of so many weights, or nothing. */
function hindrance(type: QuantizeType, columns: number): string {
  if (columns % type.blockValues !== 0)
    return `rows of ${count(columns)} do not fill its blocks of ${count(type.blockValues)}`;
  return type.needsImportance ? "needs an importance matrix" : "";
}

/** A part as percent, in steps of ten: whoever listens to the page hears every step. */
function tens(part: number): string {
  return `${String(10 * Math.floor(10 * part))} %`;
}

function same(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

function factsOf(tensor: TensorEntry): string {
  const perWeight = tensor.values === 0 ? "" : ` · ${bits((8 * tensor.bytes) / tensor.values)} bits per weight`;
  return `${shape(tensor.shape)} · ${typeName(tensor.type)} · ${counted(tensor.values, "weight")} · ${bytes(tensor.bytes)}${perWeight} · at ${count(tensor.offset)}`;
}

function histogramFacts(reply: WeightsHistogramReply): string {
  return [
    reply.values < reply.of ? `${count(reply.values)} of ${count(reply.of)}` : `all ${count(reply.values)}`,
    ...(reply.mean === null ? [] : [`mean\u00a0${significant(reply.mean)}`]),
    ...(reply.variance === null ? [] : [`σ\u00a0${significant(Math.sqrt(reply.variance))}`]),
    ...(reply.zeros > 0 ? [counted(reply.zeros, "zero")] : []),
    ...(reply.invalid > 0 ? [`${count(reply.invalid)} NaN or infinite`] : []),
  ].join(" · ");
}
