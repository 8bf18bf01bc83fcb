import { randomUUID } from "node:crypto";
import { DaemonUnreachable } from "./ipc.ts";

const NO_DC = 114;
/** The request was under way when the members changed. */
const TEMPORARY_FAILURE = 75;
const RETRY_MS = 100;

/** What every answer of the daemon has. */
export interface Answer {
  readonly exitCode: number;
}

/**
 * While there is no DC, or when it or the daemon was lost in the middle, the request is sent again until the time is up.
 * It carries a key, by which the daemon knows that it is the same one: a change is made once.
 */
export async function askPersistently<Request, Reply extends Answer>(
  request: Request,
  timeoutMs: number,
  send: (request: Request, leftMs: number) => Promise<Reply>,
): Promise<Reply> {
  const end = performance.now() + timeoutMs;
  let wasSent = false;
  for (;;) {
    const isTimeUp = (): boolean => performance.now() + RETRY_MS > end;
    try {
      const reply = await send(request, Math.max(RETRY_MS, end - performance.now()));
      if (![NO_DC, TEMPORARY_FAILURE].includes(reply.exitCode) || isTimeUp()) return reply;
    } catch (error) {
      wasSent ||= error instanceof DaemonUnreachable && error.wasSent;
      if (!wasSent || isTimeUp()) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * Keys for the requests of one run of a tool. The tool server and the program that takes over from it make the same ones
 * from the launcher's key, so that what the one has done the other does not do again.
 */
export function changeKeys(runKey: string | undefined): () => string {
  let count = 0;
  return () => {
    count += 1;
    return runKey === undefined ? randomUUID() : `${runKey}.${count}`;
  };
}

/** The launcher's key, from its variable; undefined when the variable is not meant for this process but was inherited. */
export function launcherKey(variable: string | undefined, pid: number): string | undefined {
  const [owner, key] = variable?.split(":") ?? [];
  return owner === String(pid) && key !== undefined && /^[0-9a-f]{32}$/.test(key) ? key : undefined;
}
