import { find } from "../ui/dom.js";
import { wireTabs } from "../ui/tabs.js";
import { batchTool } from "./batch.js";
import { chatTool } from "./chat.js";
import { compareTool } from "./compare.js";
import { vocabularyTool } from "./find.js";
import { mergesTool } from "./merges.js";
import { pipelineTool } from "./pipeline.js";
import type { Place, Tool } from "./place.js";
import type { Shared } from "./share.js";
import { shareTool } from "./sharing.js";
import { specialTool } from "./special.js";

const rest = 60; // milliseconds after a change in which another one may come

/**
 * Wires the tools under the tokens, each made when it is seen first. Returns what
 * brings up to date the one that is seen, soon.
 */
export function wireTools(place: Place, settings: () => Pick<Shared, "marks" | "context">): () => void {
  const makers: Record<string, () => Tool> = {
    special: () => specialTool(place),
    pipeline: () => pipelineTool(place),
    merges: () => mergesTool(place),
    batch: () => batchTool(place),
    compare: () => compareTool(place),
    vocabulary: () => vocabularyTool(place),
    chat: () => chatTool(place),
    share: () => shareTool(place, settings),
  };
  const made = new Map<string, Tool>();
  let seen = "";
  let updating: ReturnType<typeof setTimeout> | undefined;
  const update = (): void => {
    clearTimeout(updating);
    updating = setTimeout(() => {
      if (place.session.open) made.get(seen)?.update();
    }, rest);
  };
  const see = (name: string): void => {
    seen = name;
    const make = makers[name];
    if (make && !made.has(name)) made.set(name, make());
    update();
  };
  wireTabs(find(place.root, "#tok-tools", HTMLElement), (panel) => see(panel.replace("tok-tool-", "")));
  see("special");
  return update;
}
