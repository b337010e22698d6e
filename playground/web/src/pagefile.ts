/** Fetches a file of the page itself. */
export async function fetchFile(path: string): Promise<File> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${response.statusText}`);
  return new File([await response.blob()], path.slice(path.lastIndexOf("/") + 1));
}
