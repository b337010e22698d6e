/** What the build of the npm package adds to addresses: which of its contents is meant. */
declare const CONTENT: string | undefined;

/**
 * Says which content of a file beside this one is meant, where its name alone does not: a cache may have another
 * version's. The page has its files in a directory of their version.
 */
export function beside(url: URL): URL {
  if (typeof CONTENT === "string") {
    url.searchParams.set("v", CONTENT);
  }
  return url;
}
