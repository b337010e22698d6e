/** What WASI calls answer: those of its error numbers that the shim uses. */
export const Errno = {
  Success: 0,
  Badf: 8,
  Inval: 28,
  Io: 29,
  Isdir: 31,
  Noent: 44,
  Notdir: 54,
  Notsup: 58,
  Rofs: 69,
  Notcapable: 76,
} as const;

export type Errno = (typeof Errno)[keyof typeof Errno];
