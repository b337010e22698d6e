import { Status } from "../../web/src/engine/abi.gen.js";
import { sourceOf } from "../../web/src/engine/content.js";
import { messageOf, NibbleError } from "../../web/src/engine/error.js";
import { directoryOf, pathOf } from "../../web/src/engine/filenames.js";
import type { Files } from "../../web/src/engine/files.js";
import { mount } from "../../web/src/engine/mount.js";
import type { NamedData } from "../../web/src/engine/protocol.js";
import { platform } from "./platform.js";

/**
 * An Input is a file: its path in Node, its address in browsers, its bytes, or a Blob where that can be read in slices,
 * which is in workers. Or it is a model of several files: the path of their directory in Node, or the files themselves.
 */
export type Input = string | URL | Uint8Array | ArrayBuffer | File | NamedData | readonly (File | NamedData)[];

/** An input that the module can open. */
export interface Opened {
  path: string;
  /** to unmount */
  directory: string;
}

/** Shows an input to the module. */
export async function openInput(files: Files, input: Input): Promise<Opened> {
  if (typeof input !== "string" && !(input instanceof URL)) {
    const named = namedFiles(input);
    if (named.length === 0) {
      throw new NibbleError(Status.Usage, "no files");
    }
    return mount(
      files,
      named.map(({ name, data }) => ({ name, source: sourceOf(data) })),
    );
  }
  const located = await platform()
    .locate(input)
    .catch((thrown: unknown) => {
      throw new NibbleError(Status.Input, messageOf(thrown));
    });
  const { directory, paths } = mount(files, located.files);
  const [first = directory] = paths;
  const path = located.index === undefined ? directoryOf(first) : paths[located.index];
  return { path: path ?? first, directory };
}

function namedFiles(input: Exclude<Input, string | URL>): NamedData[] {
  if (input instanceof ArrayBuffer) {
    return namedFiles(new Uint8Array(input));
  }
  if (input instanceof Uint8Array) {
    return [{ name: nameFor(input), data: input }];
  }
  const list: readonly (File | NamedData)[] = isList(input) ? input : [input];
  return list.map((file) => ("data" in file ? file : { name: pathOf(file), data: file }));
}

function isList(input: File | NamedData | readonly (File | NamedData)[]): input is readonly (File | NamedData)[] {
  return Array.isArray(input);
}

/** Bytes without a name get one that says what they look like: the module goes by names. */
function nameFor(bytes: Uint8Array): string {
  const brace = 0x7b;
  if (new TextDecoder("latin1").decode(bytes.subarray(0, 4)) === "GGUF") {
    return "model.gguf";
  }
  if (bytes[8] === brace && bytes.subarray(4, 8).every((byte) => byte === 0)) {
    return "model.safetensors";
  }
  if (bytes[0] === brace) {
    return "tokenizer.json";
  }
  throw new NibbleError(Status.Usage, "bytes of a kind that they do not show need a name: { name, data }");
}
