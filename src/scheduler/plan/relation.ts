/** How one action bears on another that comes after it, as bits. Source: Pacemaker's action relations. */
export const RELATION = {
  /** They are in this order when both happen. */
  ordered: 1,
  /** Counts only while the first is no part of a live migration. */
  ifFirstUnmigratable: 2,
  /** A required then makes first required, and unmigratable if then is. */
  thenImpliesFirst: 4,
  /** A required first makes then required. */
  firstImpliesThen: 8,
  /** thenImpliesFirst for a then whose resource is promoted now. */
  promotedThenImpliesFirst: 16,
  /** first can run only if then can and is migratable; a required then makes first required. */
  unmigratableThenBlocks: 32,
  /** A first that cannot run keeps then from running. */
  unrunnableFirstBlocks: 64,
  /** A first that cannot run makes then a real action that is no migration. */
  firstElseThen: 128,
  /** firstImpliesThen for what is on the node of first. */
  firstImpliesSameNodeThen: 256,
  /** Like unrunnableFirstBlocks, unless first is what stops something active: then it has no effect. */
  nestedRemoteProbe: 512,
  /** first is the stop in the middle of a restart that then ends. */
  intermediateStop: 1024,
  /** They must not happen at once; this order is as good as the other. */
  serialize: 2048,
  /** Counts only on one node. */
  ifOnSameNode: 4096,
  /** A required then puts first into the graph. */
  thenImpliesFirstGraphed: 8192,
  /** A required first that can run puts then into the graph. */
  firstImpliesThenGraphed: 16384,
  /** A first that cannot run keeps then from running and makes it required, so that it shows. */
  asymmetric: 32768,
  /** An edge only for one node, or the target of a migration. */
  ifOnSameNodeOrTarget: 65536,
  /** then can run when enough of its inputs can. */
  minRunnable: 131072,
  /** An edge only for a required first on the same node. */
  ifRequiredOnSameNode: 262144,
  /** Made by the scheduler: it may tie what is inside of a guest to the guest itself. */
  guestAllowed: 524288,
  /** A required then makes first optional. */
  thenCancelsFirst: 1048576,
} as const;

/** Flags that bear on order or on being in the graph only. */
export const HARMLESS = RELATION.ordered | RELATION.thenImpliesFirstGraphed | RELATION.firstImpliesThenGraphed;
