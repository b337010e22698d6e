import { mountTokens } from "./tokens/room.js";
import { type Config, readConfig } from "./config.js";
import { Engine } from "./engine/client.js";
import type { AppState } from "./state.js";
import { find } from "./ui/dom.js";
import { catchStrayDrops } from "./ui/drop.js";
import { formatFragment, parseFragment, type RoomName, rooms } from "./ui/fragment.js";
import { dismissErrors, messageOf, toast } from "./ui/notice.js";
import { wireTabs } from "./ui/tabs.js";
import { wireTheme } from "./ui/theme.js";

type Mount = (root: HTMLElement, engine: Engine, state: AppState) => Promise<void>;

/** The rooms' code. That of the Weights room is a file of its own, which a first visit does without. */
const mounts: Record<RoomName, () => Promise<Mount>> = {
  tokens: () => Promise.resolve(mountTokens),
  weights: async () => (await import("./weights/room.js")).mountWeights,
};

function startEngine(config: Config): Engine {
  return new Engine({
    ...config.modules,
    onGone: () =>
      toast(
        "The module stopped because of a fault, and was started again. What was open is opened again when it is used.",
        "warn",
      ),
  });
}

function start(): void {
  const config = readConfig();
  const foot = find(document, "#engine-state", HTMLElement);
  wireTheme(find(document, "[data-theme-switch]", HTMLElement));
  catchStrayDrops();
  let engine: Engine;
  try {
    engine = startEngine(config);
  } catch (error) {
    foot.textContent = "not started";
    toast(`The page needs web workers, which do not start here: ${messageOf(error)}`, "bad");
    return;
  }
  const opened = parseFragment(location.hash);
  const mounted = new Set<RoomName>();

  const enter = async (room: RoomName): Promise<void> => {
    dismissErrors();
    if (mounted.has(room)) return;
    mounted.add(room);
    let mount: Mount;
    try {
      mount = await mounts[room]();
    } catch (error) {
      mounted.delete(room); // nothing is wired yet: whoever enters once more tries once more
      foot.textContent = "not started";
      toast(`This room cannot be loaded, so enter it once more, or reload the page: ${messageOf(error)}`, "bad");
      return;
    }
    try {
      await mount(find(document, `#room-${room}`, HTMLElement), engine, {
        config,
        shared: opened.room === room ? opened.shared : null,
        link: (shared) => new URL(formatFragment({ room, shared }), location.href).href,
        status: (text) => void (foot.textContent = text),
      });
    } catch (error) {
      foot.textContent = "not started";
      toast(`This room cannot be opened: ${messageOf(error)}. Reload the page to try again.`, "bad");
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
