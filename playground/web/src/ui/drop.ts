/**
 * Lets files be dropped on an element. While they hover, the element has the
 * class "dropping". Drags of anything else stay the browser's.
 */
export function wireDrop(zone: HTMLElement, dropped: (files: File[]) => void): void {
  let depth = 0; // dragenter and dragleave come for the elements inside too
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const mark = (): void => void zone.classList.toggle("dropping", depth > 0);

  zone.dataset["drop"] ??= "";
  zone.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    depth++;
    mark();
  });
  zone.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  zone.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth = Math.max(0, depth - 1);
    mark();
  });
  zone.addEventListener("drop", (event) => {
    depth = 0;
    mark();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    dropped(files);
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
