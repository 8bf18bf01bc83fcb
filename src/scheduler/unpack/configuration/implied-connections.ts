import { element, type XmlElement } from "../../../xml/element.ts";

/** True for the connection to a remote or guest node. */
export function isConnectionXml(xml: XmlElement): boolean {
  return (
    xml.get("type")?.toLowerCase() === "remote" &&
    xml.get("class")?.toLowerCase() === "ocf" &&
    xml.get("provider")?.toLowerCase() === "pacemaker"
  );
}

/** What the connection to a remote node is made from. */
export interface ConnectionSettings {
  readonly name: string;
  readonly launcherId: string | undefined;
  readonly allowMigrate?: string | undefined;
  readonly isManaged?: string | undefined;
  readonly startTimeout?: string | undefined;
  readonly server?: string | undefined;
  readonly port?: string | undefined;
}

/** Definition of the connection to a remote node. Source: Pacemaker, implicit remote resources. */
export function connectionXml(settings: ConnectionSettings): XmlElement {
  const { name, launcherId, allowMigrate, isManaged, startTimeout, server, port } = settings;
  const pair = (set: string, key: string, value: string | undefined): XmlElement[] =>
    value === undefined ? [] : [element("nvpair", { id: `${set}-${key}`, name: key, value })];
  const metaId = `${name}-meta_attributes`;
  const instanceId = `${name}-instance_attributes`;
  const operation = (task: string, interval: string, timeout: string): XmlElement =>
    element("op", { id: `${name}-${task}-${interval}`, name: task, interval, timeout });
  const parts = [
    element("meta_attributes", { id: metaId }, [
      ...pair(metaId, "internal_rsc", "true"),
      ...pair(metaId, "container", launcherId),
      ...pair(metaId, "allow-migrate", allowMigrate),
      ...pair(metaId, "is-managed", isManaged),
    ]),
  ];
  if (server !== undefined || port !== undefined)
    parts.push(
      element("instance_attributes", { id: instanceId }, [...pair(instanceId, "addr", server), ...pair(instanceId, "port", port)]),
    );
  parts.push(
    element("operations", {}, [
      operation("monitor", "30s", "30s"),
      ...(startTimeout === undefined ? [] : [operation("start", "0", startTimeout)]),
    ]),
  );
  return element("primitive", { id: name, class: "ocf", provider: "pacemaker", type: "remote" }, parts);
}

/** The resources section with a connection added for each primitive that says it is a guest node. */
export function withImpliedConnections(section: XmlElement | undefined): XmlElement[] {
  const resources = section ? section.children.filter((child) => child.name !== "#comment") : [];
  let ids: Set<string | undefined> | undefined;
  const added: XmlElement[] = [];
  for (const xml of resources) {
    if (isConnectionXml(xml)) continue;
    const candidates = xml.name === "primitive" ? [xml] : xml.name === "group" ? xml.childrenNamed("primitive") : [];
    for (const candidate of candidates) {
      const connection = guestConnection(candidate);
      if (!connection) continue;
      ids ??= new Set(resources.flatMap((one) => [...one.walk()]).map((one) => one.id));
      if (ids.has(connection.id)) continue;
      ids.add(connection.id);
      added.push(connection);
    }
  }
  return [...resources, ...added];
}

function guestConnection(xml: XmlElement): XmlElement | undefined {
  if (xml.child("meta_attributes") === undefined) return undefined;
  const values = new Map<string, string>();
  for (const set of xml.childrenNamed("meta_attributes"))
    for (const pair of set.children) values.set(pair.get("name") ?? "", pair.get("value") ?? "");
  const name = values.get("remote-node");
  if (name === undefined) return undefined;
  return connectionXml({
    name,
    launcherId: xml.id,
    allowMigrate: values.get("remote-allow-migrate"),
    isManaged: values.get("is-managed"),
    startTimeout: values.get("remote-connect-timeout") ?? "60s",
    server: values.get("remote-addr"),
    port: values.get("remote-port"),
  });
}
