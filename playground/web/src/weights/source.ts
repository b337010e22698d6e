import { pathOf } from "../engine/filenames.js";

/** A GivenFile is a file with its path inside of the folder that was given, or its name alone. */
export interface GivenFile {
  name: string;
  file: File;
}

/** The files of an input for files or for a folder, as they were chosen. */
export function filesOfInput(chosen: readonly File[]): GivenFile[] {
  return chosen.map((file) => ({ name: pathOf(file), file }));
}

/** The files of a drop, those of folders included. What was dropped must be asked for before the event is over. */
export async function filesOfDrop(data: DataTransfer): Promise<GivenFile[]> {
  const entries: FileSystemEntry[] = [];
  const found: GivenFile[] = [];
  for (const item of data.items) {
    const entry = item.webkitGetAsEntry();
    const file = entry === null ? item.getAsFile() : null; // what is no file of a file system, such as a picture of a page
    if (entry !== null) entries.push(entry);
    if (file !== null) found.push({ name: file.name, file });
  }
  return [...found, ...(await filesOfEntries(entries, ""))];
}

/** Folders that are deeper are no models. */
const deepest = 4;

async function filesOfEntries(entries: readonly FileSystemEntry[], prefix: string): Promise<GivenFile[]> {
  const found: GivenFile[] = [];
  for (const entry of entries) {
    const name = prefix + entry.name;
    if (entry.isFile) {
      found.push({ name, file: await fileOf(entry as FileSystemFileEntry) });
    } else if (name.split("/").length <= deepest) {
      found.push(...(await filesOfEntries(await entriesOf(entry as FileSystemDirectoryEntry), `${name}/`)));
    }
  }
  return found;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** A reader hands out entries in batches, the last of which is empty. */
async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

/** What makes files a model. */
const weightsFile = /\.(gguf|safetensors)$/i;

/** Why the files that were given are no model, or nothing. */
export function objection(files: readonly GivenFile[]): string {
  if (files.length === 0) return "Nothing was given: the folder is empty.";
  if (files.some(({ name }) => weightsFile.test(name))) return "";
  const names = files.slice(0, 3).map(({ name }) => name);
  return `There is no model in ${names.join(", ")}${files.length > 3 ? ", …" : ""}: one has a file that ends in .gguf or .safetensors.`;
}

/** What to call the model: the folder, or the first of its files. */
export function titleOf(files: readonly GivenFile[]): string {
  const [first = ""] = files.flatMap(({ name }) => (weightsFile.test(name) ? name : [])).sort();
  const folder = first.includes("/") ? first.slice(0, first.lastIndexOf("/")) : "";
  const gguf = /\.gguf$/i.test(first);
  return gguf || folder === "" ? first.slice(first.lastIndexOf("/") + 1) : folder;
}
