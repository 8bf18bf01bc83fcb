import type { FenceCall, FenceResult } from "../../ports/fence-runner.ts";

/** A fencing call under way. */
export interface RunningFencing {
  readonly done: Promise<FenceResult>;
  /** Gives up; `done` then resolves with "failed". What the device already does is not taken back. */
  cancel(): void;
}

/**
 * A fencing device written in TypeScript. It runs inside the cluster daemon: it must not block, must answer within
 * `timeoutMs`, and says "succeeded" for off and reboot only when it knows that the target no longer runs.
 */
export interface FencePlugin {
  /** What the CIB's `type` says, without prefix. */
  readonly name: string;
  /** Meta-data XML with its parameters and actions. */
  readonly metadata: string;
  run(call: FenceCall): RunningFencing;
}

/** A family of fencing agents found on this machine. */
export interface FenceAdapter {
  /** Agents of this family that are installed here. */
  names(): readonly string[];
  run(call: FenceCall): RunningFencing;
}
