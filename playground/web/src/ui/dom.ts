/** What an element is made with: properties by name, and data attributes. */
export interface Attributes {
  class?: string;
  id?: string;
  role?: string;
  title?: string;
  type?: string;
  hidden?: boolean;
  tabIndex?: number;
  data?: Record<string, string>;
  aria?: Record<string, string>;
}

/** Makes an element. Children that are strings become text, whatever they spell. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (attributes.class !== undefined) made.className = attributes.class;
  if (attributes.id !== undefined) made.id = attributes.id;
  if (attributes.role !== undefined) made.setAttribute("role", attributes.role);
  if (attributes.title !== undefined) made.title = attributes.title;
  if (attributes.type !== undefined) made.setAttribute("type", attributes.type);
  if (attributes.hidden !== undefined) made.hidden = attributes.hidden;
  if (attributes.tabIndex !== undefined) made.tabIndex = attributes.tabIndex;
  for (const [name, value] of Object.entries(attributes.data ?? {})) made.dataset[name] = value;
  for (const [name, value] of Object.entries(attributes.aria ?? {})) made.setAttribute(`aria-${name}`, value);
  made.append(...children);
  return made;
}

/** Finds the element that the markup promises; not finding it is a mistake of the page. */
export function find<T extends Element>(root: ParentNode, selector: string, type: abstract new () => T): T {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
}

/** Finds every element that the selector names. */
export function findAll<T extends Element>(root: ParentNode, selector: string, type: abstract new () => T): T[] {
  return [...root.querySelectorAll(selector)].filter((e): e is T => e instanceof type);
}

const svgSpace = "http://www.w3.org/2000/svg";

/** Makes an element of SVG. */
export function makeSVG(
  tag: string,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElement {
  const made = document.createElementNS(svgSpace, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}
