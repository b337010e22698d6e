import type { Sample } from "../config.js";
import { fetchFile } from "../pagefile.js";
import type { GivenFile } from "./source.js";

/** Fetches the files of the bundled model, which are named in the page's configuration, as those of a folder. */
export function sampleFiles(sample: Sample): Promise<GivenFile[]> {
  const { name, tokenizer, tokenizerConfig, config, weights, others } = sample;
  return Promise.all(
    [tokenizer, tokenizerConfig, config, weights, ...others].map(async (path) => {
      const file = await fetchFile(path);
      return { name: `${name}/${file.name}`, file };
    }),
  );
}
