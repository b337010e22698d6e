import { KernelsAvailable, KernelsMemoryModule, KernelsModule } from "./abi.gen.js";

type Kernel = (...args: number[]) => number | undefined;

/** Kernels are the loops with vectors that ride in a module, as a module of their own that works on its memory. */
export class Kernels {
  private exports: WebAssembly.Exports = {};

  private constructor(
    private readonly guest: WebAssembly.Module,
    /** undefined: the guest has none, or this machine has no vectors */
    private readonly compiled: WebAssembly.Module | undefined,
  ) {}

  static async of(guest: WebAssembly.Module): Promise<Kernels> {
    const [section] = WebAssembly.Module.customSections(guest, KernelsModule);
    if (section === undefined) {
      return new Kernels(guest, undefined);
    }
    // Without vectors there is no kernel that compiles, and the guest has its own ways.
    return new Kernels(guest, await WebAssembly.compile(section).catch(() => undefined));
  }

  /** Returns what the guest imports. It calls what attach brings, as the kernels need its memory first. */
  imports(): WebAssembly.ModuleImports {
    const names = WebAssembly.Module.imports(this.guest)
      .filter(({ module }) => module === KernelsModule)
      .map(({ name }) => name);
    return Object.fromEntries(names.map((name) => [name, this.importOf(name)]));
  }

  /** Gives the kernels the guest's memory, before the guest is initialized. */
  async attach(memory: WebAssembly.Memory): Promise<void> {
    if (this.compiled !== undefined) {
      const instance = await WebAssembly.instantiate(this.compiled, { [KernelsMemoryModule]: { memory } });
      this.exports = instance.exports;
    }
  }

  private importOf(name: string): Kernel {
    if (name === KernelsAvailable) {
      return () => (this.compiled === undefined ? 0 : 1);
    }
    return (...args) => (this.exports[name] as Kernel)(...args);
  }
}
