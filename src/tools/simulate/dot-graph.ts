import type { XmlElement } from "../../xml/element.ts";

/**
 * A transition graph in the language of dot(1): bold green for what will be done, orange letters for pseudo-actions, dashed
 * red for what is wanted and impossible. Source: crm_simulate of Pacemaker 3.0.2, `--save-dotfile`.
 */
export function dotGraph(graph: XmlElement, blocked: readonly string[], showsIds: boolean): string {
  const synapses = graph.childrenNamed("synapse");
  const names = new Map<string, string>();
  const nodes = synapses.flatMap((synapse) => {
    const action = synapse.child("action_set")?.children[0];
    if (!action) return [];
    const name = actionName(action, showsIds);
    names.set(action.id ?? "", name);
    const font = action.name === "pseudo_event" ? "orange" : "black";
    return [`"${name}" [ style=bold color="green" fontcolor="${font}"]`];
  });
  const impossible = blocked.map((name) => `"${name}" [ style=dashed color="red" fontcolor="black"]`);
  const edges = synapses.flatMap((synapse) => {
    const after = names.get(synapse.child("action_set")?.children[0]?.id ?? "");
    const triggers = synapse.child("inputs")?.childrenNamed("trigger") ?? [];
    return triggers.flatMap((trigger) =>
      trigger.children.map((input) => `"${names.get(input.id ?? "") ?? actionName(input, showsIds)}" -> "${after}" [ style = bold]`),
    );
  });
  return ` digraph "g" {\n${[...nodes, ...impossible, ...edges].map((line) => `${line}\n`).join("")}}\n`;
}

function actionName(action: XmlElement, showsId: boolean): string {
  const isPseudo = action.name === "pseudo_event";
  const node = isPseudo && action.get("operation") !== "stonith" ? undefined : action.get("on_node");
  const task = action.get("operation") ?? "";
  const key = action.get("operation_key") ?? task;
  const kind = action.child("attributes")?.get("CRM_meta_stonith_action") ?? "";
  const base =
    task === "stonith"
      ? `stonith '${kind}' ${node ?? ""}`
      : task === "cancel"
        ? `Cancel ${key} ${node ?? ""}`
        : isPseudo
          ? key
          : `${action.child("primitive") ? key : task}${node === undefined ? "" : ` ${node}`}`;
  return showsId ? `${base} (${action.id})` : base;
}
