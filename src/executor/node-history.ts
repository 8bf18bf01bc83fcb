import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import { element, XmlElement } from "../xml/element.ts";
import type { ExecutorCommand } from "./command.ts";
import { historyEntries, type OperationOutcome, recordIn } from "./history.ts";

/** What was done to the resources of one node, kept by the node itself: an `<lrm>`, from which each new DC rebuilds its status. */
export class NodeHistory {
  readonly #node: string;
  readonly #lrm: XmlElement;
  readonly #resources = element("lrm_resources");

  constructor(node: string, nodeId: string) {
    this.#node = node;
    this.#lrm = element("lrm", { id: nodeId }, [this.#resources]);
  }

  /** The history of all resources: a copy. */
  copy(): XmlElement {
    return this.#lrm.clone();
  }

  /** The history of one resource: a copy; undefined when there is none. */
  copyOf(resourceId: string): XmlElement | undefined {
    return this.#holder(resourceId)?.clone();
  }

  /** Resources that run here, or may: everything that was not stopped for certain. Fencing devices do not count. */
  activeResources(): string[] {
    return this.#resources.children.filter(mayBeActive).map((holder) => holder.id ?? "");
  }

  /** Records how an operation ended, or that it is under way; returns the entries. */
  record(command: ExecutorCommand, outcome: OperationOutcome): XmlElement[] {
    const { resource } = command;
    const entries = historyEntries(this.#node, command, outcome);
    let holder = this.#holder(resource.id);
    if (!holder) {
      holder = new XmlElement("lrm_resource", [["id", resource.id]]);
      this.#resources.children.push(holder);
    }
    recordIn(holder, resource, entries);
    return entries;
  }

  /** Removes the history of a resource, or one entry of it. */
  forget(resourceId: string, entryId?: string): void {
    const holder = this.#holder(resourceId);
    if (!holder) return;
    const entry = entryId === undefined ? undefined : holder.child("lrm_rsc_op", entryId);
    if (entryId === undefined) this.#resources.remove(holder);
    else if (entry) holder.remove(entry);
  }

  #holder(resourceId: string): XmlElement | undefined {
    return this.#resources.child("lrm_resource", resourceId);
  }
}

function mayBeActive(holder: XmlElement): boolean {
  const last = holder.children.find((entry) => entry.id === `${holder.id}_last_0`);
  if (!last || holder.get("class") === "stonith") return false;
  if (last.get("op-status") === String(OPERATION_STATUS.pending)) return true;
  const isOver = ["stop", "migrate_to"].includes(last.get("operation") ?? "");
  const exitCode = Number(last.get("rc-code"));
  return exitCode !== OCF.notRunning && !(isOver && exitCode === OCF.success);
}
