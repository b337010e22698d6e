import { KernelsAvailable, KernelsMemoryModule, KernelsModule } from "./abi.gen.js";

/** What internal/simdgen calls the custom section with what calls the kernels, and the table there. */
const callsSection = "calls";
const callsTable = "kernels";

/** Kernels are the loops with vectors that ride in a module, as a module of their own that works on its memory. */
export class Kernels {
  private constructor(
    private readonly guest: WebAssembly.Module,
    /** undefined: the guest has none, or this machine has no vectors */
    private readonly kernels?: { compiled: WebAssembly.Module; calls: WebAssembly.Exports },
  ) {}

  static async of(guest: WebAssembly.Module): Promise<Kernels> {
    const [section] = WebAssembly.Module.customSections(guest, KernelsModule);
    // Without vectors there is no kernel that compiles, and the guest has its own ways.
    const compiled = section && (await WebAssembly.compile(section).catch(() => undefined));
    const [calls] = compiled === undefined ? [] : WebAssembly.Module.customSections(compiled, callsSection);
    if (compiled === undefined || calls === undefined) {
      return new Kernels(guest);
    }
    const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(calls));
    return new Kernels(guest, { compiled, calls: exports });
  }

  /**
   * Returns what the guest imports: functions that call what attach puts into their table, as the kernels need the
   * guest's memory first.
   */
  imports(): WebAssembly.ModuleImports {
    const names = WebAssembly.Module.imports(this.guest)
      .filter(({ module }) => module === KernelsModule)
      .map(({ name }) => name);
    return Object.fromEntries(names.map((name) => [name, this.importOf(name)]));
  }

  /** Gives the kernels the guest's memory, before the guest is initialized. */
  async attach(memory: WebAssembly.Memory): Promise<void> {
    if (this.kernels === undefined) {
      return;
    }
    const { compiled, calls } = this.kernels;
    const { exports } = await WebAssembly.instantiate(compiled, { [KernelsMemoryModule]: { memory } });
    const table = calls[callsTable] as WebAssembly.Table;
    WebAssembly.Module.exports(compiled).forEach(({ name }, i) => table.set(i, exports[name]));
  }

  private importOf(name: string): WebAssembly.ImportValue {
    const available = this.kernels === undefined ? 0 : 1;
    // The stand-ins are never called.
    return name === KernelsAvailable ? () => available : (this.kernels?.calls[name] ?? (() => undefined));
  }
}
