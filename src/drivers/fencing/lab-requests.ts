/**
 * How a node of the lab asks for power: files in a folder that the node and the lab's host share. The node writes
 * `ID.request`, the host answers with `ID.answer`; both appear by rename, hence whole. A request that its sender gave
 * up is removed by the sender.
 */
export interface LabRequest {
  readonly id: string;
  readonly action: "off" | "on" | "reboot" | "status" | "monitor" | "list";
  /** Name of the node; empty for monitor and list. */
  readonly target: string;
}

/** What the host did. */
export interface LabAnswer {
  readonly id: string;
  /** For off and reboot true only when the node's pid namespace was seen to be gone. */
  readonly isDone: boolean;
  /** For status. */
  readonly isOn?: boolean;
  /** For list. */
  readonly nodes?: readonly string[];
  readonly message: string;
}

export const LAB_REQUEST_SUFFIX = ".request";
export const LAB_ANSWER_SUFFIX = ".answer";
/** Where the folder stands inside a node. */
export const LAB_FENCE_FOLDER = "/run/kodou-fence";

/** An answer's text as an answer to `id`, or undefined: what is not understood is no proof. */
export function parseLabAnswer(text: string, id: string): LabAnswer | undefined {
  const value = parseObject(text);
  if (value === undefined || value["id"] !== id || typeof value["isDone"] !== "boolean") return undefined;
  const { isDone, isOn, nodes, message } = value;
  return {
    id,
    isDone,
    ...(typeof isOn === "boolean" ? { isOn } : {}),
    ...(Array.isArray(nodes) ? { nodes: nodes.filter((node) => typeof node === "string") } : {}),
    message: typeof message === "string" ? message : "",
  };
}

/** A request's text as a request, or undefined. */
export function parseLabRequest(text: string): LabRequest | undefined {
  const value = parseObject(text);
  const action = (["off", "on", "reboot", "status", "monitor", "list"] as const).find((name) => name === value?.["action"]);
  if (value === undefined || action === undefined) return undefined;
  const { id, target } = value;
  return typeof id === "string" && typeof target === "string" ? { id, action, target } : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
