import type { ScheduleResult } from "../../../src/scheduler/report/schedule-result.ts";
import type { XmlElement } from "../../../src/xml/element.ts";

/** One input, what the scheduler makes of it, and how long that took. */
export interface Scheduled {
  readonly cib: XmlElement;
  readonly nowEpochSeconds: number;
  readonly result: ScheduleResult;
  readonly graph: XmlElement;
  /** CPU time that it took. */
  readonly cpuMs: number;
}

/** Something that has to be true of every plan. */
export interface Property {
  readonly name: string;
  /** What is wrong; empty when the property holds. */
  readonly problems: (one: Scheduled) => readonly string[];
}

/** An action of a graph with its resource: instances of anonymous clones by the name of the instance. */
export interface ResourceAction {
  readonly task: string;
  readonly key: string;
  readonly node: string;
  readonly resourceId: string;
}

/** The actions of a graph that agents are called for. */
export function resourceActions(graph: XmlElement): ResourceAction[] {
  return [...graph.walk()].flatMap((xml) => {
    if (xml.name !== "rsc_op") return [];
    const primitive = xml.child("primitive");
    const resourceId = primitive?.get("long-id") ?? primitive?.id;
    if (resourceId === undefined) return [];
    return [{ task: xml.get("operation") ?? "", key: xml.get("operation_key") ?? "", node: xml.get("on_node") ?? "", resourceId }];
  });
}
