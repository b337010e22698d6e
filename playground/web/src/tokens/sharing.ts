import { find, findAll } from "../ui/dom.js";
import { copyText } from "../ui/copy.js";
import { count } from "../ui/format.js";
import { messageOf, toast } from "../ui/notice.js";
import { type Language, write } from "./code.js";
import type { Place, Tool } from "./place.js";
import { longestFragment, pack, type Shared } from "./share.js";

const shownCode = 20_000; // UTF-16 units that are shown; all of them are copied
const mostText = 200_000; // UTF-16 units of a text that is written into code

/** The link to what is seen, and the encoding as code. */
export function shareTool(place: Place, settings: () => Pick<Shared, "marks" | "context">): Tool {
  const root = place.root;
  const code = find(root, "#tok-code", HTMLElement);
  const hint = find(root, "#tok-code-hint", HTMLElement);
  const languages = findAll(root, "#tok-code-language input", HTMLInputElement);
  const copy = find(root, "#tok-code-copy", HTMLButtonElement);
  const session = place.session;

  const written = (): string | null => {
    const { open, encoded } = session;
    if (!open || !encoded || encoded.text.text.length > mostText) return null;
    const language = languages.find((input) => input.checked)?.value as Language;
    return write(language, { open, encoded, addSpecial: session.addSpecial, specialText: session.specialText });
  };
  const update = (): void => {
    const text = written();
    copy.disabled = text === null;
    code.textContent = text === null ? "" : text.slice(0, shownCode);
    if (text === null) hint.textContent = `A text of more than ${count(mostText)} characters is not written into code.`;
    else hint.textContent = text.length > shownCode ? "Only the beginning is shown; all of it is copied." : "";
  };

  const link = async (): Promise<void> => {
    const { open } = session;
    if (!open) return;
    const packed = await pack({
      text: session.text,
      addSpecial: session.addSpecial,
      specialText: session.specialText,
      ...settings(),
      fingerprint: open.tokenizer.info.fingerprint,
      name: open.name,
    });
    if (packed.length > longestFragment) {
      toast(
        `The text is too long for a link: it takes ${count(packed.length)} letters, and ${count(longestFragment)} is what links can have.`,
        "warn",
      );
      return;
    }
    await copyText(place.state.link(packed), "Link");
  };

  languages.forEach((input) => input.addEventListener("change", update));
  copy.addEventListener("click", () => void copyText(written() ?? "", "Code"));
  find(root, "#tok-link", HTMLButtonElement).addEventListener("click", () => {
    link().catch((error: unknown) => toast(messageOf(error), "bad"));
  });
  return { update };
}
