import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NO_TERM, type Term } from "../../model/view.ts";
import { writeFileAtomically } from "./atomic-file.ts";

/** What a node must remember besides the CIB: a promise is never taken back, a plan number never used twice. */
export interface NodeState {
  readonly promised: Term;
  readonly committedTerm: Term;
  readonly planNumber: number;
  /** Keys of the last changes that are in the CIB on disk. */
  readonly changeKeys: readonly string[];
}

/** Keeps NodeState in one small file. */
export class StateStore {
  readonly #path: string;
  #state: NodeState;

  constructor(folder: string) {
    this.#path = join(folder, "membership.json");
    this.#state = read(this.#path);
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Changes some of it, on disk before this returns. Throws when it cannot be written. */
  update(change: Partial<NodeState>): void {
    const next = { ...this.#state, ...change };
    writeFileAtomically(this.#path, `${JSON.stringify(next)}\n`);
    this.#state = next;
  }
}

function read(path: string): NodeState {
  const none: NodeState = { promised: NO_TERM, committedTerm: NO_TERM, planNumber: 0, changeKeys: [] };
  if (!existsSync(path)) return none;
  const value = parsed(readFileSync(path, "utf8"));
  if (value !== undefined) return { ...none, ...value };
  throw new Error(
    `${path} is damaged. It holds the promises of this node; without them it might promise twice. When the other nodes run, move the file away and start again: they know what is in force`,
  );
}

function parsed(text: string): Partial<NodeState> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Partial<NodeState>) : undefined;
  } catch {
    return undefined;
  }
}
