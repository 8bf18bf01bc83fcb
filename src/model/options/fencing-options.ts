/** Parameters that every fencing resource has, in the same form. Source: Pacemaker 3.0.2. */
export const FENCING_OPTIONS = `
pcmk_host_argument||string||-|advanced|fenced
Name of agent parameter that should be set to the fencing target
If the fencing agent metadata advertises support for the "port" or "plug" parameter, that will be used as the default, otherwise "none" will be used, which tells the cluster not to supply any additional parameters.

pcmk_host_map||string||-||fenced
A mapping of node names to port numbers for devices that do not support node names.
For example, "node1:1;node2:2,3" would tell the cluster to use port 1 for node1 and ports 2 and 3 for node2.

pcmk_host_list||string||-||fenced
Nodes targeted by this device
Comma-separated list of nodes that can be targeted by this device (for example, "node1,node2,node3"). If pcmk_host_check is "static-list", either this or pcmk_host_map must be set.

pcmk_host_check||select|dynamic-list,static-list,status,none|-||fenced
How to determine which nodes can be targeted by the device
Use "dynamic-list" to query the device via the 'list' command; "static-list" to check the pcmk_host_list attribute; "status" to query the device via the 'status' command; or "none" to assume every device can fence every node. The default value is "static-list" if pcmk_host_map or pcmk_host_list is set; otherwise "dynamic-list" if the device supports the list operation; otherwise "status" if the device supports the status operation; otherwise "none"

pcmk_delay_max||duration||0s||fenced
Enable a delay of no more than the time specified before executing fencing actions.
Enable a delay of no more than the time specified before executing fencing actions. Pacemaker derives the overall delay by taking the value of pcmk_delay_base and adding a random delay value such that the sum is kept below this maximum.

pcmk_delay_base||string||0s||fenced
Enable a base delay for fencing actions and specify base delay value.
This enables a static delay for fencing actions, which can help avoid "death matches" where two nodes try to fence each other at the same time. If pcmk_delay_max is also used, a random delay will be added such that the total delay is kept below that value. This can be set to a single time value to apply to any node targeted by this device (useful if a separate device is configured for each target), or to a node map (for example, "node1:1s;node2:5") to set a different value for each target.

pcmk_action_limit||integer||1||fenced
The maximum number of actions can be performed in parallel on this device
If the concurrent-fencing cluster property is "true", this specifies the maximum number of actions that can be performed in parallel on this device. A value of -1 means unlimited.
`;
