import { element, type XmlElement } from "../../../xml/element.ts";

const KEY_FILE = "/etc/pacemaker/authkey";
const LOG_FOLDER = "/var/log/pacemaker/bundles";
const REMOTE_DAEMON = "/usr/sbin/pacemaker-remoted";
const DEFAULT_PORT = "3121";

/** What one container of a bundle is made from. */
export interface ContainerParts {
  readonly offset: number;
  readonly ip: string | undefined;
  readonly agent: "docker" | "podman";
  readonly holdsResource: boolean;
  /** Options that tell each container the others' addresses. */
  readonly options: string;
}

/** Options that tell each container the names and addresses of all. */
export function hostOptions(bundleId: string, addresses: readonly (string | undefined)[], addsHosts: boolean): string {
  return addresses
    .map((ip, offset) => {
      if (ip === undefined) return "";
      return addsHosts ? ` --add-host=${bundleId}-${offset}:${ip}` : ` --hosts-entry=${ip}=${bundleId}-${offset}`;
    })
    .join("");
}

/** Definition of a container. Source: Pacemaker, the resources that a bundle implies. */
export function containerXml(bundle: XmlElement, parts: ContainerParts): XmlElement {
  const { agent, offset, holdsResource } = parts;
  const settings = bundle.child(agent);
  const id = `${bundle.id}-${agent}-${offset}`;
  const setId = `${bundle.id}-attributes-${offset}`;
  const mounts = readMounts(bundle, offset, holdsResource);
  const pair = (name: string, value: string | undefined): XmlElement[] =>
    value === undefined ? [] : [element("nvpair", { id: `${setId}-${name}`, name, value })];
  const command = settings?.get("run-command") ?? (holdsResource ? REMOTE_DAEMON : undefined);
  const set = element("instance_attributes", { id: setId }, [
    ...pair("image", settings?.get("image")),
    ...pair("allow_pull", "true"),
    ...pair("force_kill", "false"),
    ...pair("reuse", "false"),
    ...pair("run_opts", runOptions(bundle, parts, mounts)),
    ...pair("mount_points", mounts.flatMap((mount) => (mount.isOwn ? [mount.source] : [])).join(",")),
    ...pair("run_cmd", command),
    ...pair("monitor_cmd", "/bin/true"),
  ]);
  const operations = element("operations", {}, [element("op", { id: `${id}-monitor-60s`, name: "monitor", interval: "60s" })]);
  return element("primitive", { id, class: "ocf", provider: "heartbeat", type: agent }, [set, operations]);
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly options: string | undefined;
  /** A folder of this replica alone. */
  readonly isOwn: boolean;
}

function readMounts(bundle: XmlElement, offset: number, holdsResource: boolean): Mount[] {
  const mounts: Mount[] = [];
  for (const xml of bundle.child("storage")?.childrenNamed("storage-mapping") ?? []) {
    const shared = xml.get("source-dir");
    const root = xml.get("source-dir-root");
    const target = xml.get("target-dir");
    if (target === undefined || (shared === undefined && root === undefined)) continue;
    const source = shared ?? `${root}/${bundle.id}-${offset}`;
    mounts.push({ source, target, options: xml.get("options"), isOwn: shared === undefined });
  }
  if (!holdsResource) return mounts;
  const hasLogs = mounts.some((mount) => mount.target === "/var/log");
  mounts.push({ source: KEY_FILE, target: KEY_FILE, options: undefined, isOwn: false });
  if (!hasLogs) mounts.push({ source: `${LOG_FOLDER}/${bundle.id}-${offset}`, target: "/var/log", options: undefined, isOwn: true });
  return mounts;
}

function runOptions(bundle: XmlElement, parts: ContainerParts, mounts: readonly Mount[]): string {
  const settings = bundle.child(parts.agent);
  const network = bundle.child("network");
  const port = network?.get("control-port") ?? DEFAULT_PORT;
  const containerNetwork = settings?.get("network");
  const out: string[] = [];
  if (parts.agent === "docker") out.push(" --restart=no");
  if (network?.get("ip-range-start") !== undefined) out.push(` -h ${bundle.id}-${parts.offset}`);
  out.push(" -e PCMK_stderr=1");
  if (containerNetwork !== undefined) out.push(` --net=${containerNetwork}`);
  out.push(` -e PCMK_remote_port=${port}`);
  for (const { source, target, options } of mounts) out.push(` -v ${source}:${target}${options === undefined ? "" : `:${options}`}`);
  for (const { outer, inner } of readPorts(bundle, parts.holdsResource ? port : undefined)) {
    if (parts.ip !== undefined) out.push(` -p ${parts.ip}:${outer}:${inner}`);
    else if (containerNetwork !== "host") out.push(` -p ${outer}:${inner}`);
  }
  const own = settings?.get("options");
  if (own !== undefined) out.push(` ${own}`);
  out.push(` ${parts.options}`);
  return out.join("");
}

function readPorts(bundle: XmlElement, controlPort: string | undefined): { outer: string; inner: string }[] {
  const ports: { outer: string; inner: string }[] = [];
  for (const xml of bundle.child("network")?.childrenNamed("port-mapping") ?? []) {
    const port = xml.get("port");
    const outer = port ?? xml.get("range");
    if (outer === undefined || outer === "") continue;
    ports.push({ outer, inner: (port === undefined ? undefined : xml.get("internal-port")) ?? outer });
  }
  if (controlPort !== undefined) ports.push({ outer: controlPort, inner: controlPort });
  return ports;
}
