// Does tasks in a page of Chromium's: in its worker, but for one that the page itself does with nibble's engine.
import { ofNibble, tokens } from "./work.mjs";

const worker = new Worker("worker.js", { type: "module" });

function inWorker(task) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(task);
  });
}

let engine;

async function withEngine() {
  const { Engine } = await import(new URL("kernels/engine.js", location.href).href);
  engine ??= new Engine({ whole: "kernels/nibble.wasm" });
  await engine.load();
  const [data, text] = await Promise.all(
    ["tokenizer.json", "text.txt"].map(async (name) => (await fetch(name)).arrayBuffer()),
  );
  const file = { name: "tokenizer.json", data: new Uint8Array(data) };
  return tokens(async () => ofNibble(await engine.openTokenizer([file])), new TextDecoder().decode(text));
}

window.perform = (task) => (task.library === "nibble, in a worker" ? withEngine() : inWorker(task));
