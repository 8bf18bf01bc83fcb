import { listLines } from "../text/text-list.ts";
import { resourceList, WHOLE_LIST } from "./resource-lists.ts";
import { type StatusPart, statusParts } from "./status-lists.ts";
import type { ClusterStatus } from "./status-model.ts";
import type { StatusView } from "./status-view.ts";

/** The status as crm_mon of Pacemaker 3.0.2 prints it. */
export function statusAsText(status: ClusterStatus, view: StatusView): string {
  const parts = statusParts(status, view).map((part) => partLines(part, 0).join("\n"));
  return parts.length === 0 ? "" : `${parts.join("\n\n")}\n`;
}

/** Lines of one part of the display; lists are indented to a depth. */
export function partLines(part: StatusPart, depth: number): string[] {
  return "items" in part ? listLines(part, depth) : [...part];
}

/** All resources as `crm_resource --list` prints them. */
export function resourceListText(status: ClusterStatus): string {
  const list = resourceList(status, { ...WHOLE_LIST, isWithoutNodes: true, showsDescription: true });
  return list === undefined ? "" : `${listLines(list).join("\n")}\n`;
}
