import type { Sample } from "../config.js";
import type { GivenFile } from "./source.js";

/** Fetches the files of the bundled model, which are named in the page's configuration. */
export function sampleFiles(sample: Sample): Promise<GivenFile[]> {
  const names = Object.values(sample)
    .flat()
    .filter((value): value is string => typeof value === "string" && value.startsWith(`${sample.name}/`));
  return Promise.all(
    names.map(async (name) => {
      const response = await fetch(name);
      if (!response.ok) throw new Error(`${name} cannot be fetched: ${String(response.status)}`);
      return { name, file: new File([await response.blob()], name.slice(name.lastIndexOf("/") + 1)) };
    }),
  );
}
