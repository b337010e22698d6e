import type { Chat, Prompt } from "../engine/chat.js";
import type { Given } from "../engine/client.js";
import { type ChatSpan, Token } from "../engine/abi.gen.js";
import { copyText } from "../ui/copy.js";
import { find, make } from "../ui/dom.js";
import { wireDrop, wireFileInput } from "../ui/drop.js";
import { count, counted } from "../ui/format.js";
import { messageOf, toast } from "../ui/notice.js";
import { latest } from "./latest.js";
import type { Place, Tool } from "./place.js";
import { lookingView } from "./looking.js";
import type { OpenTokenizer } from "./session.js";
import { bytePlaces, TokenizedText } from "./tokenized.js";

const roles = ["system", "user", "assistant", "tool"] as const;

/** A Message is a turn of the conversation, as its editor has it. */
interface Message {
  element: HTMLElement;
  role: HTMLSelectElement;
  content: HTMLTextAreaElement;
}

/** The chat template of a model: a conversation, and the prompt that becomes of it. */
export function chatTool(place: Place): Tool {
  const root = place.root;
  const list = find(root, "#tok-chat-messages", HTMLElement);
  const template = find(root, "#tok-chat-template", HTMLSelectElement);
  const generation = find(root, "#tok-chat-generation", HTMLInputElement);
  const extra = find(root, "#tok-chat-extra", HTMLTextAreaElement);
  const output = find(root, "#tok-chat-prompt", HTMLElement);
  const origins = find(root, "#tok-chat-origins", HTMLElement);
  const size = find(root, "#tok-chat-count", HTMLElement);
  const problem = find(root, "#tok-chat-error", HTMLElement);
  const guarded = find(root, "#tok-chat-guarded", HTMLElement);
  const view = lookingView(find(root, "#tok-chat-tokens", HTMLElement));
  const newest = latest();
  const newestOpened = latest();
  const messages: Message[] = [];
  let chat: Chat | undefined;
  let own = false; // the template was opened here, and stays when the tokenizer changes
  let openedFor: OpenTokenizer | undefined;
  let prompt: Prompt | undefined;

  const fail = (error: unknown): void => {
    size.textContent = "";
    problem.textContent = messageOf(error);
    problem.hidden = false;
  };

  const conversation = (): Record<string, unknown> => {
    const turns = messages.map(({ role, content }) => ({ role: role.value, content: content.value }));
    if (extra.value.trim() === "") return { messages: turns };
    return { ...objectOf(extra.value), messages: turns };
  };

  const render = async (): Promise<void> => {
    const { open } = place.session;
    const from = chat;
    if (!from || !open) return;
    const rendered = await newest(
      from.render(conversation(), {
        template: template.value,
        tokenizer: open.tokenizer,
        addGenerationPrompt: generation.checked,
        noGenerationPrompt: !generation.checked, // with neither, the last message decides
        now: Math.floor(Date.now() / 1000),
      }),
    );
    if (!rendered || from !== chat) return;
    prompt = rendered;
    problem.hidden = true;
    output.replaceChildren(...paint(rendered));
    await showTokens(open, rendered);
    origins.replaceChildren(...legend(rendered));
    size.textContent = counted(rendered.ids.length, "token");
    guarded.textContent =
      rendered.guarded > 0
        ? `${counted(rendered.guarded, "special token")} that messages spell ${rendered.guarded === 1 ? "stays" : "stay"} plain text.`
        : "";
  };
  const showTokens = async (open: OpenTokenizer, rendered: Prompt): Promise<void> => {
    const places = bytePlaces(rendered.prompt, rendered.starts, rendered.ends);
    const text = new TokenizedText(rendered.prompt, { ...rendered, ...places }, open.vocabulary);
    await open.vocabulary.fetch(text.unspelled());
    view.element.hidden = false;
    view.show(text);
  };
  const show = (): void => void render().catch(fail);

  /** Forgets the template, for there is another one, or the files of another tokenizer have none. */
  const drop = (): void => {
    const before = chat;
    chat = prompt = undefined;
    view.element.hidden = true;
    for (const element of [output, origins]) element.replaceChildren();
    template.replaceChildren(new Option("none", ""));
    template.disabled = true;
    size.textContent = guarded.textContent = "";
    before?.close().catch(() => undefined); // it may have gone with a module that failed
  };

  /** Takes the template that was opened last. Reports whether this is the one. */
  const take = async (opening: Promise<Chat>): Promise<boolean> => {
    size.textContent = "opening the template…"; // which may have to load the whole module
    const opened = await newestOpened(opening, (late) => late.close());
    if (!opened) return false;
    drop();
    chat = opened;
    problem.hidden = true;
    template.replaceChildren(...opened.info.names.map((name) => new Option(name === "" ? "default" : name, name)));
    template.disabled = false;
    show();
    return true;
  };

  const add = (role: string, text: string): void => {
    const choice = make("select", { class: "select", aria: { label: "Role" } });
    choice.append(...roles.map((r) => new Option(r, r, r === role, r === role)));
    const content = make("textarea", { class: "textarea", aria: { label: "Content" } });
    content.rows = 2;
    content.value = text;
    const remove = make(
      "button",
      { class: "button quiet square", type: "button", aria: { label: "Remove this message" } },
      "×",
    );
    const element = make("li", { class: `message hue${String(messages.length % 6)}` }, choice, content, remove);
    const message = { element, role: choice, content };
    remove.addEventListener("click", () => {
      messages.splice(messages.indexOf(message), 1);
      element.remove();
      messages.forEach((m, i) => (m.element.className = `message hue${String(i % 6)}`));
      show();
    });
    choice.addEventListener("input", show);
    content.addEventListener("input", show);
    messages.push(message);
    list.append(element);
  };

  add("system", "You are a storyteller for children.");
  add("user", "Tell me about a fox. <|im_end|>");
  find(root, "#tok-chat-add", HTMLButtonElement).addEventListener("click", () => {
    add(messages.at(-1)?.role.value === "user" ? "assistant" : "user", "");
    messages.at(-1)?.content.focus();
    show();
  });
  for (const control of [template, generation, extra]) control.addEventListener("input", show);

  const takeOwn = (files: readonly Given[]): void => {
    take(place.engine.openChat(files))
      .then((taken) => (own ||= taken))
      .catch(fail);
  };
  wireDrop(find(root, "#tok-chat-drop", HTMLElement), takeOwn);
  wireFileInput(find(root, "#tok-chat-open", HTMLInputElement), takeOwn);
  find(root, "#tok-chat-take", HTMLButtonElement).addEventListener("click", () => {
    if (prompt) place.replace(prompt.prompt);
  });
  find(root, "#tok-chat-copy", HTMLButtonElement).addEventListener("click", () => {
    if (prompt) void copyText(prompt.prompt, "Prompt");
    else toast("There is no prompt yet.", "warn");
  });

  return {
    update() {
      const { open } = place.session;
      if (!open || openedFor === open) return;
      openedFor = open;
      if (own) {
        show();
        return;
      }
      const files = open.given.filter((file) =>
        /(tokenizer_config\.json|chat_template\.(jinja|json)|\.gguf)$/i.test(file.name),
      );
      const none =
        "The tokenizer's files have no chat template. Open tokenizer_config.json, chat_template.jinja or a .gguf file.";
      const opening = files.length === 0 ? Promise.reject(new Error(none)) : place.engine.openChat(files);
      take(opening).catch((error: unknown) => {
        drop();
        fail(error);
      });
    },
  };
}

/** The variables that a text in JSON has. */
function objectOf(json: string): object {
  const what = "Tools and other variables";
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${what}: want a JSON object, such as {"enable_thinking": false}`);
  return value;
}

/** Where a stretch of a prompt is from, for people. */
function nameOf(span: ChatSpan): string {
  return span.message < 0 ? span.origin : `${String(span.message + 1)}. ${span.role}`;
}

function classOf(span: ChatSpan): string {
  if (span.origin === "template") return "template";
  return `hue${String(span.message < 0 ? 5 : span.message % 6)}`;
}

/** Draws the prompt: each stretch by where it is from, and what became special tokens in bold. */
function paint(prompt: Prompt): Node[] {
  const special: { start: number; end: number }[] = [];
  for (let i = 0; i < prompt.ids.length; i++) {
    if (((prompt.flags[i] ?? 0) & (Token.Special | Token.Added)) !== 0)
      special.push({ start: prompt.starts[i] ?? 0, end: prompt.ends[i] ?? 0 });
  }
  const nodes: Node[] = [];
  let next = 0;
  const add = (start: number, end: number, span: ChatSpan, bold: boolean): void => {
    if (start >= end) return;
    const title = bold ? `${nameOf(span)}, a special token` : nameOf(span);
    nodes.push(
      make("span", { class: `from ${classOf(span)}${bold ? " special" : ""}`, title }, prompt.prompt.slice(start, end)),
    );
  };
  for (const span of prompt.spans) {
    let at = span.start;
    while (next < special.length && (special[next]?.start ?? 0) < span.end) {
      const mark = special[next] ?? { start: span.end, end: span.end };
      add(at, mark.start, span, false);
      add(Math.max(at, mark.start), Math.min(mark.end, span.end), span, true);
      at = Math.min(mark.end, span.end);
      if (mark.end > span.end) break;
      next++;
    }
    add(at, span.end, span, false);
  }
  return nodes;
}

const mostOrigins = 12;

/** The origins that the prompt has, in their colours. */
function legend(prompt: Prompt): HTMLElement[] {
  const all = [...new Map(prompt.spans.map((span) => [nameOf(span), span]))];
  const items = all.slice(0, mostOrigins).map(([name, span]) => make("li", { class: classOf(span) }, name));
  if (all.length > mostOrigins)
    items.push(make("li", { class: "template" }, `and ${count(all.length - mostOrigins)} more`));
  return items;
}
