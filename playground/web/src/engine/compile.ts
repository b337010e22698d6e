/** What gzip's files begin with. */
const gzipMagic = [0x1f, 0x8b];

/** Gets a module and compiles it while it comes. One whose address ends in .gz is unpacked, by the host or here. */
export async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`${url}: status ${response.status}`);
  }
  // Compiling as it comes takes a type that not every host knows, and that what is unpacked has not.
  const body = url.endsWith(".gz") ? await unpacked(response.body) : response.body;
  return WebAssembly.compileStreaming(new Response(body, { headers: { "content-type": "application/wasm" } }));
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Unpacks a stream. Some hosts send files ending in .gz with a header that has the browser unpack them before. */
async function unpacked(stream: ReadableStream<Bytes>): Promise<ReadableStream<Bytes>> {
  const reader = stream.getReader();
  const begun: Bytes[] = [];
  const start: number[] = [];
  while (start.length < gzipMagic.length) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    begun.push(value);
    start.push(...value.subarray(0, gzipMagic.length));
  }
  const whole = new ReadableStream<Bytes>({
    async pull(controller) {
      const next = begun.shift() ?? (await reader.read()).value;
      if (next === undefined) {
        controller.close();
      } else {
        controller.enqueue(next);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const packed = gzipMagic.every((byte, i) => start[i] === byte);
  return packed ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}
