import { Op, Status, type QuantizeType, type ConvertOptions } from "./abi.gen.js";
import { beside } from "./beside.js";
import type { OpCode, ReplyOf, RequestOf } from "./calls.js";
import { Chat } from "./chat.js";
import { messageOf, NibbleError } from "./error.js";
import { baseName, isGGUF, pathOf } from "./filenames.js";
import { Link, type LinkOptions } from "./link.js";
import type { Mount } from "./mount.js";
import { planConversion, type Conversion } from "./plan.js";
import type { NamedData, Payload, Status as EngineStatus } from "./protocol.js";
import { dequantize, quantize, types, type Rows } from "./quantizecalls.js";
import { Tokenizer } from "./tokenizer.js";
import { vocabularyFirst } from "./vocabulary.js";
import { Weights } from "./weights.js";

/** A file from the page: one that was dropped, or bytes with a name. */
export type Given = File | NamedData;

export interface EngineOptions extends LinkOptions {
  /** address of the small module; without it the whole one does everything. One that ends in .gz is unpacked here. */
  text?: string | URL;
  /** address of the whole module, likewise; nibble.wasm beside this script if not given */
  whole?: string | URL;
  /** address of the worker's script; worker.js beside this one if not given */
  worker?: string | URL;
}

/**
 * An Engine runs nibble's WebAssembly module in a worker. Nothing that it does blocks the page.
 *
 * Errors are NibbleErrors, and DOMExceptions with the name AbortError of what a signal gave up. A module that stops
 * because of a fault is replaced: what was open in it stays usable, but for conversions, which onGone is told.
 */
export class Engine {
  private readonly link: Link;

  /** Starts the worker. It throws a NibbleError where the browser has none, or does not allow this one. */
  constructor(options: EngineOptions = {}) {
    const script = options.worker ?? beside(new URL("./worker.js", import.meta.url));
    this.link = new Link(startWorker(script), options);
    const whole = options.whole ?? beside(new URL("./nibble.wasm", import.meta.url));
    this.link.start(absolute(options.text), absolute(whole));
  }

  /** Makes any call of the module. Handles in it are the worker's. */
  call<O extends OpCode>(op: O, head: RequestOf<O>, blobs: Payload[] = [], signal?: AbortSignal): Promise<ReplyOf<O>> {
    return this.link.call(op, head, blobs, signal);
  }

  /** Loads the whole module, which what is not about byte-level BPE tokenizers needs, before it is needed. */
  async load(): Promise<void> {
    await this.link.ask({ kind: "load" }).answer;
  }

  status(): Promise<EngineStatus> {
    return this.link.ask<EngineStatus>({ kind: "status" }).answer;
  }

  /** Opens a tokenizer from its vocabulary and what else is there of the model's directory, in any order. */
  openTokenizer(
    files: readonly Given[],
    options: { encoding?: string; signal?: AbortSignal } = {},
  ): Promise<Tokenizer> {
    const { encoding, signal } = options;
    return this.withFiles(vocabularyFirst(files.map(named)), signal, async (names, blobs, mounted) => {
      const { head } = await this.link.call(Op.TextOpen, { files: names, encoding }, blobs, signal);
      return new Tokenizer(this.link, head, mounted);
    });
  }

  /** Opens the chat templates of a model: of its tokenizer_config.json, chat_template.jinja or GGUF file. */
  openChat(files: readonly Given[], signal?: AbortSignal): Promise<Chat> {
    return this.withFiles(files.map(named), signal, async (names, blobs, mounted) => {
      const { head } = await this.link.call(Op.ChatOpen, { files: names }, blobs, signal);
      return new Chat(this.link, head, mounted);
    });
  }

  /** Lets the module read files. None is read before it asks. */
  mount(files: readonly Given[], signal?: AbortSignal): Promise<Mount> {
    return this.link.ask<Mount>({ kind: "mount", files: files.map(named) }, signal).answer;
  }

  unmount(mount: Mount): Promise<void> {
    return this.link.unmount(mount.directory);
  }

  /** Opens a model: a .gguf with its splits, a .safetensors, or the files of a model's directory. */
  async openWeights(model: readonly Given[] | string, signal?: AbortSignal): Promise<Weights> {
    if (typeof model === "string") {
      return this.openPath(model, signal, undefined);
    }
    const { path, directory } = await this.mount(model, signal);
    return this.orUnmount(directory, () => this.openPath(path, signal, directory));
  }

  /** Plans the conversion of a model at a path of the module's file system. */
  planConversion(path: string, options: ConvertOptions, signal?: AbortSignal): Promise<Conversion> {
    return planConversion(this.link, path, options, signal);
  }

  /** Lists the types of weights. */
  types(): Promise<QuantizeType[]> {
    return types(this.link);
  }

  /** Encodes rows of weights in a type. */
  quantize(type: string, weights: Float32Array, options?: Rows, signal?: AbortSignal): Promise<Uint8Array> {
    return quantize(this.link, type, weights, options, signal);
  }

  /** Decodes rows of a type. */
  dequantize(
    type: string,
    blocks: Uint8Array,
    options: { columns: number },
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    return dequantize(this.link, type, blocks, options, signal);
  }

  /** Ends the worker and all that is on its way. */
  dispose(): void {
    this.link.close("the engine was disposed of");
  }

  private async openPath(path: string, signal: AbortSignal | undefined, mounted: string | undefined): Promise<Weights> {
    const { head } = await this.link.call(Op.WeightsOpen, { path }, [], signal);
    return new Weights(this.link, head, path, mounted);
  }

  /** Opens files. Small ones go to the module as they are. A GGUF file, which may be huge, it reads itself. */
  private async withFiles<T>(
    files: readonly NamedData[],
    signal: AbortSignal | undefined,
    open: (names: string[], blobs: Payload[], mounted: string | undefined) => Promise<T>,
  ): Promise<T> {
    const model = files.find(({ name }) => isGGUF(name));
    if (model === undefined) {
      const names = files.map(({ name }) => baseName(name));
      return open(
        names,
        files.map(({ data }) => data),
        undefined,
      );
    }
    const { path, directory } = await this.mount([model], signal);
    return this.orUnmount(directory, () => open([path], [], directory));
  }

  private async orUnmount<T>(directory: string, open: () => Promise<T>): Promise<T> {
    try {
      return await open();
    } catch (thrown) {
      await this.link.unmount(directory);
      throw thrown;
    }
  }
}

function startWorker(script: string | URL): Worker {
  try {
    return new Worker(script, { type: "module", name: "nibble" });
  } catch (thrown) {
    throw new NibbleError(Status.Unsupported, `the worker cannot be started: ${messageOf(thrown)}`);
  }
}

function named(file: Given): NamedData {
  return file instanceof File ? { name: pathOf(file), data: file } : file;
}

/** The worker would take a relative URL as one beside itself. */
function absolute<T extends string | URL | undefined>(url: T): T extends undefined ? string | undefined : string;
function absolute(url: string | URL | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url, document.baseURI).href;
}
