import type { TextAdded } from "../engine/abi.gen.js";
import { find, make } from "../ui/dom.js";
import { counted } from "../ui/format.js";
import { inOneLine } from "./glyphs.js";
import type { Place, Tool } from "./place.js";
import type { OpenTokenizer } from "./session.js";

const shown = 400;

/** The list of special tokens. */
export function specialTool(place: Place): Tool {
  const body = find(place.root, "#tok-special-table tbody", HTMLElement);
  const hint = find(place.root, "#tok-special-hint", HTMLElement);
  let listed: OpenTokenizer | null = null;

  const row = (token: TextAdded): HTMLElement => {
    const insert = make(
      "button",
      { class: "button quiet", type: "button", aria: { label: `Insert ${inOneLine(token.text)} into the text` } },
      "Insert",
    );
    insert.addEventListener("click", () => place.insert(token.text));
    const roles = token.roles.map((role) => {
      const guessed = token.guessed.includes(role);
      return make(
        "span",
        {
          class: `badge ${role === "eos" ? "accent" : ""}`,
          ...(guessed ? { title: "No file says so; the token's text suggests it." } : {}),
        },
        guessed ? `${role}, guessed` : role,
      );
    });
    return make(
      "tr",
      {},
      make("td", { class: "number" }, String(token.id)),
      make("td", { class: "spelling" }, inOneLine(token.text)),
      make("td", {}, make("span", { class: "row tight" }, ...roles)),
      make("td", { class: "soft" }, token.special ? "special" : "added"),
      make("td", { class: "number" }, insert),
    );
  };

  return {
    update() {
      const { open } = place.session;
      if (open === listed) return; // another text has the same special tokens: whoever is at one stays there
      listed = open;
      const added = open?.tokenizer.info.added ?? [];
      body.replaceChildren(...added.slice(0, shown).map(row));
      const rest = added.length - shown;
      hint.textContent =
        added.length === 0
          ? "This tokenizer has no special tokens."
          : `${counted(added.length, "token")} found in a text before the model sees it: where a sequence ends, who speaks.` +
            (rest > 0 ? ` The first ${String(shown)} are listed; the vocabulary search finds the others.` : "");
    },
  };
}
