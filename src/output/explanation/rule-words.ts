/** A rule of the scheduler, by the name it has in ledgers, in words. */
export function ruleWords(rule: string): string {
  return RULES[rule] ?? rule.slice(1);
}

const RULES: Readonly<Record<string, string>> = {
  "#placement-rule": "what bundles and containers make of the node",
  "#failure": "a failure that is answered by a ban (on-fail)",
  "#unmanaged": "it runs there and is not managed",
  "#multiple-active": "it was found active in more than one place",
  "#removed": "it is not in the configuration any more",
  "#remote-node": "remote and guest nodes are not for it",
  "#exclusive-discovery": "it may run only where a constraint with exclusive discovery says so",
  "#clone-max": "enough instances have a place",
  "#instances": "the node has as many instances as it may have",
  "#unavailable": "the node takes nothing",
  "#clone": "what it is an instance of may not run there",
  "#bundle": "what runs inside a bundle's container runs in its own container only",
  "#promoted-already": "its next role is Promoted in any case",
  "#group-members": "other members of its group, or what goes with them, cannot be there",
  "#ip-with-container": "an address lives with its container",
  "#resource-with-container": "what runs inside lives with its container",
  "#replica-remote-with-host-remote": "the connection into a container goes the way of the connection to its host",
};
