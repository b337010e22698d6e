import type { Target } from "../engine/protocol.js";

type Picker = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;

/** Asks where the file goes, where the browser can; elsewhere it is downloaded. Null: the person thought better of it. */
export async function chooseTarget(suggestedName: string): Promise<Target | null> {
  const picker = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  if (picker === undefined) return "download";
  try {
    return await picker.call(window, { suggestedName });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    return "download"; // the page may not ask, as in a frame
  }
}

/** A Download is a link to a file that the browser keeps until released. */
export interface Download {
  link: HTMLAnchorElement;
  release(): void;
}

/** Offers a file for download. */
export function offer(file: Blob, name: string): Download {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  return { link, release: () => URL.revokeObjectURL(url) };
}
