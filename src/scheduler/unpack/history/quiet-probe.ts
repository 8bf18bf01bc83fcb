import { OCF, OPERATION_STATUS } from "../../../model/exit-code.ts";
import { AttributePicker } from "../../../xml/attribute-picker.ts";
import type { XmlElement } from "../../../xml/element.ts";
import { ElementKind } from "../../../xml/element-kind.ts";
import type { Resource } from "../../cluster/resource.ts";

/**
 * Histories of which all there is to know is that the resource was looked for once and, as expected, found not to be running:
 * most histories of a large cluster. Some that mean the same and are written in other ways are not of this kind.
 */
export const QUIET_PROBE = new ElementKind(
  "lrm_rsc_op",
  { "rc-code": String(OCF.notRunning), operation: "monitor", interval: "0", "op-status": String(OPERATION_STATUS.done) },
  {
    // ACTION:TRANSITION:EXPECTED:UUID
    "transition-key": `[^":]*:[^":]*:${OCF.notRunning}:[^"]*`,
    id: '(?![^"]*_last_failure_0(?:"|$))[^"]*',
  },
);

const AGENT = new AttributePicker("type", "class", "provider");

/** True for a history that was made by the agent that the resource has now. */
export function isOfAgent(holder: XmlElement, { xml, type, agentClass, provider }: Resource): boolean {
  const isFull = type !== "" && agentClass !== "" && provider !== "";
  if (isFull && holder.picksTexts(AGENT, [type, agentClass, provider])) return true;
  return (
    xml.get("type") === holder.get("type") && xml.get("class") === holder.get("class") && xml.get("provider") === holder.get("provider")
  );
}
