import type { SystemPorts } from "../frame/tool.ts";

/** Where the live CIB and the shadows of root and hacluster are. Source: Pacemaker 3.0.2, Debian's paths. */
const CIB_FOLDER = "/var/lib/pacemaker/cib";

/** Users whose shadows lie beside the live CIB. */
const CLUSTER_USERS: ReadonlySet<string> = new Set(["root", "hacluster"]);

type Environment = Pick<SystemPorts, "environment" | "userName">;

/** The folder of shadow configurations: CIB_shadow_dir, the CIB's folder for the cluster's users, else `~/.cib`. */
export function shadowFolder(ports: Environment): string {
  const chosen = ports.environment("CIB_shadow_dir");
  if (chosen !== undefined && chosen !== "") return chosen;
  const root = ports.environment("KODOU_ROOT") ?? "";
  if (CLUSTER_USERS.has(ports.userName())) return `${root}${CIB_FOLDER}`;
  const home = ports.environment("HOME");
  return home === undefined || home === "" ? (ports.environment("TMPDIR") ?? "/tmp") : `${home}/.cib`;
}

/** File of a shadow configuration. */
export function shadowFile(ports: Environment, name: string): string {
  return `${shadowFolder(ports)}/shadow.${name}`;
}

/** The file a tool works on instead of the cluster: the shadow in CIB_shadow, else CIB_file; undefined for the cluster. */
export function cibFile(ports: Environment): string | undefined {
  const shadow = ports.environment("CIB_shadow");
  if (shadow !== undefined && shadow !== "") return shadowFile(ports, shadow);
  const file = ports.environment("CIB_file");
  return file === "" ? undefined : file;
}
