/** Options of the whole cluster, each in three lines: its fields, what it is, and more. Source: Pacemaker 3.0.2. */
export const CLUSTER_OPTIONS = `
dc-version||version||-|generated|controld
Pacemaker version on cluster node elected Designated Controller (DC)
Includes a hash which identifies the exact revision the code was built from. Used for diagnostic purposes.

cluster-infrastructure||string||-|generated|controld
The messaging layer on which Pacemaker is currently running
Used for informational and diagnostic purposes.

cluster-name||string||-||controld
An arbitrary name for the cluster
This optional value is mostly for users' convenience as desired in administration, but may also be used in Pacemaker configuration rules via the #cluster-name node attribute, and by higher-level tools and resource agents.

dc-deadtime||duration||20s||controld
How long to wait for a response from other nodes during start-up
The optimal value will depend on the speed and load of your network and the type of switches used.

cluster-recheck-interval||duration||15min||controld
Polling interval to recheck cluster state and evaluate rules with date specifications
Pacemaker is primarily event-driven, and looks ahead to know when to recheck cluster state for failure-timeout settings and most time-based rules. However, it will also recheck the cluster after this amount of inactivity, to evaluate rules with date specifications and serve as a fail-safe for certain types of scheduler bugs. A value of 0 disables polling. A positive value sets an interval in seconds, unless other units are specified (for example, "5min").

election-timeout||duration||2min|advanced|controld
Declare an election failed if it is not decided within this much time. If you need to adjust this value, it probably indicates the presence of a bug.
-

shutdown-escalation||duration||20min|advanced|controld
Exit immediately if shutdown does not complete within this much time. If you need to adjust this value, it probably indicates the presence of a bug.
-

join-integration-timeout||duration||3min|advanced|controld
If you need to adjust this value, it probably indicates the presence of a bug.
-

join-finalization-timeout||duration||30min|advanced|controld
If you need to adjust this value, it probably indicates the presence of a bug.
-

transition-delay||duration||0s|advanced|controld
Enabling this option will slow down cluster recovery under all conditions
Delay cluster recovery for this much time to allow for additional events to occur. Useful if your configuration is sensitive to the order in which ping updates arrive.

no-quorum-policy||select|stop,freeze,ignore,demote,fence,suicide|stop||schedulerd
What to do when the cluster does not have quorum
-

shutdown-lock||boolean||false||schedulerd
Whether to lock resources to a cleanly shut down node
When true, resources active on a node when it is cleanly shut down are kept "locked" to that node (not allowed to run elsewhere) until they start again on that node after it rejoins (or for at most shutdown-lock-limit, if set). Stonith resources and Pacemaker Remote connections are never locked. Clone and bundle instances and the promoted role of promotable clones are currently never locked, though support could be added in a future release.

shutdown-lock-limit||duration||0||schedulerd
Do not lock resources to a cleanly shut down node longer than this
If shutdown-lock is true and this is set to a nonzero time duration, shutdown locks will expire after this much time has passed since the shutdown was initiated, even if the node has not rejoined.

enable-acl||boolean||false||based
Enable Access Control Lists (ACLs) for the CIB
-

symmetric-cluster||boolean||true||schedulerd
Whether resources can run on any node by default
-

maintenance-mode||boolean||false||schedulerd
Whether the cluster should refrain from monitoring, starting, and stopping resources
-

start-failure-is-fatal||boolean||true||schedulerd
Whether a start failure should prevent a resource from being recovered on the same node
When true, the cluster will immediately ban a resource from a node if it fails to start there. When false, the cluster will instead check the resource's fail count against its migration-threshold.

enable-startup-probes||boolean||true|deprecated|schedulerd
Whether the cluster should check for active resources during start-up
-

fence-remote-without-quorum||boolean||false|advanced|schedulerd
Whether remote nodes can be fenced without quorum
By default, an inquorate node can not fence Pacemaker Remote nodes that are part of its partition as long as the cluster thinks they can be restarted.  If true, inquorate nodes will be able to fence remote nodes regardless.

fencing-enabled|stonith-enabled|boolean||true|advanced|schedulerd
Whether nodes may be fenced as part of recovery
If false, unresponsive nodes are immediately assumed to be harmless, and resources that were active on them may be recovered elsewhere. This can result in a "split-brain" situation, potentially leading to data loss and/or service unavailability.

fencing-action|stonith-action|select|reboot,off|reboot||schedulerd
Action to send to fence device when a node needs to be fenced
-

fencing-reaction|fence-reaction|select|stop,panic|stop||controld
How a cluster node should react if notified of its own fencing
A cluster node may receive notification of a "succeeded" fencing that targeted it if fencing is misconfigured, or if fabric fencing is in use that doesn't cut cluster communication. Use "stop" to attempt to immediately stop Pacemaker and stay stopped, or "panic" to attempt to immediately reboot the local node, falling back to stop on failure.

fencing-timeout|stonith-timeout|duration||60s||schedulerd
How long to wait for on, off, and reboot fence actions to complete by default
-

have-watchdog||boolean||false|generated|schedulerd
Whether watchdog integration is enabled
This is set automatically by the cluster according to whether SBD is detected to be in use. User-configured values are ignored. The value \`true\` is meaningful if diskless SBD is used and \`fencing-watchdog-timeout\` is nonzero. In that case, if fencing is required, watchdog-based self-fencing will be performed via SBD without requiring a fencing resource explicitly configured.

fencing-watchdog-timeout|stonith-watchdog-timeout|timeout||0||controld
How long before nodes can be assumed to be safely down when watchdog-based self-fencing via SBD is in use
If this is set to a positive value, lost nodes are assumed to achieve self-fencing using watchdog-based SBD within this much time. This does not require a fencing resource to be explicitly configured, though a fence_watchdog resource can be configured, to limit use to specific nodes. If this is set to 0 (the default), the cluster will never assume watchdog-based self-fencing. If this is set to a negative value, the cluster will use twice the local value of the \`SBD_WATCHDOG_TIMEOUT\` environment variable if that is positive, or otherwise treat this as 0. WARNING: When used, this timeout must be larger than \`SBD_WATCHDOG_TIMEOUT\` on all nodes that use watchdog-based SBD, and Pacemaker will refuse to start on any of those nodes where this is not true for the local value or SBD is not active. When this is set to a negative value, \`SBD_WATCHDOG_TIMEOUT\` must be set to the same value on all nodes that use SBD, otherwise data corruption or loss could occur.

fencing-max-attempts|stonith-max-attempts|score||10||controld
How many times fencing can fail before it will no longer be immediately re-attempted on a target
-

concurrent-fencing||boolean||true|deprecated|schedulerd
Allow performing fencing operations in parallel
-

startup-fencing||boolean||true|advanced|schedulerd
Whether to fence unseen nodes at start-up
Setting this to false may lead to a "split-brain" situation, potentially leading to data loss and/or service unavailability.

priority-fencing-delay||duration||0||schedulerd
Apply fencing delay targeting the lost nodes with the highest total resource priority
Apply specified delay for the fencings that are targeting the lost nodes with the highest total resource priority in case we don't have the majority of the nodes in our cluster partition, so that the more significant nodes potentially win any fencing match, which is especially meaningful under split-brain of 2-node cluster. A promoted resource instance takes the base priority + 1 on calculation if the base priority is not 0. Any static/random delays that are introduced by \`pcmk_delay_base/max\` configured for the corresponding fencing resources will be added to this delay. This delay should be significantly greater than, safely twice, the maximum \`pcmk_delay_base/max\`. By default, priority fencing delay is disabled.

node-pending-timeout||duration||0||schedulerd
How long to wait for a node that has joined the cluster to join the controller process group
Fence nodes that do not join the controller process group within this much time after joining the cluster, to allow the cluster to continue managing resources. A value of 0 means never fence pending nodes. Setting the value to 2h means fence nodes after 2 hours.

cluster-delay||duration||60s||schedulerd
Maximum time for node-to-node communication
The node elected Designated Controller (DC) will consider an action failed if it does not get a response from the node executing the action within this time (after considering the action's own timeout). The "correct" value will depend on the speed and load of your network and cluster nodes.

load-threshold||percentage||80%||controld
Maximum amount of system load that should be used by cluster nodes
The cluster will slow down its recovery process when the amount of system resources used (currently CPU) approaches this limit

node-action-limit||integer||0||controld
Maximum number of jobs that can be scheduled per node (defaults to 2x cores)
-

batch-limit||integer||0||schedulerd
Maximum number of jobs that the cluster may execute in parallel across all nodes
The "correct" value will depend on the speed and load of your network and cluster nodes. If set to 0, the cluster will impose a dynamically calculated limit when any node has a high load.

migration-limit||integer||-1||schedulerd
The number of live migration actions that the cluster is allowed to execute in parallel on a node (-1 means no limit)
-

cluster-ipc-limit||nonnegative_integer||-|deprecated|based
Ignored
-

stop-all-resources||boolean||false||schedulerd
Whether the cluster should stop all active resources
-

stop-removed-resources|stop-orphan-resources|boolean||true|deprecated|schedulerd
Whether to stop resources that were removed from the configuration
-

cancel-removed-actions|stop-orphan-actions|boolean||true|deprecated|schedulerd
Whether to cancel recurring actions removed from the configuration
-

pe-error-series-max||integer||-1||schedulerd
The number of scheduler inputs resulting in errors to save
Zero to disable, -1 to store unlimited.

pe-warn-series-max||integer||5000||schedulerd
The number of scheduler inputs resulting in warnings to save
Zero to disable, -1 to store unlimited.

pe-input-series-max||integer||4000||schedulerd
The number of scheduler inputs without errors or warnings to save
Zero to disable, -1 to store unlimited.

node-health-strategy||select|none,migrate-on-red,only-green,progressive,custom|none||schedulerd
How cluster should react to node health attributes
Requires external entities to create node attributes (named with the prefix "#health") with values "red", "yellow", or "green".

node-health-base||score||0||schedulerd
Base health score assigned to a node
Only used when "node-health-strategy" is set to "progressive".

node-health-green||score||0||schedulerd
The score to use for a node health attribute whose value is "green"
Only used when "node-health-strategy" is set to "custom" or "progressive".

node-health-yellow||score||0||schedulerd
The score to use for a node health attribute whose value is "yellow"
Only used when "node-health-strategy" is set to "custom" or "progressive".

node-health-red||score||-INFINITY||schedulerd
The score to use for a node health attribute whose value is "red"
Only used when "node-health-strategy" is set to "custom" or "progressive".

placement-strategy||select|default,utilization,minimal,balanced|default||schedulerd
How the cluster should allocate resources to nodes
-
`;
