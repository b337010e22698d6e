// Does tasks in a worker of Chromium's.
import { perform } from "./work.mjs";

async function get(name) {
  const response = await fetch(name);
  if (!response.ok) {
    throw new Error(`${name}: status ${response.status}`);
  }
  return response;
}

const read = async (name) => new Uint8Array(await (await get(name)).arrayBuffer());

const world = {
  columns: COLUMNS,
  nibble: (plain) => import(new URL(plain ? "plain/browser.js" : "kernels/browser.js", location.href).href),
  read,
  async model() {
    const names = await (await get("model/")).json();
    return Promise.all(names.map(async (name) => ({ name: `model/${name}`, data: await (await get(`model/${name}`)).blob() })));
  },
};

self.onmessage = async ({ data }) => self.postMessage(await perform(world, data));
