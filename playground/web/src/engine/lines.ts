/** A line is cut where it gets longer than this. */
const longest = 4096;

/** Lines makes lines of what is printed bit by bit. */
export class Lines {
  private readonly decoder = new TextDecoder();
  private rest = "";

  constructor(private readonly onLine: (line: string) => void) {}

  add(bytes: Uint8Array): void {
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split("\n");
    this.rest = lines.pop() ?? "";
    lines.forEach(this.onLine);
    if (this.rest.length > longest) {
      this.onLine(this.rest);
      this.rest = "";
    }
  }
}
