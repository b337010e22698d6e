/** A text area lays out all that it has at each change, so it gets no more than this, in UTF-16 units. */
export const mostInArea = 48_000;

const part = 24_000; // of a text that is too long
const reach = 2_000; // within which the edge of a part looks for a line's end

/** A Part is the stretch of a text that is in the text area. */
export interface Part {
  start: number;
  end: number;
}

/** The part of a text around a place: all of it, if that is not too long. Parts begin and end with lines where they can. */
export function partAround(text: string, place: number): Part {
  if (text.length <= mostInArea) return { start: 0, end: text.length };
  const start = Math.min(Math.max(0, place - part / 2), text.length - part);
  return {
    start: start === 0 ? 0 : edge(text, start),
    end: start + part >= text.length ? text.length : edge(text, start + part),
  };
}

/** A place near another one that is behind a line's end, or at least not within a character. */
function edge(text: string, place: number): number {
  const line = text.lastIndexOf("\n", place);
  if (line >= place - reach) return line + 1;
  const unit = text.charCodeAt(place);
  return unit >= 0xdc00 && unit < 0xe000 ? place - 1 : place;
}
