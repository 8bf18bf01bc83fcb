/** Digest of no parameters. */
const NONE = "f2317cad3d54cec5d7d7aa7d0bf35cf8";

/** An operation of a history. */
export interface Entry {
  readonly operation: string;
  readonly code?: number;
  readonly call?: number;
  readonly interval?: number;
  readonly more?: string;
  readonly digest?: string;
}

/** An operation in the history; what is expected is a success. */
function entry(resource: string, { operation, code = 0, call = 1, interval = 0, more = "", digest = NONE }: Entry): string {
  const name = code === 0 ? (interval > 0 ? `${operation}_${interval}` : `last_${call}`) : "last_failure_0";
  return `<lrm_rsc_op id="${resource}_${name}" operation_key="${resource}_${operation}_${interval}" operation="${operation}" interval="${interval}" call-id="${call}" crm_feature_set="3.20.1" op-digest="${digest}" rc-code="${code}" op-status="0" transition-key="${call}:1:0:u" ${more}/>`;
}

/** What a small cluster has, for tests. */
export interface World {
  readonly resources: string;
  readonly constraints?: string;
  /** By node, by resource: what was done there. */
  readonly history?: Readonly<Record<string, Readonly<Record<string, readonly Entry[]>>>>;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly options?: string;
  readonly agent?: string;
  /** Names of the nodes, two by default. */
  readonly nodes?: readonly string[];
}

/** Some nodes without fencing. */
export function cib(world: World): string {
  const { resources, constraints = "", history = {}, attributes = {}, options = "", agent = "Dummy", nodes = ["n1", "n2"] } = world;
  const state = (node: string): string => {
    const histories = Object.entries(history[node] ?? {}).map(
      ([id, entries]) =>
        `<lrm_resource id="${id}" class="ocf" provider="kodou" type="${agent}">${entries.map((one) => entry(id, one)).join("")}</lrm_resource>`,
    );
    return `<node_state id="${node}" uname="${node}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${node}"><lrm_resources>${histories.join("")}</lrm_resources></lrm></node_state>`;
  };
  const attribute = (node: string): string =>
    attributes[node] === undefined
      ? ""
      : `<instance_attributes id="a-${node}"><nvpair id="a-${node}-p" name="${attributes[node]}" value="on"/></instance_attributes>`;
  return `<cib validate-with="pacemaker-3.9" epoch="1" num_updates="1" admin_epoch="0" have-quorum="1"><configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o-f" name="fencing-enabled" value="false"/>${options}</cluster_property_set></crm_config>
    <nodes>${nodes.map((node) => `<node id="${node}" uname="${node}">${attribute(node)}</node>`).join("")}</nodes>
    <resources>${resources}</resources><constraints>${constraints}</constraints></configuration><status>${nodes.map(state).join("")}</status></cib>`;
}

/** A resource of the agent Dummy. */
export const primitive = (id: string, more = ""): string =>
  `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy">${more}</primitive>`;
/** A parameter that no recorded operation knows. */
export const parameter = (id: string): string =>
  `<instance_attributes id="${id}-i"><nvpair id="${id}-i-p" name="port" value="81"/></instance_attributes>`;
/** A start that was a success. */
export const started: Entry = { operation: "start" };
