const minus = "−";

/** A value with three significant digits, but never fewer than its integer part has. */
function threeDigits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** A number of parameters: 4.23 M, 7.24 B. */
export function parameters(n: number): string {
  if (n < 1000) {
    return String(n);
  }
  const units = ["K", "M", "B", "T"];
  let value = n / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${threeDigits(value)} ${units[unit]}`;
}

/** The dimensions of a tensor, outermost first. */
export function shape(dims: readonly number[]): string {
  return dims.length === 0 ? "scalar" : dims.join("×");
}

/** Bits per weight. */
export function bits(n: number | null): string {
  return n === null ? "" : n.toFixed(2);
}

/** A value in few digits, with an exponent where it would be long without. */
export function significant(value: number | null, digits = 3): string {
  if (value === null || Number.isNaN(value)) {
    return "not a number";
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "∞" : `${minus}∞`;
  }
  if (value === 0) {
    return "0";
  }
  const size = Math.abs(value);
  const text = size >= 1e-4 && size < 1e6 ? String(Number(size.toPrecision(digits))) : size.toExponential(digits - 1);
  return (value < 0 ? minus : "") + text;
}

/** A float32 in as many digits as tell it from its neighbours. */
export function exact(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    if (Math.fround(Number(value.toPrecision(digits))) === value) {
      return significant(value, digits);
    }
  }
  return significant(value, 9);
}

/** The ratio of signal to noise in dB. It is no number where there is no error, and where the error is no number. */
export function decibels(ratio: number | null, rmse: number | null): string {
  if (ratio !== null) return ratio.toFixed(2).replace("-", minus);
  return rmse === 0 ? "exact" : "NaN";
}

/** A time that somebody waits. */
export function duration(seconds: number): string {
  if (seconds < 60) {
    return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
  }
  const rest = Math.round(seconds);
  const minutes = Math.floor(rest / 60) % 60;
  const hours = Math.floor(rest / 3600);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${rest % 60} s`;
}
