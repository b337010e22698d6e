import { filesOfDrop, type GivenFile } from "./source.js";

/** Lets files and folders be dropped on an element, which has the class "dropping" while they hover. */
export function wireFolderDrop(zone: HTMLElement, dropped: (files: Promise<GivenFile[]>) => void): void {
  let depth = 0; // dragenter and dragleave come for the elements inside too
  const follow = (event: DragEvent, change: number): void => {
    if (event.dataTransfer?.types.includes("Files") !== true) return;
    event.preventDefault();
    depth = Math.max(0, depth + change);
    zone.classList.toggle("dropping", depth > 0);
  };
  zone.addEventListener("dragenter", (event) => follow(event, 1));
  zone.addEventListener("dragover", (event) => follow(event, 0));
  zone.addEventListener("dragleave", (event) => follow(event, -1));
  zone.addEventListener("drop", (event) => {
    follow(event, -depth);
    if (event.dataTransfer?.types.includes("Files") === true) dropped(filesOfDrop(event.dataTransfer));
  });
}
