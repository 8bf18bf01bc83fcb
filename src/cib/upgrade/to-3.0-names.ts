/** What becomes of a name that pacemaker-3.0 no longer knows. */
export interface Replacement {
  /** Under which name it goes on; undefined when it is dropped. */
  readonly to?: string;
  /** Only for these values (or, of operations, for operations of these names). */
  readonly when?: readonly string[];
  /** Only for values that begin so and name one thing; the beginning is dropped. */
  readonly prefix?: string;
  /** Its value from now on. */
  readonly value?: string;
  /** Where it is moved to. */
  readonly where?: "op_defaults" | "rsc_defaults" | "meta_attributes" | "per-resource-meta_attributes";
  /** What people should know besides. */
  readonly extra?: string;
  readonly severity?: "WARNING";
}

/** Replacements by name: of those with a condition the one that holds, else the one without. */
export type Replacements = Readonly<Record<string, readonly Replacement[]>>;

const NO_FAILURE_STICKINESS: readonly Replacement[] = [
  { to: "migration-threshold", where: "rsc_defaults", when: ["-INFINITY"], value: "1" },
  { extra: "migration-threshold in rsc_defaults can be configured instead" },
];
const THRESHOLD_DEFAULT: readonly Replacement[] = [{ extra: "migration-threshold in rsc_defaults can be configured instead" }];
const ALERTS: readonly Replacement[] = [{ extra: "standalone alerts can be configured instead" }];
const toDefaults = (where: "op_defaults" | "rsc_defaults", to: string): readonly Replacement[] => [{ to, where }];
const named = (to: string): readonly Replacement[] => [{ to }];

/** Cluster options. Source: Pacemaker 2.0 release notes, "Configuration changes"; options-3.0.rng. */
export const CLUSTER_OPTIONS: Replacements = {
  "cluster-infrastructure": [
    {
      when: ["heartbeat", "openais", "classic openais", "classic openais (with plugin)", "cman"],
      extra: "corosync (2+) infrastructure can be used instead, though the value is not of significance",
    },
  ],
  cluster_recheck_interval: named("cluster-recheck-interval"),
  dc_deadtime: named("dc-deadtime"),
  "default-action-timeout": toDefaults("op_defaults", "timeout"),
  default_action_timeout: toDefaults("op_defaults", "timeout"),
  "default-migration-threshold": THRESHOLD_DEFAULT,
  default_migration_threshold: THRESHOLD_DEFAULT,
  "default-resource-stickiness": toDefaults("rsc_defaults", "resource-stickiness"),
  default_resource_stickiness: toDefaults("rsc_defaults", "resource-stickiness"),
  "default-resource-failure-stickiness": NO_FAILURE_STICKINESS,
  default_resource_failure_stickiness: NO_FAILURE_STICKINESS,
  election_timeout: named("election-timeout"),
  "expected-quorum-votes": [{ extra: "corosync (2+) infrastructure tracks quorum on its own" }],
  "is-managed-default": toDefaults("rsc_defaults", "is-managed"),
  is_managed_default: toDefaults("rsc_defaults", "is-managed"),
  no_quorum_policy: named("no-quorum-policy"),
  "notification-agent": ALERTS,
  "notification-recipient": ALERTS,
  remove_after_stop: named("remove-after-stop"),
  shutdown_escalation: named("shutdown-escalation"),
  startup_fencing: named("startup-fencing"),
  stonith_action: named("stonith-action"),
  stonith_enabled: named("stonith-enabled"),
  stop_orphan_actions: named("stop-orphan-actions"),
  stop_orphan_resources: named("stop-orphan-resources"),
  symmetric_cluster: named("symmetric-cluster"),
  transition_idle_timeout: named("cluster-delay"),
};

/** Instance attributes of primitives and templates. */
export const DEVICE_PARAMETERS: Replacements = {
  pcmk_arg_map: [{ to: "pcmk_host_argument", prefix: "port:" }, {}],
  pcmk_list_cmd: named("pcmk_list_action"),
  pcmk_monitor_cmd: named("pcmk_monitor_action"),
  pcmk_off_cmd: named("pcmk_off_action"),
  pcmk_on_cmd: named("pcmk_on_action"),
  pcmk_reboot_cmd: named("pcmk_reboot_action"),
  pcmk_status_cmd: named("pcmk_status_action"),
};

const ISOLATED: readonly Replacement[] = [
  {
    to: "target-role",
    value: "Stopped",
    extra: "i.e. resource at hand disabled; isolation wrappers obsoleted with bundle resources",
    severity: "WARNING",
  },
];
const OWN_FAILURE_STICKINESS: readonly Replacement[] = [
  { to: "migration-threshold", when: ["-INFINITY"], value: "1" },
  { extra: "migration-threshold can be configured instead" },
];

/** Meta-attributes of primitives and templates. */
export const RESOURCE_META: Replacements = {
  isolation: ISOLATED,
  "isolation-host": ISOLATED,
  "isolation-instance": ISOLATED,
  "isolation-wrapper": ISOLATED,
  "resource-failure-stickiness": OWN_FAILURE_STICKINESS,
  resource_failure_stickiness: OWN_FAILURE_STICKINESS,
};

const requires = (where: Replacement["where"] & string): readonly Replacement[] => [
  { to: "requires", when: ["start", "promote"], where },
  { extra: "only start/promote operation taken into account" },
];
const toOperationMeta = (name: string): readonly Replacement[] => [{ to: name, where: "meta_attributes" }];

/** Attributes and meta-attributes of operations. */
export const OPERATION_OPTIONS: Replacements = { requires: requires("meta_attributes") };

/** Instance attributes of operations. */
export const OPERATION_PARAMETERS: Replacements = {
  requires: requires("per-resource-meta_attributes"),
  ...Object.fromEntries(
    ["interval-origin", "start-delay", "enabled", "on-fail", "record-pending", "role", "timeout"].map((name) => [
      name,
      toOperationMeta(name),
    ]),
  ),
};

/** Attributes of colocations. */
export const COLOCATION_ATTRIBUTES: Replacements = {
  "score-attribute": [{ extra: "was actually never in effect" }],
  "score-attribute-mangle": [{ extra: "was actually never in effect" }],
};

/** Attributes of nodes. */
export const NODE_ATTRIBUTES: Replacements = { type: [{ to: "type", when: ["normal"], value: "member" }] };

/** The replacement for a name with a value; undefined when it stays as it is. `condition` is what `when` is about. */
export function replacementFor(table: Replacements, name: string, value: string, condition = value): Replacement | undefined {
  const candidates = Object.hasOwn(table, name) ? (table[name] ?? []) : [];
  const holds = ({ when, prefix }: Replacement): boolean =>
    (when?.includes(condition) ?? false) || (prefix !== undefined && value.startsWith(prefix) && !value.includes(","));
  return candidates.find(holds) ?? candidates.find((candidate) => candidate.when === undefined && candidate.prefix === undefined);
}

/** What is said of a replacement, as Pacemaker's upgrade says it. */
export function replacementText(name: string, replacement: Replacement): string {
  const { to, where, value, when, prefix } = replacement;
  const fate =
    to === undefined
      ? `dropping ${name}`
      : where !== undefined
        ? `moving ${name} under ${where} as ${to} unless already defined there`
        : `${to === name ? "keeping" : "renaming"} ${name} as ${to}`;
  const redefined = value === undefined ? "" : `, redefined as ${value}${when === undefined ? "" : ","}`;
  const matching =
    when !== undefined
      ? ` for matching ${when.join("|")}`
      : prefix !== undefined
        ? ` for matching ${prefix} prefix that will, meanwhile, get dropped`
        : "";
  return `${fate}${redefined}${matching}`;
}
