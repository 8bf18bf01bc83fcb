import type { ScoreEntry } from "../cluster/ledger.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { NodeAccount } from "./node-account.ts";
import type { PlacementAccount } from "./placement-account.ts";

/** What speaks against an instance on a node, other than that others go before it. */
export interface Objection {
  readonly account: PlacementAccount;
  readonly place: NodeAccount;
  readonly vetoes: readonly ScoreEntry[];
}

/** What of a clone or bundle is going to be on a node, and what keeps instances from it. */
export interface InstancesOnNode {
  readonly collective: Resource;
  readonly node: SchedulerNode;
  /** Instances, of a bundle containers, that are going to be there. */
  readonly there: readonly Resource[];
  /** How many have a place elsewhere. */
  readonly elsewhereCount: number;
  /** Instances without a place that are forbidden there; where all have one, those that are, if that is each of them. */
  readonly objections: readonly Objection[];
}

/** Rules by which an instance is kept off because of other instances. */
const FOR_OTHERS: ReadonlySet<string> = new Set(["#instances", "#clone-max", "#removed"]);

/** Looks at a node as a place for instances; the accounts are those of the parts of the instances. */
export function instancesOnNode(collective: Resource, node: SchedulerNode, accounts: readonly PlacementAccount[]): InstancesOnNode {
  const parts = new Set(collective.instances.flatMap((one) => one.primitives()));
  const own = accounts.filter(({ resource }) => parts.has(resource));
  const looks = own.flatMap((account) => {
    const place = account.nodes.find((one) => one.node === node);
    if (!place) return [];
    const vetoes = place.vetoes.filter(({ source }) => !FOR_OTHERS.has(source));
    return [{ account, place, vetoes, isPlaced: account.nextNode !== undefined && account.nextRole !== "Stopped" }];
  });
  const placeless = looks.filter(({ isPlaced }) => !isPlaced);
  const asked = placeless.length > 0 ? placeless : looks;
  const isForOthers = ({ place }: Objection): boolean => place.vetoes.some(({ source }) => FOR_OTHERS.has(source));
  const objecting = asked.filter((one) => one.vetoes.length > 0 || ((one.place.score ?? -1) < 0 && !isForOthers(one)));
  return {
    collective,
    node,
    there: collective.instances.filter(({ homes }) => homes.includes(node)),
    elsewhereCount: collective.instances.filter(({ homes }) => homes.length > 0 && !homes.includes(node)).length,
    objections: placeless.length > 0 || objecting.length === looks.length ? objecting : [],
  };
}
