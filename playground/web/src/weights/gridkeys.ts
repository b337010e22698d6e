/** Where the arrow keys go in a grid of a number of columns. */
function steps(key: string, at: number, cells: number, columns: number): number | null {
  const to = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: cells - 1,
  }[key];
  return to === undefined || to < 0 || to >= cells ? null : to;
}

/** The cell that an event is about. */
export function targetOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("button[tabindex]") : null;
}

/** Lets the arrow keys move the focus among the buttons of a grid, of which one is in the order of the Tab key. */
export function wireGrid(grid: HTMLElement): void {
  grid.addEventListener("focusin", (event) => {
    const cell = targetOf(event);
    const before = grid.querySelector<HTMLElement>('[tabindex="0"]');
    if (cell === null || cell === before) return;
    if (before) before.tabIndex = -1;
    cell.tabIndex = 0;
  });
  grid.addEventListener("keydown", (event) => {
    const cell = targetOf(event);
    if (cell === null) return;
    const cells = [...grid.children];
    const to = steps(event.key, cells.indexOf(cell), cells.length, columnsOf(cells));
    if (to === null) return;
    event.preventDefault();
    (cells[to] as HTMLElement).focus();
  });
}

/** How many cells the first line has, as the browser laid them out. */
function columnsOf(cells: readonly Element[]): number {
  const top = cells[0]?.getBoundingClientRect().top;
  const next = cells.findIndex((cell) => cell.getBoundingClientRect().top !== top);
  return next < 0 ? cells.length : next;
}
