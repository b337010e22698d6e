import type { ConvertPlanReply, ConvertReport, QuantizeType } from "../engine/abi.gen.js";
import type { Conversion, Output } from "../engine/plan.js";
import type { Progress, Target } from "../engine/protocol.js";
import { find, make } from "../ui/dom.js";
import { wireFileInput } from "../ui/drop.js";
import { bytes, count } from "../ui/format.js";
import { announce, messageOf, type Weight } from "../ui/notice.js";
import { bits, decibels, duration } from "./format.js";
import { typeName, visible, visibleText } from "./names.js";
import { OptionFields } from "./options.js";
import { PlanView } from "./planview.js";
import { Rate } from "./rate.js";
import { chooseTarget, type Download, offer, otherName } from "./target.js";
import type { Model } from "./model.js";

/** How long the form has to rest before a plan is made, in milliseconds. */
const rest = 150;

/** How many of the tensors that lost most are named. */
const worst = 3;

/** How many names a note has. */
const named = 3;

/** A ConvertView plans conversions as the form says, and carries them out. */
export class ConvertView {
  readonly #form: HTMLFormElement;
  readonly #fields: OptionFields;
  readonly #plan: PlanView;
  readonly #start: HTMLButtonElement;
  readonly #pause: HTMLButtonElement;
  readonly #progress: HTMLProgressElement;
  #model: Model | null = null;
  #imatrix: File | null = null;
  #conversion: Conversion | null = null;
  #planning: AbortController | null = null;
  #running: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stale = true; // the model has no plan yet that is in sight
  #download: Download | null = null;

  constructor(readonly root: ParentNode) {
    this.#form = find(root, "#weights-convert-form", HTMLFormElement);
    this.#fields = new OptionFields(this.#form);
    this.#plan = new PlanView(find(root, "#weights-plan", HTMLElement));
    this.#start = find(root, "#weights-convert-start", HTMLButtonElement);
    this.#pause = find(root, "#weights-pause", HTMLButtonElement);
    this.#progress = find(root, "#weights-progress", HTMLProgressElement);
    this.#form.addEventListener("input", () => this.#planSoon());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run();
    });
    this.#pause.addEventListener("click", () => this.#togglePause());
    find(root, "#weights-cancel", HTMLButtonElement).addEventListener("click", () => this.#running?.abort());
    this.#wireImatrix();
    // Whoever leaves the page by mistake would lose what has been written.
    window.addEventListener("beforeunload", (event) => {
      if (this.running) event.preventDefault();
    });
  }

  get running(): boolean {
    return this.#running !== null;
  }

  setTypes(types: readonly QuantizeType[]): void {
    this.#fields.setTypes(types);
    this.#plan.setTypes(types);
  }

  /** Takes another model. A plan is made once the view is in sight. */
  show(model: Model): void {
    this.#planning?.abort();
    this.#model = model;
    this.#stale = true;
    this.#clearPlan();
    this.#forgetOutput();
    const { convert, missing = "" } = model.weights.info;
    this.#form.hidden = !convert;
    find(this.root, "#weights-convert-missing", HTMLElement).hidden = convert;
    find(this.root, "#weights-convert-missing-text", HTMLElement).textContent = visibleText(
      `This model cannot be converted: ${missing}. The other views work without.`,
    );
    this.#fail("");
  }

  /** The view is in sight. */
  enter(): void {
    if (this.#stale) this.#planSoon(0);
  }

  #wireImatrix(): void {
    const input = find(this.root, "#weights-imatrix", HTMLInputElement);
    const name = find(this.root, "#weights-imatrix-name", HTMLElement);
    const clear = find(this.root, "#weights-imatrix-clear", HTMLButtonElement);
    const set = (file: File | null): void => {
      this.#imatrix = file;
      name.textContent = file === null ? "none" : visible(file.name);
      clear.hidden = file === null;
      this.#planSoon(0);
    };
    wireFileInput(input, ([file = null]) => set(file));
    clear.addEventListener("click", () => {
      set(null);
      input.focus();
    });
  }

  /** Plans when the form has been left alone for a while. keep leaves in sight what the last run came to. */
  #planSoon(delay = rest, keep = false): void {
    clearTimeout(this.#timer);
    if (this.running || this.#model?.weights.info.convert !== true) return;
    this.#stale = false;
    this.#start.disabled = true;
    this.#timer = setTimeout(() => void this.#makePlan(keep), delay);
  }

  async #makePlan(keep: boolean): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    this.#planning?.abort();
    const planning = new AbortController();
    this.#planning = planning;
    const sizesOnly = this.#fields.needsImportance && this.#imatrix === null;
    try {
      const options = this.#fields.options(model.weights.info.report.format === "GGUF", sizesOnly);
      const conversion = await model.plan(options, this.#imatrix, planning.signal);
      this.#dropConversion();
      this.#conversion = conversion;
      this.#start.disabled = sizesOnly;
      if (keep) return;
      this.#showPlan(model, conversion);
      this.#fail(
        sizesOnly
          ? `${this.#fields.fileType} needs an importance matrix, which Options takes. Without it there are sizes, but no file.`
          : "",
        "warn",
      );
    } catch (error) {
      if (planning.signal.aborted) return;
      this.#clearPlan();
      this.#fail(messageOf(error));
    }
  }

  #showPlan(model: Model, { plan }: Conversion): void {
    // The files, as those are what the output is compared to: the report has their tensors alone.
    this.#set("#weights-plan-before", bytes(model.weights.info.report.fileBytes));
    this.#set("#weights-plan-after", bytes(plan.bytes));
    this.#set("#weights-plan-bits", bits(plan.report.bitsPerWeight));
    this.#set("#weights-plan-file", visible(plan.fileName));
    find(this.root, "#weights-plan-notes", HTMLElement).replaceChildren(
      ...notes(plan).map((note) => make("li", {}, note)),
    );
    this.#plan.show(plan.report);
  }

  #set(id: string, text: string): void {
    find(this.root, id, HTMLElement).textContent = text;
  }

  /** Says what is in the way; "" takes the words away. */
  #fail(message: string, weight: Weight = "bad"): void {
    this.#set("#weights-convert-error-text", visibleText(message));
    const error = find(this.root, "#weights-convert-error", HTMLElement);
    error.className = `notice ${weight}`;
    error.hidden = message === "";
    this.#idle();
  }

  /** Of the things that can be said where the outcome is, the plain words have their turn when there is nothing else. */
  #idle(): void {
    const others = ["#weights-convert-error", "#weights-run", "#weights-done"];
    find(this.root, "#weights-idle", HTMLElement).hidden = others.some(
      (id) => !find(this.root, id, HTMLElement).hidden,
    );
  }

  /** Closes the planned conversion. One that went with its module is closed already. */
  #dropConversion(): void {
    const conversion = this.#conversion;
    this.#conversion = null;
    conversion?.close().catch(() => undefined);
  }

  #clearPlan(): void {
    this.#dropConversion();
    this.#start.disabled = true;
    for (const id of ["before", "after", "bits", "file"]) this.#set(`#weights-plan-${id}`, "…");
    this.#plan.show(null);
    find(this.root, "#weights-plan-notes", HTMLElement).replaceChildren();
  }

  #forgetOutput(): void {
    this.#download?.release();
    this.#download = null;
    const done = find(this.root, "#weights-done", HTMLElement);
    done.hidden = true;
    done.replaceChildren();
    this.#idle();
  }

  async #run(): Promise<void> {
    const model = this.#model;
    const conversion = this.#conversion;
    if (model === null || conversion === null || this.#start.disabled || this.running) return;
    const name = conversion.plan.fileName;
    const target = await chooseTarget(model.hasFile(name) ? otherName(name) : name);
    if (target === null) return;
    if (conversion !== this.#conversion || this.running) {
      this.#fail("The plan has changed meanwhile. Start the conversion again.", "warn");
      return;
    }
    if (target !== "download" && model.hasFile(target.name)) {
      this.#fail(`${target.name} is the name of a file that the model is read from. Choose another name.`);
      return;
    }
    this.#forgetOutput();
    this.#fail("");
    const running = new AbortController();
    this.#running = running;
    this.#showRunning(true);
    const rate = new Rate();
    try {
      const output = await conversion.run(target, {
        measure: this.#fields.measure,
        signal: running.signal,
        onProgress: (progress) => this.#showProgress(progress, rate),
      });
      this.#running = null;
      this.#finish(name, target, output);
    } catch (error) {
      this.#running = null;
      if (running.signal.aborted) this.#fail(cancelled(target), "");
      else this.#fail(messageOf(error));
    } finally {
      this.#showRunning(false);
      this.#dropConversion(); // a plan is carried out once
      this.#planSoon(0, true);
    }
  }

  #showRunning(on: boolean): void {
    find(this.root, "#weights-run", HTMLElement).hidden = !on;
    this.#idle();
    find(this.root, "#weights-filetypes", HTMLFieldSetElement).disabled = on;
    find(this.root, ".weights-options", HTMLDetailsElement).inert = on;
    this.#start.disabled = on;
    this.#pause.textContent = "Pause";
    this.#progress.value = 0;
    this.#set("#weights-progress-percent", "0 %");
    this.#set("#weights-progress-text", "starting …");
    this.#set("#weights-progress-label", "Converting");
  }

  #showProgress({ done, total, tensor, seconds }: Progress, rate: Rate): void {
    rate.at(seconds, done);
    const part = total > 0 ? done / total : 0;
    const left = rate.left(done, total);
    this.#progress.value = part;
    this.#set("#weights-progress-percent", `${(100 * part).toFixed(0)} %`);
    this.#set(
      "#weights-progress-text",
      [
        `${bytes(done)} of ${bytes(total)}`,
        ...(rate.perSecond > 0 ? [`${bytes(Math.round(rate.perSecond))}/s`] : []),
        ...(left !== null && left > 0 ? [`${duration(left)} left`] : []),
        visible(tensor),
      ].join(" · "),
    );
  }

  #togglePause(): void {
    const conversion = this.#conversion;
    if (conversion === null || this.#running === null) return;
    const paused = this.#pause.textContent === "Pause";
    if (paused) conversion.pause();
    else conversion.resume();
    this.#pause.textContent = paused ? "Resume" : "Pause";
    this.#set("#weights-progress-label", paused ? "Paused" : "Converting");
    announce(paused ? "Paused." : "Goes on.");
  }

  #finish(name: string, target: Target, output: Output): void {
    this.#plan.show(output.report);
    const done = find(this.root, "#weights-done", HTMLElement);
    const where = target === "download" ? name : target.name;
    const speed = output.seconds > 0 ? `, ${bytes(Math.round(output.bytes / output.seconds))}/s` : "";
    done.replaceChildren(
      make(
        "p",
        {},
        make("span", { class: "badge good" }, "done"),
        " ",
        make("b", { class: "mono" }, visible(where)),
        ` ${bytes(output.bytes)} in ${duration(output.seconds)}${speed}`,
      ),
      ...costs(output.report),
    );
    if (output.file) {
      this.#download = offer(output.file, name, () => output.discard());
      const { link } = this.#download;
      link.className = "button";
      link.textContent = "Download it again";
      done.append(link);
      link.click();
    }
    done.hidden = false;
    this.#idle();
  }
}

/** What a conversion leaves that was cancelled. Some browsers make or empty a file as soon as it is chosen to be saved to. */
function cancelled(target: Target): string {
  if (target === "download") return "Cancelled. Nothing of the file is left.";
  return `Cancelled. Nothing was written to ${target.name}, which the browser may have emptied or removed.`;
}

/** What of the options and of the importance matrix has no effect. */
function notes(plan: ConvertPlanReply): string[] {
  const some = (names: readonly string[]): string => {
    const shown = names.slice(0, named).map(visible).join(", ");
    return names.length > named ? `${shown} and ${count(names.length - named)} more` : shown;
  };
  return [
    ...(plan.unmatched.length > 0 ? [`No tensor matches ${some(plan.unmatched)}.`] : []),
    ...(plan.unweighted.length > 0 ? [`The importance matrix says nothing about ${some(plan.unweighted)}.`] : []),
  ];
}

/** What the tensors lost that lost most, where it was measured. */
function costs(report: ConvertReport): HTMLElement[] {
  const lossy = report.tensors.flatMap(({ name, type, error }) =>
    error && error.rmse !== 0 ? [{ name, type, error }] : [],
  );
  if (lossy.length === 0) return [];
  // An error that is no number is the worst.
  lossy.sort((a, b) => (a.error.sqnrDB ?? -Infinity) - (b.error.sqnrDB ?? -Infinity));
  return [
    make(
      "p",
      { class: "soft" },
      "Lost most, in dB of signal to noise: ",
      ...lossy
        .slice(0, worst)
        .flatMap((tensor, i) => [
          i === 0 ? "" : " · ",
          make("span", { class: "mono" }, visible(tensor.name)),
          ` ${typeName(tensor.type)} `,
          make("b", { class: "number" }, decibels(tensor.error.sqnrDB, tensor.error.rmse)),
        ]),
    ),
  ];
}
