/** What a node is to collect for a report. Times in seconds since 1970. */
export interface CollectScope {
  readonly fromEpochSeconds: number;
  readonly toEpochSeconds: number;
  /** Regular expressions of names whose values are masked before anything leaves the node. */
  readonly masks: readonly string[];
  /** Regular expressions of log lines that belong into the analysis. */
  readonly logPatterns: readonly string[];
  /** Log files besides those of the daemon. */
  readonly extraLogs: readonly string[];
  /** False: only `extraLogs`. */
  readonly searchesLogs: boolean;
}

/** One secret of a resource, as it lies on a node. */
export interface StoredSecret {
  readonly resource: string;
  readonly parameter: string;
  readonly value: string;
}

/**
 * Something that a client wants of one node, outside of the cluster's document: parts of a report to be handed
 * over, secrets to be kept, what its agents are. Only root may ask for it.
 */
export type NodeErrand =
  /** Collects into an archive; the answer's data is a CollectedArchive. */
  | { readonly kind: "collect"; readonly scope: CollectScope }
  /** A piece of the archive, base64 in `output`; empty at its end. */
  | { readonly kind: "collected-piece"; readonly archive: string; readonly offset: number }
  /** The archive is no longer needed. */
  | { readonly kind: "collected-end"; readonly archive: string }
  | { readonly kind: "secret-set"; readonly secret: StoredSecret }
  | { readonly kind: "secret-delete"; readonly resource: string; readonly parameter: string }
  /** Exactly these secrets are kept afterwards. */
  | { readonly kind: "secrets-replace"; readonly secrets: readonly StoredSecret[] }
  /** Classes of agents, providers of a class, or agents of a provider: the answer's data is a list of names. */
  | { readonly kind: "agents"; readonly agentClass?: string; readonly provider?: string }
  /** The meta-data of an agent, XML in `output`; empty where there is none. */
  | { readonly kind: "agent-metadata"; readonly agentClass: string; readonly provider: string; readonly type: string };

/** An archive (tar, gzip) that a node holds ready. */
export interface CollectedArchive {
  readonly archive: string;
  readonly sizeBytes: number;
}

/** Errands whose text nobody on the way may read. */
export function isConfidential(errand: NodeErrand): boolean {
  return errand.kind === "secret-set" || errand.kind === "secrets-replace";
}
