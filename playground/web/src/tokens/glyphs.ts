/** What a character is shown as where whitespace and control characters are to be seen. */
const glyphs: Record<number, string> = {
  0x09: "→",
  0x0a: "↵",
  0x20: "·",
};

/** Whether a character is seen nowhere, is another one than the space that it looks like, or changes the order of others. */
function isUnseen(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0xa0) ||
    code === 0xad || // soft hyphen
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x2000 && code <= 0x200f) || // spaces of set widths, joiners, marks of direction
    (code >= 0x2028 && code <= 0x202f) || // separators, embeddings and overrides
    (code >= 0x205f && code <= 0x206f) ||
    code === 0x3000 ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    (code >= 0xe0000 && code <= 0xe007f) // tags
  );
}

/**
 * The glyph that stands for a whitespace or control character, its number if it
 * has no glyph of its own, or undefined for a character that is seen as it is.
 */
export function glyphOf(code: number): string | undefined {
  return glyphs[code] ?? (isUnseen(code) ? code.toString(16).toUpperCase().padStart(2, "0") : undefined);
}

/** Whether a character changes the order or the place of those around it, so that it is never drawn as itself. */
export function isDisruptive(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0x200e ||
    code === 0x200f ||
    code === 0x61c ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

const combining = /\p{M}/u;

/** How many columns a character takes; an estimate, for fonts have their own mind. */
export function columnsOf(code: number, marked: boolean): number {
  if (code >= 0x20 && code < 0x7f) return 1;
  if (code === 0x09) return 2;
  const glyph = marked ? glyphOf(code) : undefined;
  if (glyph !== undefined) return glyph.length;
  if (isDisruptive(code)) return 1;
  if (code < 0x300) return 1;
  if (code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f) || combining.test(String.fromCodePoint(code))) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2600 && code <= 0x27bf) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f000 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** A text in one line: whitespace and control characters as their glyphs. */
export function inOneLine(text: string): string {
  let line = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const glyph = code === 0x20 ? "␣" : glyphOf(code);
    line += glyph === undefined ? char : glyph.length > 1 ? `‹${glyph}›` : glyph;
  }
  return line;
}
