import type { Role } from "./role.ts";

/** How a failed operation is answered, from mildest to hardest. */
export const ON_FAIL = [
  "ignore",
  "demote",
  "restart",
  "reset-remote",
  "restart-container",
  "ban",
  "block",
  "stop",
  "standby",
  "fence",
] as const;
export type OnFail = (typeof ON_FAIL)[number];

/** An operation as configured. */
export interface ConfiguredOperation {
  readonly name: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startDelayMs: number;
  readonly role: Role | undefined;
  readonly onFail: OnFail | undefined;
  readonly isEnabled: boolean;
  readonly parameters: ReadonlyMap<string, string>;
  readonly meta: ReadonlyMap<string, string>;
}
