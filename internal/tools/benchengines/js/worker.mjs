// Does tasks in a worker of Chromium's.
import { perform } from "./work.mjs";

async function get(name) {
  const response = await fetch(name);
  if (!response.ok) {
    throw new Error(`${name}: status ${response.status}`);
  }
  return response;
}

const world = {
  columns: COLUMNS,
  nibble: (plain) => import(new URL(plain ? "plain/browser.js" : "kernels/browser.js", location.href).href),
  read: async (name) => new Uint8Array(await (await get(name)).arrayBuffer()),
  model: async () => ({ name: "model.gguf", data: await (await get("model.gguf")).blob() }),
};

self.onmessage = async ({ data }) => self.postMessage(await perform(world, data));
