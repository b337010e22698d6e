import type { Engine, Given } from "../engine/client.js";
import type { Sample } from "../config.js";
import { pathOf } from "../engine/filenames.js";
import { vocabularyFirst } from "../engine/vocabulary.js";
import { fetchFile } from "../pagefile.js";
import type { OpenTokenizer } from "./session.js";
import { Vocabulary } from "./vocabulary.js";

/** Whether a file is of a kind that does not say which encoding it is. */
export function isTiktoken(file: Given): boolean {
  return /\.tiktoken$/i.test(file.name);
}

/** Whether a file that is dropped somewhere on the room is a tokenizer's, and not a text. */
export function isOfTokenizer(file: Given): boolean {
  return /(^|\/)tokenizer[^/]*\.json$|\.(gguf|model|spm|tiktoken)$/i.test(file.name);
}

/** What people know a tokenizer by that was read from files: their directory, or the first of them. */
export function nameOf(files: readonly Given[]): string {
  const first = files[0];
  if (!first) return "";
  const path = first instanceof File ? pathOf(first) : first.name;
  const parts = path.split("/");
  return parts.length > 1 ? (parts.at(-2) ?? path) : path;
}

/** Opens the tokenizer that is in files that a person gave. */
export async function openFiles(engine: Engine, files: readonly Given[], encoding = ""): Promise<OpenTokenizer> {
  const tokenizer = await engine.openTokenizer(files, encoding === "" ? {} : { encoding });
  const names = vocabularyFirst(files.map((file) => ({ name: file.name }))).map(({ name }) => name);
  return {
    tokenizer,
    vocabulary: new Vocabulary(tokenizer),
    name: nameOf(files),
    files: names,
    given: files,
    encoding,
    bundled: false,
  };
}

/** Opens the tokenizer that came with the page. */
export async function openBundled(engine: Engine, sample: Sample): Promise<OpenTokenizer> {
  // generation_config.json says which tokens end an answer.
  const beside = sample.others.filter((path) => path.endsWith(".json"));
  const files = await Promise.all([sample.tokenizer, sample.tokenizerConfig, ...beside].map(fetchFile));
  return { ...(await openFiles(engine, files)), name: sample.name, bundled: true };
}
