// Names in model files hold any text. They are shown so that all of it can be seen, and so that it acts on nothing
// around it.

const longest = 200;

// What has no picture of its own: other controls, format characters such as those that turn the direction of writing,
// halves of surrogate pairs, private use, and separators that are no plain space.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const anyUnseen = new RegExp(unseen.source, "gu");

/** visible returns a name with pictures for its control characters and numbers for others that would not be seen. */
export function visible(name: string): string {
  const cut = name.length > longest;
  const shown = cut ? name.slice(0, longest) : name;
  const text = unseen.test(shown) ? shown.replace(anyUnseen, picture) : shown;
  return cut ? `${text}…` : text;
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
