import { mountTokens } from "./tokens/room.js";
import { readConfig } from "./config.js";
import { Engine } from "./engine/client.js";
import type { AppState } from "./state.js";
import { find } from "./ui/dom.js";
import { catchStrayDrops } from "./ui/drop.js";
import { formatFragment, parseFragment, type RoomName, rooms } from "./ui/fragment.js";
import { messageOf, toast } from "./ui/notice.js";
import { wireTabs } from "./ui/tabs.js";
import { wireTheme } from "./ui/theme.js";

type Mount = (root: HTMLElement, engine: Engine, state: AppState) => Promise<void>;

/** The rooms' code. That of the Weights room is a file of its own, which a first visit does without. */
const mounts: Record<RoomName, () => Promise<Mount>> = {
  tokens: () => Promise.resolve(mountTokens),
  weights: async () => (await import("./weights/room.js")).mountWeights,
};

function start(): void {
  const config = readConfig();
  const engine = new Engine({
    ...config.modules,
    onGone: () =>
      toast(
        "The module stopped because of a fault, and was started again. What was open is opened again when it is used.",
        "warn",
      ),
  });
  const opened = parseFragment(location.hash);
  const mounted = new Set<RoomName>();
  const foot = find(document, "#engine-state", HTMLElement);

  wireTheme(find(document, "[data-theme-switch]", HTMLElement));
  catchStrayDrops();

  const enter = async (room: RoomName): Promise<void> => {
    if (mounted.has(room)) return;
    mounted.add(room);
    try {
      const mount = await mounts[room]();
      await mount(find(document, `#room-${room}`, HTMLElement), engine, {
        config,
        shared: opened.room === room ? opened.shared : null,
        link: (shared) => new URL(formatFragment({ room, shared }), location.href).href,
        status: (text) => void (foot.textContent = text),
      });
    } catch (error) {
      foot.textContent = "not started";
      toast(`This room cannot be opened: ${messageOf(error)}`, "bad");
    }
  };

  const show = wireTabs(find(document, "[data-tabs]", HTMLElement), (panel) => {
    const room = rooms.find((r) => panel === `room-${r}`);
    if (!room) return;
    history.replaceState(null, "", formatFragment({ room, shared: null }));
    window.scrollTo({ top: 0 });
    void enter(room);
  });
  const follow = (room: RoomName): void => {
    show(`room-${room}`);
    void enter(room);
  };
  window.addEventListener("hashchange", () => {
    const next = parseFragment(location.hash);
    if (next.shared !== null)
      location.reload(); // a link was pasted: it is opened as if the page were new
    else follow(next.room);
  });
  follow(opened.room);
}

start();
