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

/** A name like another one, for a file beside that one. */
export function otherName(name: string): string {
  return name.replace(/(\.[^.]*)?$/, (extension) => `-converted${extension}`);
}

/** What a download reads in a second at least: nothing tells a page that one is over. */
const slowest = 4 << 20;

/** A Download is a link to a file that the browser keeps until released, and until it was saved. */
export interface Download {
  link: HTMLAnchorElement;
  release(): void;
}

/** Offers a file for download. It is discarded when it is released and the last download can be over. */
export function offer(file: Blob, name: string, discard: () => Promise<void>): Download {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  let over = 0;
  link.addEventListener("click", () => (over = performance.now() + (1000 * file.size) / slowest));
  const forget = (): void => {
    URL.revokeObjectURL(url);
    discard().catch(() => undefined); // it goes with other old ones later
  };
  return { link, release: () => void setTimeout(forget, Math.max(0, over - performance.now())) };
}
