/** Which agent a resource action calls. */
export interface ActionResource {
  /** Configured id, without instance number for anonymous clones: the name history is kept under. */
  readonly id: string;
  readonly agentClass: string;
  readonly provider: string;
  readonly type: string;
}

/** What a remote node's executor is to be told: whether the node is in maintenance. */
export interface MaintenanceNotice {
  readonly nodeId: string;
  readonly node: string;
  readonly isInMaintenance: boolean;
}

/** One action of a transition; it fires when all its inputs are confirmed. Source: Pacemaker's transition graph. */
export interface GraphAction {
  readonly id: number;
  readonly kind: "rsc_op" | "pseudo_event" | "crm_event";
  /** start, stop, monitor, cancel, stonith, do_shutdown, clear_failcount, lrm_delete, ... */
  readonly operation: string;
  /** `RESOURCE_OPERATION_INTERVALMS`. */
  readonly key: string;
  readonly node: string | undefined;
  readonly resource: ActionResource | undefined;
  /** `CRM_meta_*` and instance parameters. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly priority: number;
  /** Ids of actions that have to be confirmed first. */
  readonly inputs: readonly number[];
  /** Only in the event that tells remote nodes whether they are in maintenance. */
  readonly maintenance?: readonly MaintenanceNotice[];
}

/** A plan: what has to happen, and in which order. */
export interface TransitionGraph {
  readonly actions: readonly GraphAction[];
  /** Most actions in flight at once; 0 is no limit. */
  readonly batchLimit: number;
}
