import { directoryOf, isGGUF } from "./filenames.js";
import type { Files } from "./files.js";
import type { Source } from "./source.js";

/** A file to put into the guest's file system. Its name may have slashes, for a file of a directory. */
export interface NamedSource {
  name: string;
  source: Source;
}

/** A Mount is files that the guest can open. */
export interface Mount {
  /** for unmount */
  directory: string;
  /** what a call opens: the file, the first of a split set, or the directory of a model */
  path: string;
  /** of each file, in the order that they were given in */
  paths: string[];
}

let mounts = 0;

/** Puts files into a directory of their own, so that equal names do not meet. */
export function mount(files: Files, given: readonly NamedSource[]): Mount {
  const directory = `/in/${++mounts}`;
  const root = given.length > 1 && !given.every((file) => file.name.includes("/")) ? `${directory}/model` : directory;
  const paths = given.map((file) => `${root}/${cleanName(file.name)}`);
  try {
    given.forEach((file, i) => files.mount(paths[i] ?? "", file.source));
  } catch (thrown) {
    files.unmount(directory);
    throw thrown;
  }
  return { directory, path: pathToOpen(paths), paths };
}

/** Returns a message with the names of files as those know them who gave them. */
export function withoutMounts(message: string): string {
  return message.replace(/\/in\/\d+\//g, "");
}

/** Takes away a name's power: no way up, no empty part, nothing that is not a character. */
function cleanName(name: string): string {
  const parts = name
    .split("/")
    .map((part) => part.replaceAll("\0", "").replace(/[\ud800-\udfff]/gu, "\ufffd"))
    .filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.join("/") || "file";
}

function pathToOpen(paths: readonly string[]): string {
  const [first = ""] = paths;
  if (paths.length <= 1) {
    return first;
  }
  const models = paths.filter((path) => isGGUF(path)).sort();
  if (models.length > 0) {
    return models[0] ?? first;
  }
  // The directory that has all of them.
  const shortest = paths.map(directoryOf).sort((a, b) => a.length - b.length);
  return shortest[0] ?? first;
}
