// What the names of files say of them, in whatever case they are written.

/** Whether a file is GGUF. */
export function isGGUF(name: string): boolean {
  return /\.gguf$/i.test(name);
}

/** Returns the last part of a name with slashes. */
export function baseName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Returns what is before the last slash of a name, or "". */
export function directoryOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** Returns the path of a file inside of the folder that was chosen, or its name alone. */
export function pathOf(file: File): string {
  return file.webkitRelativePath || file.name;
}
