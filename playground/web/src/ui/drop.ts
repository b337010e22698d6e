/**
 * Hands over what is dropped on an element and has files in it. While such a drag
 * hovers, the element has the class "dropping". Drags of anything else stay the
 * browser's.
 */
export function wireTransfer(zone: HTMLElement, dropped: (transfer: DataTransfer) => void): void {
  let depth = 0; // dragenter and dragleave come for the elements inside too
  const follow = (event: DragEvent, change: number): DataTransfer | null => {
    if (event.dataTransfer?.types.includes("Files") !== true) return null;
    event.preventDefault();
    event.stopPropagation();
    depth = Math.max(0, depth + change);
    zone.classList.toggle("dropping", depth > 0);
    return event.dataTransfer;
  };
  zone.addEventListener("dragenter", (event) => void follow(event, 1));
  zone.addEventListener("dragover", (event) => void follow(event, 0));
  zone.addEventListener("dragleave", (event) => void follow(event, -1));
  zone.addEventListener("drop", (event) => {
    const transfer = follow(event, -depth);
    if (transfer) dropped(transfer);
  });
}

/** Lets files be dropped on an element. */
export function wireDrop(zone: HTMLElement, dropped: (files: File[]) => void): void {
  zone.dataset["drop"] ??= "";
  wireTransfer(zone, (transfer) => {
    const files = [...transfer.files];
    if (files.length > 0) dropped(files);
  });
}

/** Hands over what a file input was given, and empties it, so that the same file can be chosen again. */
export function wireFileInput(input: HTMLInputElement, chosen: (files: File[]) => void): void {
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) chosen(files);
  });
}

/** Keeps the browser from leaving the page for a file that misses its zone. */
export function catchStrayDrops(): void {
  for (const type of ["dragover", "drop"] as const) {
    window.addEventListener(type, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  }
}
