import type { TensorEntry } from "../engine/abi.gen.js";
import { find, make } from "../ui/dom.js";
import { bytes, counted } from "../ui/format.js";
import { VirtualList } from "../ui/virtual.js";
import { bits, shape } from "./format.js";
import { typeName, visible } from "./names.js";
import { filterWords, mixed, type Node, shownNodes } from "./tree.js";

/**
 * A TreeView shows the tensors of a model as a tree (ARIA's pattern): the tree has the focus, and says which of its
 * nodes is the active one. Only the nodes in sight are in the document.
 */
export class TreeView {
  readonly #rows: HTMLElement;
  readonly #filter: HTMLInputElement;
  readonly #unfold: HTMLButtonElement;
  readonly #found: HTMLElement;
  readonly #list: VirtualList;
  #roots: Node[] = [];
  #shown: Node[] = [];
  #open = new Set<string>();
  #active = 0;
  #chosen: string | null = null;
  #tensors = 0;

  constructor(
    root: ParentNode,
    readonly choose: (tensor: TensorEntry) => void,
  ) {
    this.#rows = find(root, "#weights-tree", HTMLElement);
    this.#filter = find(root, "#weights-filter", HTMLInputElement);
    this.#unfold = find(root, "#weights-unfold", HTMLButtonElement);
    this.#found = find(root, "#weights-found", HTMLElement);
    const height = parseFloat(getComputedStyle(this.#rows).getPropertyValue("--row"));
    this.#list = new VirtualList(this.#rows, height, (index) => this.#row(index));
    this.#rows.addEventListener("keydown", (event) => this.#key(event));
    this.#rows.addEventListener("click", (event) => this.#click(event));
    this.#filter.addEventListener("input", () => this.#relist());
    this.#filter.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.#rows.focus();
    });
    this.#unfold.addEventListener("click", () => this.#unfoldAll(this.#unfold.getAttribute("aria-pressed") !== "true"));
  }

  /** Shows the tree of another model's tensors, none of them chosen. */
  show(roots: Node[]): void {
    this.#roots = roots;
    this.#tensors = roots.reduce((n, { tensors }) => n + tensors, 0);
    this.#open.clear();
    this.#chosen = null;
    this.#active = 0;
    this.#filter.value = "";
    this.#unfold.setAttribute("aria-pressed", "false");
    const first = this.#roots.find((node) => node.tensor === null);
    if (first) this.#open.add(first.key);
    this.#relist();
    this.#rows.scrollTop = 0;
  }

  /** Marks a tensor as the chosen one and opens the groups around it. */
  mark(name: string): void {
    this.#chosen = name;
    const visit = (nodes: Node[]): boolean =>
      nodes.some((node) => {
        const inside = node.tensor === null ? visit(node.children) : node.tensor.name === name;
        if (inside && node.tensor === null) this.#open.add(node.key);
        return inside;
      });
    visit(this.#roots);
    this.#relist();
    const at = this.#shown.findIndex((node) => node.tensor?.name === name);
    if (at >= 0) this.#activate(at);
  }

  #relist(): void {
    const words = filterWords(this.#filter.value);
    const active = this.#shown[this.#active];
    this.#shown = shownNodes(this.#roots, this.#open, words);
    this.#active = Math.max(0, active === undefined ? 0 : this.#shown.indexOf(active));
    this.#list.setCount(this.#shown.length);
    this.#list.refresh();
    this.#point();
    const leaves = this.#shown.reduce((n, node) => n + (node.tensor === null ? 0 : 1), 0);
    this.#found.textContent =
      words.length === 0
        ? counted(this.#tensors, "tensor")
        : `${String(leaves)} of ${counted(this.#tensors, "tensor")}`;
  }

  #unfoldAll(open: boolean): void {
    this.#unfold.setAttribute("aria-pressed", String(open));
    this.#open.clear();
    const visit = (nodes: Node[]): void => {
      for (const node of nodes) {
        if (node.tensor !== null) continue;
        this.#open.add(node.key);
        visit(node.children);
      }
    };
    if (open) visit(this.#roots);
    this.#relist();
  }

  #row(index: number): HTMLElement {
    const node = this.#shown[index];
    if (node === undefined) return make("div");
    const open = this.#open.has(node.key) || this.#filter.value.trim() !== "";
    const row = make("div", {
      class: "weights-node",
      role: "treeitem",
      id: `weights-node-${String(index)}`,
      data: { index: String(index), level: String(Math.min(node.level, 6)) },
      aria: {
        level: String(node.level),
        setsize: String(node.parent === null ? this.#roots.length : node.parent.children.length),
        posinset: String(node.place),
        selected: String(node.tensor !== null && node.tensor.name === this.#chosen),
      },
    });
    if (node.tensor === null) row.setAttribute("aria-expanded", String(open));
    row.classList.toggle("active", index === this.#active);
    const name = make("span", { class: "weights-node-name mono" }, visible(node.label));
    name.title = visible(node.key);
    row.append(
      make("span", { class: "weights-node-mark", aria: { hidden: "true" } }),
      name,
      make(
        "span",
        { class: "weights-node-shape" },
        node.tensor === null ? counted(node.tensors, "tensor") : shape(node.tensor.shape),
      ),
      make("span", { class: "weights-node-type" }, node.type === mixed ? mixed : typeName(node.type)),
      make("span", { class: "weights-node-size" }, bytes(node.bytes)),
      make("span", { class: "weights-node-bits" }, bits(node.values === 0 ? null : (8 * node.bytes) / node.values)),
    );
    return row;
  }

  #click(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(".weights-node") : null;
    if (row === null) return;
    this.#activate(Number(row.dataset["index"]));
    this.#enter();
  }

  #key(event: KeyboardEvent): void {
    const node = this.#shown[this.#active];
    if (node === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.#rows.clientHeight / this.#list.rowHeight) - 1);
    const last = this.#shown.length - 1;
    const go: Partial<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: last,
    };
    const to = go[event.key];
    if (to !== undefined) this.#activate(Math.min(last, Math.max(0, to)));
    else if (event.key === "Enter" || event.key === " ") this.#enter();
    else if (event.key === "ArrowRight") this.#right(node);
    else if (event.key === "ArrowLeft") this.#left(node);
    else if (event.key === "*") this.#unfoldAll(true);
    else if (event.key.length === 1) this.#find(event.key);
    else return;
    event.preventDefault();
  }

  #right(node: Node): void {
    if (node.tensor !== null) return;
    if (this.#open.has(node.key)) this.#activate(Math.min(this.#shown.length - 1, this.#active + 1));
    else this.#toggle(node);
  }

  #left(node: Node): void {
    if (node.tensor === null && this.#open.has(node.key)) this.#toggle(node);
    else if (node.parent !== null) this.#activate(this.#shown.indexOf(node.parent));
  }

  /** Goes to the next node whose name begins with a character. */
  #find(character: string): void {
    const wanted = character.toLowerCase();
    for (let i = 1; i <= this.#shown.length; i++) {
      const at = (this.#active + i) % this.#shown.length;
      if (this.#shown[at]?.label.toLowerCase().startsWith(wanted) === true) {
        this.#activate(at);
        return;
      }
    }
  }

  #enter(): void {
    const node = this.#shown[this.#active];
    if (node === undefined) return;
    if (node.tensor === null) {
      this.#toggle(node);
      return;
    }
    this.#chosen = node.tensor.name;
    this.#list.forEach((row, index) => {
      row.setAttribute("aria-selected", String(this.#shown[index] === node));
    });
    this.choose(node.tensor);
  }

  #toggle(node: Node): void {
    if (!this.#open.delete(node.key)) this.#open.add(node.key);
    this.#relist();
  }

  #activate(index: number): void {
    this.#list.row(this.#active)?.classList.remove("active");
    this.#active = index;
    this.#list.reveal(index);
    this.#list.row(index)?.classList.add("active");
    this.#point();
  }

  /** Says which node is the active one, for screen readers. */
  #point(): void {
    if (this.#shown.length > 0)
      this.#rows.setAttribute("aria-activedescendant", `weights-node-${String(this.#active)}`);
    else this.#rows.removeAttribute("aria-activedescendant");
  }
}
