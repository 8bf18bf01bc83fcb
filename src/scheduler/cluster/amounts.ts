import { INT_MAX } from "../../base/int-max.ts";
import { leadingInteger } from "../../base/leading-integer.ts";

/** Amounts that do not change. */
export interface FixedAmounts extends ReadonlyMap<string, number> {
  /** The amounts, by name, as they are shown. */
  texts(): ReadonlyMap<string, string>;
}

/**
 * What a node has room for, or what a resource takes, by name of the utilization attribute. An amount is an integer of 32 bits:
 * a larger one counts as the largest, a text that is no number as 0. Each is shown as it was written until it changes, as
 * `crm_simulate -U` of Pacemaker 3 does.
 */
export class Amounts extends Map<string, number> implements FixedAmounts {
  readonly #written = new Map<string, string>();

  /** Takes an amount as the configuration has it. */
  read(name: string, text: string): void {
    this.set(name, leadingInteger(text, 0));
    this.#written.set(name, text);
  }

  override set(name: string, amount: number): this {
    this.#written.delete(name);
    return super.set(name, Math.max(-INT_MAX - 1, Math.min(INT_MAX, amount)));
  }

  texts(): Map<string, string> {
    return new Map([...this].map(([name, amount]) => [name, this.#written.get(name) ?? `${amount}`]));
  }
}
