/** Actions a fencing device knows. */
export type FenceAction = "off" | "on" | "reboot" | "status" | "monitor" | "list" | "metadata";

/** One call of a fencing device from this node. */
export interface FenceCall {
  /** `fence_NAME` (stdin protocol), `external/NAME` (cluster-glue), or a built-in plugin: `lab`, `meatware`. */
  readonly agent: string;
  /** Id of the device in the CIB, whose secrets it may need. */
  readonly device?: string;
  readonly action: FenceAction;
  /** Node to act on; undefined for monitor, list and metadata. */
  readonly target: string | undefined;
  /** What the device calls that node (pcmk_host_map); the node's name when nothing else was said. */
  readonly plug: string | undefined;
  /** Name of the argument that carries `plug` (pcmk_host_argument); undefined lets the adapter choose. */
  readonly plugArgument: string | undefined;
  /** The device's parameters, without pcmk_* and CRM_meta_*. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Verdict of one attempt. Only "succeeded" is proof; nothing else may be read as success. */
export interface FenceResult {
  readonly verdict: "succeeded" | "failed" | "timed-out" | "no-such-agent";
  readonly exitCode: number;
  /** For status: whether the plug is on. */
  readonly isPlugOn: boolean | undefined;
  /** For list: plug names. */
  readonly plugs: readonly string[];
  readonly output: string;
  readonly elapsedMs: number;
}

/** Runs fencing devices. */
export interface FenceRunner {
  run(call: FenceCall): { readonly done: Promise<FenceResult>; cancel(): void };
  /** Names of the fencing agents installed here, sorted. */
  list(): Promise<readonly string[]>;
}
