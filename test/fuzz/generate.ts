import { schedule } from "../../src/scheduler/schedule.ts";
import { playGraph } from "../../src/tools/simulate/play-graph.ts";
import { SimulatedCib } from "../../src/tools/simulate/simulated-cib.ts";
import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Focus, mutate } from "./mutate.ts";
import type { RandomChoice } from "./random-choice.ts";

/** A time for documents that name none: all that is generated is older, and nothing depends on the day of the run. */
export const GENERATED_NOW_EPOCH_SECONDS = 1_795_000_000;

/** The time a document is looked at, in seconds of the epoch. */
export function nowOf(cib: XmlElement): number {
  return Number(cib.get("execution-date")) || GENERATED_NOW_EPOCH_SECONDS;
}

/** Makes a random cluster: a few nodes, resources of all kinds, in half of the cases already running, then changed at random. */
export function generateCib(choice: RandomChoice, focus: Focus = "all"): XmlElement {
  const nodes = Array.from({ length: choice.integer(1, 4) }, (_, index) => `node${index + 1}`);
  const resources = generateResources(choice, nodes);
  const property = element("nvpair", { id: "fencing", name: "fencing-enabled", value: choice.one(["true", "true", "false"]) });
  const cib = element(
    "cib",
    {
      crm_feature_set: "3.13.0",
      "validate-with": "pacemaker-3.9",
      epoch: 1,
      num_updates: 0,
      admin_epoch: 0,
      "have-quorum": 1,
      "dc-uuid": "1",
      "execution-date": GENERATED_NOW_EPOCH_SECONDS,
    },
    [
      element("configuration", {}, [
        element("crm_config", {}, [element("cluster_property_set", { id: "options" }, [property])]),
        element(
          "nodes",
          {},
          nodes.map((uname, index) => element("node", { id: index + 1, uname })),
        ),
        element("resources", {}, resources),
        element("constraints"),
      ]),
      element("status", {}, nodes.map(nodeState)),
    ],
  );
  mutate(cib, choice, choice.integer(0, 4), { focus, prefix: "made" });
  if (choice.chance(0.6)) carryOut(cib, GENERATED_NOW_EPOCH_SECONDS - 1000);
  return cib;
}

function nodeState(uname: string, index: number): XmlElement {
  const id = index + 1;
  return element(
    "node_state",
    { id, uname, in_ccm: "true", crmd: "online", join: "member", expected: "member", "crm-debug-origin": "fuzz" },
    [element("lrm", { id }, [element("lrm_resources")])],
  );
}

/** Carries out our own plan, so that what is to run does. */
export function carryOut(cib: XmlElement, nowEpochSeconds: number): void {
  const result = schedule(cib, { nowEpochSeconds });
  playGraph(result.graphXml(), new SimulatedCib(cib), { failures: [], resources: result.cluster.top, nowEpochSeconds });
  for (const entry of cib.child("status")?.walk() ?? []) if (entry.name === "lrm_rsc_op") entry.set("crm_feature_set", "3.13.0");
}

function primitive(id: string, choice: RandomChoice, isStateful = false): XmlElement {
  const type = isStateful ? "Stateful" : "Dummy";
  const operations = isStateful
    ? [
        element("op", { id: `${id}-m1`, name: "monitor", interval: "10s", role: "Unpromoted" }),
        element("op", { id: `${id}-m2`, name: "monitor", interval: "11s", role: "Promoted" }),
      ]
    : choice.chance(0.7)
      ? [element("op", { id: `${id}-m1`, name: "monitor", interval: "10s" })]
      : [];
  return element("primitive", { id, class: "ocf", provider: "pacemaker", type }, [element("operations", {}, operations)]);
}

function clone(id: string, choice: RandomChoice, member: XmlElement, isPromotable: boolean): XmlElement {
  const options = [
    ["promotable", String(isPromotable)],
    ["interleave", choice.one(["true", "false"])],
    ["notify", choice.one(["true", "false", "false"])],
    ["globally-unique", choice.one(["true", "false", "false", "false"])],
  ] as const;
  const pairs = options.map(([name, value]) => element("nvpair", { id: `${id}-${name}`, name, value }));
  return element("clone", { id }, [element("meta_attributes", { id: `${id}-meta` }, pairs), member]);
}

function group(id: string, choice: RandomChoice): XmlElement {
  const members = Array.from({ length: choice.integer(1, 3) }, (_, index) => primitive(`${id}-m${index}`, choice));
  return element("group", { id }, members);
}

function bundle(id: string, choice: RandomChoice): XmlElement {
  const isPromotable = choice.chance(0.3);
  const container = element("podman", {
    image: "image",
    replicas: choice.integer(1, 3),
    "promoted-max": isPromotable ? 1 : undefined,
  });
  const network = element("network", { "ip-range-start": "192.168.1.10", "control-port": choice.chance(0.5) ? "3121" : undefined });
  const member = choice.chance(0.7) ? [primitive(`${id}-member`, choice, isPromotable)] : [];
  return element("bundle", { id }, [container, network, ...member]);
}

function generateResources(choice: RandomChoice, nodes: readonly string[]): XmlElement[] {
  const out: XmlElement[] = [];
  if (choice.chance(0.8)) out.push(element("primitive", { id: "fence", class: "stonith", type: "fence_dummy" }));
  for (let count = choice.integer(1, 5), serial = 0; serial < count; serial += 1) {
    const id = `r${serial}`;
    const kind = choice.one([
      "primitive",
      "primitive",
      "primitive",
      "group",
      "group",
      "clone",
      "clone-group",
      "promotable",
      "bundle",
      "remote",
    ]);
    if (kind === "primitive") out.push(primitive(id, choice));
    else if (kind === "group") out.push(group(id, choice));
    else if (kind === "clone") out.push(clone(id, choice, primitive(`${id}-member`, choice), false));
    else if (kind === "clone-group") out.push(clone(id, choice, group(`${id}-group`, choice), false));
    else if (kind === "promotable") out.push(clone(id, choice, primitive(`${id}-member`, choice, true), true));
    else if (kind === "bundle") out.push(bundle(id, choice));
    else if (nodes.length > 1) out.push(element("primitive", { id, class: "ocf", provider: "pacemaker", type: "remote" }));
  }
  return out;
}
