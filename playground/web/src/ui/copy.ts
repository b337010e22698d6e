import { messageOf, toast } from "./notice.js";

/** Puts a text on the clipboard and says so. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied.`);
  } catch (error) {
    toast(`${what} cannot be copied: ${messageOf(error)}`, "bad");
  }
}
