import { find } from "./ui/dom.js";

/** What the document tells its scripts: see Config in page.go. */
export interface Config {
  modules: { text: string; whole: string };
  sample: Sample;
}

/** The files of the bundled model, relative to the document. */
export interface Sample {
  name: string;
  tokenizer: string;
  tokenizerConfig: string;
  config: string;
  weights: string;
  weightsBytes: number;
  /** what else a conversion reads of the model's directory */
  others: string[];
}

/** Reads the configuration that the document carries. */
export function readConfig(): Config {
  return JSON.parse(find(document, "#config", HTMLScriptElement).text) as Config;
}
