import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import { clusterOption } from "../../cib/document.ts";
import type { XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";

/** How many inputs of each kind are kept where the option does not say. Source: Pacemaker Explained, pe-*-series-max. */
const SERIES = { error: -1, warn: 5000, input: 4000 } as const;

const NAME = /^pe-(?:error|warn|input)-\d+\.xml$/;

/**
 * Keeps the inputs of plans: `pe-input-N.xml`. As many of each kind as the cluster option says (0 is none, -1 all), and
 * never more bytes than the limit: large clusters would fill the disk. The oldest go first.
 */
export class PlanStore {
  readonly #folder: string;
  readonly #mostBytes: number;
  /** Sizes of the files there are, oldest first; read when the first plan is saved. */
  #sizes: Map<string, number> | undefined;

  constructor(folder: string, mostBytes: number = LIMITS.planInputBytes) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  /** Writes one input; `severity` is input, warn or error. Not durable: it is for looking back only. Undefined when none is to be kept. */
  save(number: number, severity: keyof typeof SERIES, input: XmlElement): string | undefined {
    const wanted = Number(clusterOption(input, `pe-${severity}-series-max`) ?? SERIES[severity]);
    const most = Number.isInteger(wanted) ? wanted : SERIES[severity];
    if (most === 0) return undefined;
    mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
    const sizes = this.#known();
    const name = `pe-${severity}-${most > 0 ? number % most : number}.xml`;
    const text = writePretty(input);
    sizes.delete(name);
    sizes.set(name, Buffer.byteLength(text));
    this.#makeRoom(sizes, name);
    writeFileSync(join(this.#folder, name), text, { mode: 0o600 });
    return join(this.#folder, name);
  }

  #known(): Map<string, number> {
    if (this.#sizes) return this.#sizes;
    const found = readdirSync(this.#folder)
      .filter((name) => NAME.test(name))
      .map((name) => ({ name, ...statSync(join(this.#folder, name)) }))
      .sort((a, b) => a.mtimeMs - b.mtimeMs);
    this.#sizes = new Map(found.map(({ name, size }) => [name, size]));
    return this.#sizes;
  }

  #makeRoom(sizes: Map<string, number>, keep: string): void {
    let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const [name, size] of sizes) {
      if (bytes <= this.#mostBytes || name === keep) return;
      rmSync(join(this.#folder, name), { force: true });
      sizes.delete(name);
      bytes -= size;
    }
  }
}
