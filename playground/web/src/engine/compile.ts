/** Gets a module and compiles it while it comes. One whose address ends in .gz is unpacked here. */
export async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`${url}: status ${response.status}`);
  }
  // Compiling as it comes takes a type that not every host knows, and that what is unpacked has not.
  const body = url.endsWith(".gz") ? response.body.pipeThrough(new DecompressionStream("gzip")) : response.body;
  return WebAssembly.compileStreaming(new Response(body, { headers: { "content-type": "application/wasm" } }));
}
