const whole = new Intl.NumberFormat("en");

/** A whole number with separators: 1,234,567. */
export function count(n: number): string {
  return whole.format(n);
}

/** A count and what is counted: "1 token", "2 tokens". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** A size in the unit that suits it: "512 bytes", "1.4 MiB". */
export function bytes(n: number): string {
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return unit === 0 ? counted(n, "byte") : `${n.toFixed(n < 10 ? 2 : n < 100 ? 1 : 0)} ${units[unit] ?? ""}`;
}

/** Bytes in hexadecimal: "e2 82 ac". */
export function hex(data: Iterable<number>): string {
  return Array.from(data, (b) => b.toString(16).padStart(2, "0")).join(" ");
}
