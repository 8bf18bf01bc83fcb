import { setTransientAttribute } from "../../attributes/transient.ts";
import type { DcContext } from "./dc-context.ts";

/** Members that leave: their wish stands in the status, a plan moves their resources away and says when they may go. */
export class Shutdowns {
  readonly #context: Pick<DcContext, "draft" | "requestPlan" | "self">;
  readonly #letGo: (node: string) => void;
  #isOwnGranted = false;

  /** `letGo` tells another member that it may go. */
  constructor(context: Pick<DcContext, "draft" | "requestPlan" | "self">, letGo: (node: string) => void) {
    this.#context = context;
    this.#letGo = letGo;
  }

  /** Whether the DC itself may go, as far as plans say. */
  get isOwnGranted(): boolean {
    return this.#isOwnGranted;
  }

  /** A node asks to leave: its resources have to go first. */
  requested(node: string, epochSeconds: number): void {
    const state = this.#context.draft().changeableState(node);
    if (!state) return;
    setTransientAttribute(state, "shutdown", String(epochSeconds));
    this.#context.requestPlan(`${node} leaves`);
  }

  /** A plan has come to where a node may go. */
  grant(node: string): void {
    if (node === this.#context.self) this.#isOwnGranted = true;
    else this.#letGo(node);
  }
}
