/** Memory is a guest's memory, which moves whenever it grows. */
export class Memory {
  private memory: WebAssembly.Memory | undefined;
  private current = new DataView(new ArrayBuffer(0));

  /** Sets the memory, which is there only after the imports that use it. */
  attach(memory: WebAssembly.Memory): void {
    this.memory = memory;
  }

  get view(): DataView<ArrayBuffer> {
    const buffer = this.buffer;
    if (this.current.buffer !== buffer) {
      this.current = new DataView(buffer);
    }
    return this.current;
  }

  get length(): number {
    return this.buffer.byteLength;
  }

  /** Returns a view, good until the guest runs again. Addresses of wasm are unsigned; JavaScript gets them signed. */
  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer, address >>> 0, length >>> 0);
  }

  private get buffer(): ArrayBuffer {
    if (this.memory === undefined) {
      throw new Error("the guest has no memory yet");
    }
    return this.memory.buffer;
  }
}
