import { schedule } from "../../src/scheduler/schedule.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import {
  colocationsIn,
  dependentsOfMembers,
  guestsIn,
  hasTransientName,
  idsBelow,
  isOptional,
  membersOf,
  namesIn,
  resourceIds,
  resourcesNamed,
  runningIn,
  tagged,
} from "./cib-questions.ts";
import { nowOf } from "./generate.ts";

/** Something in which 3.0.2 differs from 2.1.5 on purpose. */
export interface KnownDifference {
  readonly name: string;
  /** True when the difference in this document, with these lines on one side only, is of this kind. */
  readonly explains: (cib: XmlElement, lines: readonly string[]) => boolean;
}

/** In what kodou differs from every release on purpose. */
export const DELIBERATE_DIFFERENCES: readonly KnownDifference[] = [
  {
    // In Pacemaker a remote node without a state has no #uname and no #is_dc, so that all of them are one place for colocations. In kodou
    // every node has its name.
    name: "remote nodes that were never seen",
    explains: (cib, lines) =>
      unseenRemotes(cib).some((id) =>
        lines.some((line) => [`(${id})`, ` on ${id}`, ` ${id})`, `(${id} ->`].some((part) => line.includes(part))),
      ),
  },
  {
    // Resources that name the same guest node each get a connection of that name in Pacemaker. In kodou only the first of them makes it.
    name: "guest nodes that two resources would make",
    explains: (cib) => {
      const pairs = [...(cib.descend("configuration", "resources")?.walk() ?? [])].filter((one) => one.get("name") === "remote-node");
      return new Set(pairs.map((one) => one.get("value"))).size < pairs.length;
    },
  },
  {
    // What is to be stopped where it is not expected only, and goes to a node where it is not active, is not started there by
    // Pacemaker: it makes do with a pseudo event.
    name: "a start of what is active on unexpected nodes only",
    explains: (cib, lines) =>
      [...(cib.child("configuration")?.walk() ?? [])].some((xml) => xml.get("value") === "stop_unexpected") &&
      lines.every((line) => /\b(start|promote)\b/.test(line)),
  },
  {
    // Pacemaker keeps interleaved clones apart from one instance each, so that every plan has instances change places. kodou does not.
    name: "interleaved clones or bundles that are to be apart",
    explains: (cib, lines) => {
      const collectives = [...resourcesNamed(cib, "clone"), ...resourcesNamed(cib, "bundle")];
      const known = new Set(collectives.map((one) => one.id));
      const apart = colocationsIn(cib).filter((one) => one.score < 0 && known.has(one.dependent) && known.has(one.primary));
      const meant = collectives.filter(({ id }) => apart.some((one) => one.dependent === id || one.primary === id));
      return meant.some((collective) => namesIn(lines, resourceIds(collective)));
    },
  },
  {
    // Pacemaker begins to place a bundle anew while it is placing it, and loses count of what each node has. kodou does not.
    name: "bundles that want each other in a circle",
    explains: (cib, lines) => {
      const bundles = resourcesNamed(cib, "bundle").flatMap((one) => one.id ?? []);
      const all = colocationsIn(cib);
      const reached = (from: string): Set<string> => {
        const found = new Set<string>();
        const queue = [from];
        for (const id of queue)
          for (const { dependent, primary } of all)
            if (dependent === id && !found.has(primary)) {
              found.add(primary);
              queue.push(primary);
            }
        return found;
      };
      const inCircle = bundles.filter((id) => reached(id).has(id));
      return inCircle.some((id) => namesIn(lines, new Set([id, ...reached(id)])));
    },
  },
];

/** Deliberate changes of behaviour between the versions. Each is as narrow as can be told from outside. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    // pcmk__block_colocation_dependents asks for all colocations with a group since 2.1.6, those with its members included.
    name: "a blocked group blocks what has to be with one of its members",
    explains: (cib, lines) => {
      const dependents = dependentsOfMembers(cib);
      const isOf = (line: string, id: string): boolean =>
        line.startsWith(`- rsc_op start ${id}_start_0 `) || (/^[-+] Start /.test(line) && line.startsWith(`Start ${id} `, 2));
      return lines.every((line) => [...dependents].some((id) => isOf(line, id)));
    },
  },
  {
    // Membership as the time since when it holds is new in 2.1.7; 2.1.5 takes such a node for offline.
    name: "membership as a time",
    explains: (cib) => (cib.child("status")?.childrenNamed("node_state") ?? []).some((state) => Number(state.get("in_ccm")) > 1),
  },
  {
    // In 2.1.5 what runs on a node in maintenance is unmanaged, since 2.1.6 in maintenance: its recurring operations end everywhere.
    name: "what runs on a node in maintenance is in maintenance everywhere",
    explains: (cib, lines) =>
      hasNodeInMaintenance(cib) &&
      lines.every((line) => /^[-+] (rsc_op (cancel|monitor) \S+_monitor_[1-9]|pseudo_event (start|running) )/.test(line)),
  },
  {
    // Fix of 2.1.7: before, roles of a colocation to be apart were read the other way round.
    name: "to be apart in a role",
    explains: (cib) =>
      (cib.descend("configuration", "constraints")?.childrenNamed("rsc_colocation") ?? []).some(
        (xml) =>
          xml.get("score")?.startsWith("-") === true && [xml.get("rsc-role"), xml.get("with-rsc-role")].some((role) => role !== undefined),
      ),
  },
  {
    // Schema 4.0 has no lifetimes: the upgrade makes of a location with one a rule without a score, which is ignored.
    name: "locations with a lifetime",
    explains: (cib) =>
      (cib.descend("configuration", "constraints")?.childrenNamed("rsc_location") ?? []).some((xml) => xml.child("lifetime") !== undefined),
  },
  {
    // In 2.1.5 an expression that compares numbers never holds where its value is none; later versions compare texts then.
    name: "rules that compare with what is no number",
    explains: (cib) =>
      [...(cib.child("configuration")?.walk() ?? [])].some(
        (xml) =>
          xml.name === "expression" && ["number", "integer"].includes(xml.get("type") ?? "") && !/^[-+]?\d/.test(xml.get("value") ?? "0"),
      ),
  },
  {
    // Option fence-remote-without-quorum (3.0.0), off by default; before, nothing kept remote nodes from being fenced.
    name: "remote nodes are not fenced without quorum",
    explains: (cib, lines) => cib.get("have-quorum") === "0" && lines.every((line) => isFencingOfRemote(cib, line)),
  },
  {
    // Only simulations record cancellations; 2.1.5 takes one for a sign that the resource runs.
    name: "a recorded cancellation",
    explains: (cib) => [...(cib.child("status")?.walk() ?? [])].some((xml) => xml.get("operation") === "cancel"),
  },
  {
    // Where nodes are unfenced, 2.1.5 lets probes of a cloned fence device precede its instance, since 2.1.6 the whole clone.
    name: "probes of cloned fence devices where nodes are unfenced",
    explains: (cib, lines) => {
      const values = [...(cib.child("configuration")?.walk() ?? [])].map((xml) => xml.get("value"));
      return values.includes("unfencing") && lines.every((line) => /^[-+] rsc_op monitor \S+_monitor_0 .*-> \S+ start /.test(line));
    },
  },
  {
    // Since 2.1.6 a member that runs although an earlier one does not is stopped before that one is started.
    name: "a member that runs before an earlier one of its group",
    explains: (cib, lines) => {
      const others = lines.filter((line) => !isLaterMemberFirst(cib, line));
      return others.length < lines.length && others.every((line) => /^[-+] rsc_op monitor \S+_monitor_0 .*-> /.test(line));
    },
  },
  {
    // Where that one cannot be stopped, the earlier one is not started.
    name: "a member that is stuck before an earlier one of its group",
    explains: (cib, lines) => {
      const values = [...(cib.child("configuration")?.walk() ?? [])].map((xml) => xml.get("on-fail") ?? xml.get("value"));
      const members = membersOf(cib);
      return (
        values.includes("block") && lines.every((line) => members.has(/^- rsc_op (?:start|monitor) (\S+?)_\w+_\d+ /.exec(line)?.[1] ?? ""))
      );
    },
  },
  {
    // Graphs of 2.1.5 may have circles: a probe on a guest before the start that the guest waits for.
    name: "probes on guests before what guests need",
    explains: (cib, lines) => {
      const guests = guestsIn(cib);
      return lines.every((line) => guests.has(/^- rsc_op monitor \S+_monitor_0 on (\S+) -> /.exec(line)?.[1] ?? ""));
    },
  },
  {
    // 2.1.5 overlooks that an expired failure asks for its operation anew where that has an entry of its own, too.
    name: "expired failures of what succeeded before",
    explains: (cib, lines) => {
      const entries = [...(cib.child("status")?.walk() ?? [])].filter(
        (xml) => xml.id?.endsWith("_last_failure_0") && Number(xml.get("interval")) > 0,
      );
      const keys = new Set(entries.map((xml) => xml.get("operation_key")));
      return lines.every((line) => keys.has(/^\+ rsc_op monitor (\S+) on /.exec(line)?.[1] ?? ""));
    },
  },
  {
    // In 3.0.2 no connection can be locked to a node, be it to a guest or in a group.
    name: "locks of connections",
    explains: (cib, lines) => {
      const ids = resourcesNamed(cib, "primitive").flatMap((one) => (one.get("type") === "remote" ? (one.id ?? []) : []));
      const connections = new Set([...ids, ...guestsIn(cib)]);
      return lines.every((line) => connections.has(/^- crm_event lrm_delete (\S+)_lrm_delete_0 /.exec(line)?.[1] ?? ""));
    },
  },
  {
    // 2.1.5 pairs an interleaved instance with the container of what comes first, later versions with what is in it.
    name: "an interleaved instance after what is in a container",
    explains: (_cib, lines) => {
      const told = lines.map((line) => /^([-+]) rsc_op start (\S+)_start_0 on (\S+) -> (.+)$/.exec(line));
      const isPaired = told.some((one) => one?.[1] === "-" && /-(?:podman|docker)-\d+$/.test(one[2] ?? ""));
      return (
        isPaired &&
        told.every((one) => one !== null && (one[1] === "+" ? /-\d+$/.test(one[3] ?? "") : /-(?:podman|docker)-\d+$/.test(one[2] ?? "")))
      );
    },
  },
  {
    // Since 2.1.7 each instance of an ordered clone comes after every earlier one, as some may not be there.
    name: "instances of an ordered clone after every earlier one",
    explains: (_cib, lines) =>
      lines.every((line) => /^\+ rsc_op (start|stop) (\S+?)(?::\d+)?_\1_0 .*-> rsc_op \1 \2(?::\d+)?_\1_0 /.test(line)),
  },
];

/**
 * More of them, told by what the document is made of. Only for documents from which nothing can be taken away without the
 * difference going away with it: there each of its parts has to do with it.
 */
export const KNOWN_IN_SMALL: readonly KnownDifference[] = [
  {
    // Fix of 3.0.0: an expired failure in the promoted role does not make the resource promoted.
    name: "expired results in the promoted role",
    explains: (cib) => [...(cib.child("status")?.walk() ?? [])].some((xml) => xml.get("rc-code") === "8") && hasFailureTimeout(cib),
  },
  {
    // Since 2.1.6 what does not have to go down, because it is not up, keeps nothing in a later set from coming up; and
    // what cannot come up keeps what is in a later set from going down. In 2.1.5 the later set's action decides.
    name: "sets of which one goes down",
    explains: (cib, lines) =>
      (cib.descend("configuration", "constraints")?.childrenNamed("rsc_order") ?? []).some((xml) => {
        const sets = xml.childrenNamed("resource_set").filter((set) => set.children.length > 0);
        const goesDown = sets.map((set) => ["stop", "demote"].includes(set.get("action") ?? ""));
        const concerned = sets.filter((_, at) => [at - 1, at + 1].some((next) => next in sets && goesDown[next] !== goesDown[at]));
        const ids = concerned.flatMap((set) => set.children.flatMap((one) => tagged(cib, one.id)));
        return namesIn(lines, new Set(ids.flatMap((id) => [...idsBelow(cib, id)])));
      }),
  },
  {
    // Score attributes that a node does not have: 2.1.5 bans it, since 2.1.8 it gets no score.
    name: "score attributes that a node does not have",
    explains: (cib) => [...(cib.child("configuration")?.walk() ?? [])].some((xml) => xml.get("score-attribute") !== undefined),
  },
  {
    // 2.1.5 drops the whole constraint, later versions only what is not there.
    name: "tags of things that are not there",
    explains: (cib) => {
      const known = new Set(
        ["primitive", "group", "clone", "bundle"].flatMap((kind) => resourcesNamed(cib, kind).flatMap((one) => one.id ?? [])),
      );
      const constraints = [...(cib.descend("configuration", "constraints")?.walk() ?? [])];
      const names = constraints.flatMap((xml) => ["rsc", "with-rsc", "first", "then"].flatMap((name) => tagged(cib, xml.get(name))));
      return names.some((name) => !known.has(name));
    },
  },
  {
    // Fix of 2.1.7: "consider explicit colocations with group members".
    name: "colocations of single members of a group count for the group",
    explains: (cib) => colocationsIn(cib).some((one) => [one.dependent, one.primary].some((id) => membersOf(cib).has(id))),
  },
  {
    // Fix of 2.1.7: "avoid shuffling clone instances unnecessarily".
    name: "instances that run keep their places where that is possible",
    explains: (cib, lines) =>
      [...resourcesNamed(cib, "clone"), ...resourcesNamed(cib, "bundle")].some(
        (one) => runningIn(cib, one) && namesIn(lines, resourceIds(one)),
      ),
  },
  {
    // Since 2.1.7 a resource applies its mandatory colocations first; optional ones that leave it nowhere are taken back.
    name: "mandatory colocations before optional ones",
    explains: (cib) => {
      const all = colocationsIn(cib);
      const named = (mandatory: boolean) =>
        new Set(all.filter((one) => isOptional(one.score) !== mandatory).flatMap((one) => [one.dependent, one.primary]));
      // What lives in something has to be with it.
      const launchers = [...cib.walk()].flatMap((xml) =>
        xml.name === "nvpair" && xml.get("name") === "container" ? (xml.get("value") ?? []) : [],
      );
      const mandatory = new Set([...named(true), ...launchers]);
      return [...named(false)].some((id) => mandatory.has(id));
    },
  },
  {
    // 2.1.5 passes the wish of the last in a chain of colocations on as it is, later versions times the score of each link.
    name: "finite wishes along a chain",
    explains: (cib) => {
      const wishes = colocationsIn(cib).filter((one) => isOptional(one.score));
      // A group is a chain in itself.
      const groups = new Set(resourcesNamed(cib, "group").map((group) => group.id));
      return wishes.some(
        (one) => groups.has(one.dependent) || wishes.some((two) => two.dependent === one.primary && two.primary !== one.dependent),
      );
    },
  },
  {
    // 2.1.5 does not hear what is to be with a group when it places what the group is to be with.
    name: "what is to be with a group that is to be with something",
    explains: (cib) => {
      const groups = new Set(resourcesNamed(cib, "group").map((group) => group.id));
      const all = colocationsIn(cib);
      const isBetween = (id: string): boolean => groups.has(id) && all.some((two) => two.dependent === id);
      return all.some((one) => isBetween(one.primary));
    },
  },
  {
    // Since 2.1.7 what is to be with a clone speaks to each of its instances.
    name: "what is to be with a clone",
    explains: (cib) => {
      const clones = new Set(resourcesNamed(cib, "clone").map((one) => one.id));
      return colocationsIn(cib).some((one) => one.score > 0 && clones.has(one.primary));
    },
  },
  {
    // 2.1.5 does not keep to colocations in which the resource inside a clone is named.
    name: "colocations of what is in a clone",
    explains: (cib) => {
      const inside = new Set(resourcesNamed(cib, "clone").flatMap((clone) => [...resourceIds(clone)].filter((id) => id !== clone.id)));
      return colocationsIn(cib).some((one) => inside.has(one.dependent) || inside.has(one.primary));
    },
  },
  {
    // Fix of 2.1.7: "compare anti-colocation dependent negative preferences against stickiness". What can be on one node only
    // moves what it is to be apart from; in 2.1.5 it never does.
    name: "what can be on one node only keeps others from it",
    explains: (cib) => {
      const scores = schedule(cib.clone(), { nowEpochSeconds: nowOf(cib) }).scores.filter((line) => line.kind !== "promotion");
      const isSqueezed = (id: string): boolean => {
        const own = scores.filter((line) => line.resource === id || line.resource.startsWith(`${id}:`));
        return own.some((line) => line.score < 0) && new Set(own.filter((line) => line.score >= 0).map((line) => line.node)).size === 1;
      };
      return colocationsIn(cib).some((one) => one.score < 0 && isOptional(one.score) && [...idsBelow(cib, one.dependent)].some(isSqueezed));
    },
  },
  {
    // Seen with clones of 2.1.5: scores of instances lack it.
    name: "a finite wish of a clone to be with something",
    explains: (cib) => {
      const clones = new Set(resourcesNamed(cib, "clone").map((one) => one.id));
      return colocationsIn(cib).some((one) => one.score > 0 && isOptional(one.score) && clones.has(one.dependent));
    },
  },
  {
    // Fixes of 2.1.7, 2.1.8 and 3.0.0: clone-node-max, order of promotion and priority of cloned groups.
    name: "cloned groups",
    explains: (cib, lines) =>
      resourcesNamed(cib, "clone").some((one) => one.child("group") !== undefined && namesIn(lines, resourceIds(one))),
  },
  {
    // Fixes of 2.1.7: "role-based colocations now work with bundles", "get bundle container's promotion score from correct node".
    name: "colocation and promotion in bundles",
    explains: (cib) => {
      const bundles = resourcesNamed(cib, "bundle").flatMap((one) => [...resourceIds(one)]);
      return (
        colocationsIn(cib).some((one) => [one.dependent, one.primary].some((id) => bundles.includes(id))) ||
        (bundles.length > 0 && hasTransientName(cib, "master-"))
      );
    },
  },
];

/** True for an edge of ours alone from the stop of a member of a group to the start of an earlier one. */
function isLaterMemberFirst(cib: XmlElement, line: string): boolean {
  const [, later, earlier] =
    /^\+ (?:rsc_op|pseudo_event) stop (\S+?)(?::\d+)?_stop_0 .*-> rsc_op start (\S+?)(?::\d+)?_start_0 /.exec(line) ?? [];
  return resourcesNamed(cib, "group").some((group) => {
    const members = group.childrenNamed("primitive").map((member) => member.id);
    return members.includes(earlier) && members.indexOf(later) > members.indexOf(earlier);
  });
}

/** True for a fencing by 2.1.5 alone whose target is no configured cluster node. */
function isFencingOfRemote(cib: XmlElement, line: string): boolean {
  const target = /^- Fence \(\w+\) (\S+)/.exec(line)?.[1];
  const nodes = cib.descend("configuration", "nodes")?.childrenNamed("node") ?? [];
  const isMember = nodes.some((node) => node.get("uname") === target && node.get("type") !== "remote");
  return target !== undefined && !isMember;
}

/** True when some failures expire. */
function hasFailureTimeout(cib: XmlElement): boolean {
  return [...(cib.child("configuration")?.walk() ?? [])].some((xml) => xml.get("name") === "failure-timeout");
}

/** True when a permanent or transient attribute puts a node into maintenance. */
function hasNodeInMaintenance(cib: XmlElement): boolean {
  const places = [cib.descend("configuration", "nodes"), cib.child("status")];
  return places.some((place) => [...(place?.walk() ?? [])].some((pair) => pair.name === "nvpair" && pair.get("name") === "maintenance"));
}

/** Remote and guest nodes of which no state is read: there is none in the status, or their connection is not up. */
function unseenRemotes(cib: XmlElement): string[] {
  const { nodes } = schedule(cib, { nowEpochSeconds: nowOf(cib) }).cluster;
  return nodes.flatMap(({ connectionId, attributes, name }) => (connectionId !== undefined && !attributes.has("#uname") ? [name] : []));
}
