// Names in model files hold any text. They are shown so that all of it can be seen, and so that it acts on nothing
// around it.

const longest = 200;

// What has no picture of its own: other controls, format characters such as those that turn the direction of writing,
// halves of surrogate pairs, private use, and separators that are no plain space.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const anyUnseen = new RegExp(unseen.source, "gu");

/** A name with pictures for its control characters and numbers for others that would not be seen. */
export function visible(name: string): string {
  return name.length > longest ? `${visibleText(name.slice(0, longest))}…` : visibleText(name);
}

/** The same of a text that may be long, such as a message. */
export function visibleText(text: string): string {
  return unseen.test(text) ? text.replace(anyUnseen, picture) : text;
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) {
    return String.fromCharCode(0x2400 + code); // the block of control pictures is in the order of ASCII
  }
  if (code === 0x7f) {
    return "\u2421";
  }
  return `\\u{${code.toString(16).padStart(4, "0")}}`;
}

/** The name of a type, which GGUF files have in lower case. */
export function typeName(type: string): string {
  return visible(type.toUpperCase());
}
