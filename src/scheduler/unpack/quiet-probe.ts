import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import { AttributePicker } from "../../xml/attribute-picker.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../resource.ts";
import { expectedExitCode } from "./operation-record.ts";

const DECIDING = new AttributePicker("rc-code", "operation", "interval", "op-status", "transition-key", "id");
/** Exit code, operation, interval and status of a quiet probe. */
const QUIET = [String(OCF.notRunning), "monitor", "0", String(OPERATION_STATUS.done)];
const TRANSITION_KEY = 4;
const ID = 5;

/**
 * True for a history of which all there is to know is that the resource was looked for once and, as expected, found not
 * to be running: most histories of a large cluster. False for some that mean the same and are written in other ways.
 */
export function isQuietProbe(holder: XmlElement): boolean {
  const { children } = holder;
  const record = children[0];
  if (record === undefined || children.length > 1 || record.name !== "lrm_rsc_op") return false;
  if (!record.picksTexts(DECIDING, QUIET)) return false;
  const id = record.pick(DECIDING, ID);
  if (id === undefined || id.endsWith("_last_failure_0")) return false;
  return expectedExitCode(record.pick(DECIDING, TRANSITION_KEY)) === OCF.notRunning;
}

const AGENT = new AttributePicker("type", "class", "provider");

/** True for a history that was made by the agent that the resource has now. */
export function isOfAgent(holder: XmlElement, { xml, type, agentClass, provider }: Resource): boolean {
  const isFull = type !== "" && agentClass !== "" && provider !== "";
  if (isFull && holder.picksTexts(AGENT, [type, agentClass, provider])) return true;
  return (
    xml.get("type") === holder.get("type") && xml.get("class") === holder.get("class") && xml.get("provider") === holder.get("provider")
  );
}
