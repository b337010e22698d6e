import type { InspectName, InspectReport, WeightsOpenReply } from "../engine/abi.gen.js";
import { find, make } from "../ui/dom.js";
import { bytes, count, counted } from "../ui/format.js";
import { bits, parameters } from "./format.js";
import { typeName, visible } from "./names.js";
import { colourOf, drawBar, fillFacts, percent } from "./parts.js";

/** Shows a model as a whole: its title, its totals, its facts and its types. */
export function showOverview(root: ParentNode, title: string, reply: WeightsOpenReply): void {
  const { report } = reply;
  find(root, "#weights-name", HTMLElement).textContent = visible(title);
  find(root, "#weights-kind", HTMLElement).textContent = kindOf(report);
  showTotals(root, report);
  fillFacts(find(root, "#weights-facts", HTMLElement), factsOf(report));
  const said = saidBy(reply.name);
  fillFacts(find(root, "#weights-said", HTMLElement), said.length > 0 ? said : [["", "nothing that can be read"]]);
  find(root, "#weights-warnings", HTMLElement).replaceChildren(
    ...(report.warnings ?? []).map((warning) =>
      make("li", { class: "notice warn" }, make("span", { class: "grow" }, visible(warning))),
    ),
  );
  showTypes(root, report);
}

function kindOf(report: InspectReport): string {
  const format = report.format === "GGUF" ? `GGUF, version ${String(report.formatVersion)}` : report.format;
  const order = report.byteOrder === "big-endian" ? ", big-endian" : "";
  return [`${format}${order}`, visible(report.architecture ?? ""), counted(report.files, "file")]
    .filter((part) => part !== "")
    .join(" · ");
}

function showTotals(root: ParentNode, report: InspectReport): void {
  const set = (id: string, value: string, note = ""): void => {
    find(root, `#weights-total-${id}`, HTMLElement).textContent = value;
    find(root, `#weights-total-${id}-note`, HTMLElement).textContent = note;
  };
  set("parameters", parameters(report.parameters), count(report.parameters));
  set("bytes", bytes(report.fileBytes), `${count(report.fileBytes)} bytes`);
  set("bits", bits(report.bitsPerWeight), "");
  set("type", report.fileType === undefined ? "—" : visible(report.fileType), counted(report.types.length, "type"));
  set(
    "tensors",
    count(report.tensors.length),
    report.blockCount === undefined ? "" : counted(report.blockCount, "block"),
  );
  set("memory", "…");
}

/** The facts, in the order and with the words of `nibble inspect`. */
function factsOf(r: InspectReport): [string, string | undefined][] {
  const number = (n: number | undefined, unit = ""): string | undefined =>
    n === undefined ? undefined : `${count(n)} ${unit}`.trim();
  const facts: [string, string | undefined][] = [
    ["name", visible(r.name ?? "")],
    ["architecture", visible(r.architecture ?? "")],
    ["file type", visible(r.fileType ?? "")],
    ["context length", number(r.contextLength, "tokens")],
    ["embedding length", number(r.embeddingLength)],
    ["feed-forward", number(r.feedForwardLength)],
    ["blocks", number(r.blockCount)],
    ["heads", headsOf(r)],
    ["sliding window", number(r.slidingWindow, "tokens")],
    [
      "experts",
      r.expertCount === undefined ? undefined : `${count(r.expertCount)}, ${count(r.expertUsedCount ?? 0)} for a token`,
    ],
    [
      "tokenizer",
      visible([r.tokenizer, r.pretokenizer].filter((part) => part !== undefined && part !== "").join(", ")),
    ],
    ["vocabulary", number(r.vocabularySize, "tokens")],
  ];
  for (const token of r.specialTokens ?? []) {
    facts.push([visible(token.role), `${token.id >= 0 ? `${String(token.id)} ` : ""}${visible(token.text ?? "")}`]);
  }
  return facts;
}

function headsOf(r: InspectReport): string | undefined {
  if (r.headCount === undefined) return undefined;
  const shared =
    r.headCountKv !== undefined && r.headCountKv !== r.headCount ? `, ${count(r.headCountKv)} of keys and values` : "";
  const lengths = r.keyLength === undefined ? "" : `, of ${count(r.keyLength)} values`;
  return `${count(r.headCount)}${shared}${lengths}`;
}

function saidBy(name: InspectName): [string, string | undefined][] {
  const about = (n: number | undefined, of = ""): string | undefined =>
    n === undefined ? undefined : `about ${parameters(n)}${of}`;
  const text = (s: string | undefined): string | undefined => (s === undefined ? undefined : visible(s));
  const said: [string, string | undefined][] = [
    ["organization", text(name.organization)],
    ["base", text(name.base)],
    ["size", text(name.sizeLabel)],
    [
      "parameters",
      about(
        name.parameters,
        name.expertCount === undefined ? "" : ` in each of ${count(name.expertCount)} experts, less what they share`,
      ),
    ],
    ["active", about(name.activeParameters, " for a token")],
    ["fine-tune", text(name.fineTune)],
    ["version", text(name.version)],
    ["encoding", text(name.encoding)],
    ["kind", text(name.kind)],
    ["split", name.splitCount === undefined ? undefined : `${String(name.split ?? 0)} of ${String(name.splitCount)}`],
  ];
  return said.filter(([, value]) => value !== undefined && value !== "");
}

function showTypes(root: ParentNode, report: InspectReport): void {
  drawBar(
    find(root, "#weights-types-bar", HTMLElement),
    report.types.map((t) => ({ label: typeName(t.type), value: t.bytes, text: bytes(t.bytes) })),
  );
  find(root, "#weights-types", HTMLElement).replaceChildren(
    ...report.types.map((t, i) =>
      make(
        "tr",
        {},
        make(
          "td",
          {},
          make("span", { class: `swatch ${colourOf(i)}`, aria: { hidden: "true" } }),
          ` ${typeName(t.type)}`,
        ),
        ...[count(t.tensors), parameters(t.values), bytes(t.bytes), percent(t.bytes, report.tensorBytes)].map((text) =>
          make("td", { class: "number" }, text),
        ),
      ),
    ),
  );
}
