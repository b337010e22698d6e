import type { TextEncodeReply } from "../engine/abi.gen.js";
import { Token } from "../engine/abi.gen.js";
import { count, counted } from "../ui/format.js";
import { inOneLine } from "./glyphs.js";
import type { SpecialText } from "./session.js";
import type { TokenizedText } from "./tokenized.js";

const named = 4;

/**
 * Warns at the foot of the text where it spells special tokens, and says what
 * became of them: whoever writes such a text into a prompt can speak as the
 * system.
 */
export function spelledWarning(
  foot: HTMLElement,
  reply: TextEncodeReply,
  setting: SpecialText,
  text: TokenizedText,
): void {
  foot.classList.toggle("warn", reply.spelled > 0);
  if (reply.spelled === 0) {
    foot.textContent =
      text.length === 0
        ? "Nothing that is typed here leaves this machine."
        : `${counted(reply.characters, "character")}, no special token spelled.`;
    return;
  }
  const spelled = reply.spelledFirst;
  const tokens = spelled.filter(({ start }) => {
    const index = text.at(start);
    return index >= 0 && text.has(index, Token.Added | Token.Special) && text.span(index).start <= start;
  });
  const names = [...new Set(spelled.map((s) => inOneLine(s.text)))];
  const list = names.slice(0, named).join(", ") + (names.length > named ? " …" : "");
  const one = reply.spelled === 1;
  const usual = setting === "usual" ? ", as is usual for this format" : "";
  const became =
    tokens.length === spelled.length
      ? `${one ? "It becomes that token" : "They become those tokens"}${usual}. If users write the text, choose “stay text”.`
      : tokens.length === 0
        ? `${one ? "It stays" : "They stay"} plain text${usual}.`
        : `${count(tokens.length)} of the first ${count(spelled.length)} become those tokens${usual}.`;
  foot.textContent = `⚠ Spells ${counted(reply.spelled, "special token")}: ${list}. ${became}`;
}
