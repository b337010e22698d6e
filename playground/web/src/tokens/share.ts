import type { SpecialText } from "./session.js";

/** What a link shares. */
export interface Shared {
  text: string;
  addSpecial: boolean;
  specialText: SpecialText;
  marks: boolean;
  context: number | null;
  /** of the tokenizer with which it was made */
  fingerprint: string;
  name: string;
}

/** A fragment that is longer is cut off by some programs that links pass through. */
export const longestFragment = 16_000;

const version = 1;
const mostBytes = 1 << 20; // of what a link unpacks to

/** Packs what is shared into the letters that a fragment may have. */
export async function pack(shared: Shared): Promise<string> {
  const json = JSON.stringify({ v: version, ...shared });
  const packed = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());
  let letters = "";
  for (const byte of data) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Unpacks what a link shares. Links come from anywhere, so nothing in them is taken on trust. */
export async function unpack(fragment: string): Promise<Shared> {
  if (!/^[\w-]+$/.test(fragment) || fragment.length % 4 === 1) throw new Error("it is damaged");
  const letters = atob(fragment.replaceAll("-", "+").replaceAll("_", "/"));
  const data = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder();
  let json = "";
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > mostBytes) {
      await reader.cancel();
      throw new Error("it unpacks to more than a link may have");
    }
    json += decoder.decode(value, { stream: true });
  }
  return check(JSON.parse(json + decoder.decode()));
}

function check(value: unknown): Shared {
  if (typeof value !== "object" || value === null) throw new Error("it has no settings");
  const has = value as Record<string, unknown>;
  if (has["v"] !== version) throw new Error("it is of another version of this page");
  const specialText = (["usual", "parse", "plain"] as const).find((s) => s === has["specialText"]);
  const context = has["context"];
  if (typeof has["text"] !== "string" || specialText === undefined) throw new Error("it has no text");
  return {
    text: has["text"],
    addSpecial: has["addSpecial"] === true,
    specialText,
    marks: has["marks"] === true,
    context: typeof context === "number" && Number.isSafeInteger(context) && context > 0 ? context : null,
    fingerprint: typeof has["fingerprint"] === "string" ? has["fingerprint"] : "",
    name: typeof has["name"] === "string" ? has["name"].slice(0, 100) : "",
  };
}
