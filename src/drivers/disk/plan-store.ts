import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import type { XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";

/** Keeps the inputs of plans, numbered and bounded: `pe-input-N.xml`, the oldest overwritten. */
export class PlanStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes one input; `severity` is input, warn or error. Not durable: it is for looking back only. */
  save(number: number, severity: string, input: XmlElement): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
    const path = join(this.#folder, `pe-${severity}-${number % LIMITS.planInputs}.xml`);
    writeFileSync(path, writePretty(input), { mode: 0o600 });
    return path;
  }
}
