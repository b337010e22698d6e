/** The names of the rooms, as they are in the fragment of the page's address. */
export const rooms = ["tokens", "weights"] as const;
export type RoomName = (typeof rooms)[number];

/** A Fragment is what the address says behind its "#": a room, and what a link shares with it. */
export interface Fragment {
  room: RoomName;
  shared: string | null;
}

/** Reads a fragment. One that makes no sense is the Tokens room. */
export function parseFragment(hash: string): Fragment {
  const [name = "", ...rest] = hash.replace(/^#/, "").split("&");
  const room = rooms.find((r) => r === name) ?? "tokens";
  const shared = rest.find((part) => part.startsWith("s="))?.slice(2);
  return { room, shared: shared ?? null };
}

/** Writes a fragment, with its "#". */
export function formatFragment(fragment: Fragment): string {
  return `#${fragment.room}${fragment.shared === null ? "" : `&s=${fragment.shared}`}`;
}
