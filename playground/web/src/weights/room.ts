import type { TensorEntry } from "../engine/abi.gen.js";
import type { Engine } from "../engine/client.js";
import type { AppState } from "../state.js";
import { find } from "../ui/dom.js";
import { wireFileInput, wireTransfer } from "../ui/drop.js";
import { announce, messageOf } from "../ui/notice.js";
import { wireTabs } from "../ui/tabs.js";
import { ConvertView } from "./convertview.js";
import { MemoryView } from "./memoryview.js";
import { Model } from "./model.js";
import { visible, visibleText } from "./names.js";
import { showOverview } from "./overview.js";
import { sampleFiles } from "./sample.js";
import { filesOfDrop, filesOfInput, type GivenFile, objection, titleOf } from "./source.js";
import { TensorView } from "./tensorview.js";
import { tensorTree } from "./tree.js";
import { TreeView } from "./treeview.js";

const busy = "A conversion is on its way. Another model can be opened when it is done or cancelled.";

/** Brings the Weights room to life and opens the bundled model in it. */
export async function mountWeights(root: HTMLElement, engine: Engine, state: AppState): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve)); // the page is painted before the room is wired
  const room = new Room(root, engine, state);
  await room.start();
}

class Room {
  readonly #memory: MemoryView;
  readonly #tree: TreeView;
  readonly #tensor: TensorView;
  readonly #convert: ConvertView;
  #model: Model | null = null;
  #opening = new AbortController();
  #asking = new AbortController();

  constructor(
    readonly root: HTMLElement,
    readonly engine: Engine,
    readonly state: AppState,
  ) {
    this.#memory = new MemoryView(root, () => void this.#askMemory());
    this.#tensor = new TensorView(find(root, "#weights-tensor", HTMLElement));
    this.#tree = new TreeView(root, (tensor) => this.#choose(tensor));
    this.#convert = new ConvertView(root);
    wireTabs(find(root, "#weights-tabs", HTMLElement), (panel) => this.#enter(panel));
    this.#wireSources();
  }

  /** Loads what every model needs, and the sample. */
  async start(): Promise<void> {
    this.state.status("loading the module …");
    const sample = this.#fetchSample();
    sample.catch(() => undefined); // it is waited for below
    const types = await this.engine.types();
    this.#tensor.setTypes(types);
    this.#convert.setTypes(types);
    await this.#open(sample);
  }

  #fetchSample(): Promise<GivenFile[]> {
    return sampleFiles(this.state.config.sample);
  }

  #wireSources(): void {
    for (const id of ["#weights-files", "#weights-folder"]) {
      wireFileInput(
        find(this.root, id, HTMLInputElement),
        (files) => void this.#open(Promise.resolve(filesOfInput(files))),
      );
    }
    wireTransfer(find(this.root, "#weights", HTMLElement), (transfer) => void this.#open(filesOfDrop(transfer)));
    find(this.root, "#weights-sample", HTMLButtonElement).addEventListener(
      "click",
      () => void this.#open(this.#fetchSample()),
    );
    find(this.root, "#weights-error-close", HTMLButtonElement).addEventListener("click", () => this.#fail(""));
  }

  /** Opens a model in the place of the one that is open, which stays if that does not work. */
  async #open(given: Promise<GivenFile[]>): Promise<void> {
    if (this.#convert.running) {
      this.#fail(busy);
      return;
    }
    this.#opening.abort();
    const { signal } = (this.#opening = new AbortController());
    this.#fail("");
    this.state.status("opening the model …");
    try {
      const files = await given;
      const wrong = objection(files);
      if (wrong !== "") throw new Error(wrong);
      const weights = await this.engine.openWeights(
        files.map(({ name, file }) => ({ name, data: file })),
        signal,
      );
      const names = files.map(({ name }) => name);
      const model = new Model(this.engine, titleOf(files), names, weights);
      try {
        if (this.#convert.running) throw new Error(busy); // it was started meanwhile
        if (!signal.aborted) this.#show(model);
      } finally {
        if (this.#model !== model) model.close().catch(() => undefined);
      }
      if (!signal.aborted) this.state.status("ready");
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(messageOf(error));
      this.state.status("ready");
    }
  }

  #show(model: Model): void {
    const { info } = model.weights;
    const tree = tensorTree(info.tensors); // before anything changes: should it fail, the other model stays
    const before = this.#model;
    this.#model = model;
    showOverview(this.root, model.title, info);
    this.#memory.begin(info.report.contextLength ?? 0, info.cacheTypes);
    void this.#askMemory();
    this.#tree.show(tree);
    this.#tensor.show(model.weights, null);
    this.#convert.show(model);
    this.#enter(this.#panel);
    // What was asked of the model before is answered before it is closed.
    before?.close().catch(() => undefined);
    announce(`${visible(model.title)} is open.`);
  }

  get #panel(): string {
    return this.root.querySelector('#weights-tabs [aria-selected="true"]')?.getAttribute("aria-controls") ?? "";
  }

  /** A view comes in sight: what takes work is done now. */
  #enter(panel: string): void {
    const model = this.#model;
    if (model === null) return;
    if (panel === "weights-convert") this.#convert.enter();
    if (panel === "weights-tensors" && !this.#tensor.chosen) {
      const { tensors } = model.weights.info;
      const first = tensors.find((tensor) => tensor.decodes && tensor.shape.length > 1) ?? tensors[0];
      if (first === undefined) return;
      this.#tree.mark(first.name);
      this.#choose(first);
    }
  }

  #choose(tensor: TensorEntry): void {
    if (this.#model !== null) this.#tensor.show(this.#model.weights, tensor);
  }

  async #askMemory(): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    try {
      const memory = await model.weights.memory(this.#memory.question, signal);
      if (!signal.aborted) this.#memory.show(memory);
    } catch (error) {
      if (!signal.aborted) this.#memory.fail(messageOf(error));
    }
  }

  /** Says what is in the way; "" takes the words away. */
  #fail(message: string): void {
    find(this.root, "#weights-error-text", HTMLElement).textContent = visibleText(message);
    find(this.root, "#weights-error", HTMLElement).hidden = message === "";
  }
}
