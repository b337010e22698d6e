import type { ConvertOptions, ConvertTensorType, QuantizeType } from "../engine/abi.gen.js";
import { find } from "../ui/dom.js";
import { typeName } from "./names.js";

/** The fields of the form that says what to make of a model. */
export class OptionFields {
  readonly #inputs;
  readonly #types: HTMLInputElement[];

  constructor(readonly form: HTMLFormElement) {
    const input = (id: string): HTMLInputElement => find(form, id, HTMLInputElement);
    this.#inputs = {
      measure: input("#weights-measure"),
      pure: input("#weights-pure"),
      leaveOutput: input("#weights-leave-output"),
      allowRequantize: input("#weights-requantize"),
      allowNonFinite: input("#weights-nonfinite"),
      name: input("#weights-model-name"),
      embeddingType: find(form, "#weights-embedding-type", HTMLSelectElement),
      outputType: find(form, "#weights-output-type", HTMLSelectElement),
      tensorTypes: find(form, "#weights-tensor-types", HTMLTextAreaElement),
    };
    this.#types = [...form.querySelectorAll<HTMLInputElement>('input[name="weights-filetype"]')];
  }

  /** Fills the lists of types. */
  setTypes(types: readonly QuantizeType[]): void {
    for (const select of [this.#inputs.embeddingType, this.#inputs.outputType]) {
      select.append(...types.filter((type) => type.encodes).map((type) => new Option(typeName(type.name), type.name)));
    }
  }

  get fileType(): string {
    return this.#types.find((type) => type.checked)?.value ?? "";
  }

  /** Reports whether the file type cannot be made without an importance matrix. */
  get needsImportance(): boolean {
    return this.#types.find((type) => type.checked)?.dataset["importance"] !== undefined;
  }

  get measure(): boolean {
    return this.#inputs.measure.checked;
  }

  /** The options as the module takes them. A GGUF file has its name in its metadata. */
  options(gguf: boolean, sizesOnly: boolean): ConvertOptions {
    const { pure, leaveOutput, allowRequantize, allowNonFinite, embeddingType, outputType, tensorTypes } = this.#inputs;
    const name = this.#inputs.name.value.trim();
    return {
      type: this.fileType,
      ...(name !== "" && !gguf ? { name } : {}),
      ...(allowNonFinite.checked ? { allowNonFinite: true } : {}),
      quantize: {
        ...(pure.checked ? { pure: true } : {}),
        ...(leaveOutput.checked ? { leaveOutput: true } : {}),
        ...(allowRequantize.checked ? { allowRequantize: true } : {}),
        ...(embeddingType.value !== "" ? { embeddingType: embeddingType.value } : {}),
        ...(outputType.value !== "" ? { outputType: outputType.value } : {}),
        ...(tensorTypes.value.trim() !== "" ? { tensorTypes: parseTensorTypes(tensorTypes.value) } : {}),
        ...(name !== "" && gguf ? { overrides: [`general.name=str:${name}`] } : {}),
        ...(sizesOnly ? { sizesOnly: true } : {}),
      },
    };
  }
}

/** Reads lines of REGEX=TYPE, as --tensor-type-file does. The expression may have an equals sign itself. */
function parseTensorTypes(text: string): ConvertTensorType[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.lastIndexOf("=");
      if (at <= 0 || at === line.length - 1) throw new Error(`${line}: want REGEX=TYPE`);
      return { pattern: line.slice(0, at), type: line.slice(at + 1) };
    });
}
