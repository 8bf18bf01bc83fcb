import { LIMITS } from "../../base/limits.ts";

/** A medium of `ha.cf`, in the order of the file. */
export type LinkSetting =
  | { readonly kind: "bcast"; readonly device: string; readonly port: number }
  | {
      readonly kind: "mcast" | "mcast6";
      readonly device: string;
      readonly group: string;
      readonly port: number;
      readonly ttl: number;
      readonly isLooped: boolean;
    }
  | { readonly kind: "ucast" | "ucast6"; readonly device: string; readonly peer: string; readonly port: number }
  | { readonly kind: "serial"; readonly path: string; readonly baud: number };

/** What `ha.cf` says; times in ms. */
export interface HeartbeatSettings {
  readonly nodes: readonly string[];
  readonly links: readonly LinkSetting[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly warntimeMs: number;
  readonly initdeadMs: number;
  readonly hopfudge: number;
  readonly messageForm: "classic" | "netstring";
  readonly mayAutojoin: boolean;
  readonly isCrm: boolean;
  readonly logfile: string | undefined;
  readonly debugfile: string | undefined;
  readonly logfacility: string | undefined;
  readonly clusterName: string;
  readonly rexmitDelayMs: number;
  /** Directives with a meaning that other parts look up: name, then values. */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

/** One sentence about a line of the file. */
export interface SettingRemark {
  readonly line: number;
  readonly text: string;
}

/** The settings, or what is wrong; notices are about what has no effect here. */
export interface HaCf {
  readonly settings: HeartbeatSettings | undefined;
  readonly errors: readonly SettingRemark[];
  readonly notices: readonly SettingRemark[];
}

const IGNORED: Readonly<Record<string, string>> = {
  conn_logd_time: "there is no log daemon to connect to",
  crm_daemon_dir: "kodou has no separate CRM daemons",
  crmd_spawns_pengine: "kodou has no separate policy engine",
  realtime: "kodou-beat runs at real-time priority where the system permits it",
  rtprio: "kodou-beat runs at real-time priority where the system permits it",
  coredumps: "Node.js writes no core files",
  coreroot: "Node.js writes no core files",
  memreserve: "memory is not reserved",
  use_apphbd: "there is no apphbd",
  nice_failback: "it is obsolete: use scores and stickiness in the CIB",
  auto_failback: "resources are placed by the CIB: use scores and resource-stickiness there",
  traditional_compression: "packets are not compressed",
  compression: "packets are not compressed",
  compression_threshold: "packets are not compressed",
  respawn: "start such programs from the system's service manager",
  failfast: "start such programs from the system's service manager",
  apiauth: "access is by the owner of kodoud's socket",
  stonith: "fencing devices are resources of class stonith in the CIB",
  stonith_host: "fencing devices are resources of class stonith in the CIB",
  watchdog: "the watchdog is not used",
  ping: "ping nodes are not supported: use the agent ocf:pacemaker:ping",
  ping6: "ping nodes are not supported: use the agent ocf:pacemaker:ping",
  ping_group: "ping nodes are not supported: use the agent ocf:pacemaker:ping",
  deadping: "ping nodes are not supported",
  record_config_changes: "changes are always recorded",
  record_pengine_inputs: "inputs are always recorded",
  enable_config_writes: "the configuration is always written",
  syslogmsgfmt: "the log has one format",
  use_logd: "kodou writes its log itself",
  env: "agents get the documented variables only",
  log_badpack: "bad packets are always logged",
};

const REMEMBERED = new Set(["debug", "uuidfrom", "hbgenmethod"]);

const REFUSED: Readonly<Record<string, string>> = {
  hbaping: "it never worked",
  quorum_server: "quorum servers are not supported: remove the line",
};

const BAUDS = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800];

/** A beat with its signature, about. */
const BEAT_BYTES = 300;

interface Draft {
  nodes: string[];
  links: LinkSetting[];
  keepaliveMs: number;
  deadtimeMs: number;
  warntimeMs: number | undefined;
  initdeadMs: number | undefined;
  hopfudge: number;
  messageForm: "classic" | "netstring";
  mayAutojoin: boolean;
  isCrm: boolean;
  port: number;
  baud: number;
  rexmitDelayMs: number;
  texts: Map<string, string>;
  others: Map<string, readonly string[]>;
}

/**
 * Reads `ha.cf` as heartbeat 3.0.6 does: line by line, order counts, an unknown directive is an error. Every directive
 * is taken, ignored with a notice, or refused with a reason. Source: ha.cf(5).
 */
export function parseHaCf(text: string): HaCf {
  const errors: SettingRemark[] = [];
  const notices: SettingRemark[] = [];
  const draft: Draft = {
    nodes: [],
    links: [],
    keepaliveMs: 1000,
    deadtimeMs: 30_000,
    warntimeMs: undefined,
    initdeadMs: undefined,
    hopfudge: 1,
    messageForm: "classic",
    mayAutojoin: false,
    isCrm: false,
    port: 694,
    baud: 19_200,
    rexmitDelayMs: 250,
    texts: new Map(),
    others: new Map(),
  };
  text.split("\n").forEach((raw, index) => {
    const words = raw
      .replace(/#.*/, "")
      .split(/[\s,]+/)
      .filter((word) => word !== "");
    const [directive, ...values] = words;
    if (directive === undefined) return;
    const line = index + 1;
    const problem = takeDirective(draft, directive, values, (note) => notices.push({ line, text: note }));
    if (problem !== undefined) errors.push({ line, text: problem });
  });
  checkWhole(draft, errors);
  const remark = (text: string): void => void notices.push({ line: 0, text });
  for (const link of draft.links) {
    if (link.kind === "serial" && (BEAT_BYTES * 1000) / draft.keepaliveMs > (link.baud / 10) * 0.8)
      remark(`serial ${link.path}: ${link.baud} baud are too slow for a beat each ${draft.keepaliveMs} ms: raise baud or keepalive`);
  }
  if (draft.initdeadMs !== undefined && draft.initdeadMs < 10_000) remark("initdead is less than 10 s: networks may not be up by then");
  if (draft.warntimeMs !== undefined && draft.warntimeMs >= draft.deadtimeMs)
    remark("warntime is not less than deadtime: nothing will be warned of");
  if (errors.length > 0) return { settings: undefined, errors, notices };
  return { settings: finish(draft), errors, notices };
}

function takeDirective(draft: Draft, directive: string, values: readonly string[], note: (text: string) => void): string | undefined {
  const [first = ""] = values;
  if (Object.hasOwn(REFUSED, directive)) return `${directive} is refused: ${REFUSED[directive]}`;
  if (Object.hasOwn(IGNORED, directive)) {
    note(`${directive} has no effect: ${IGNORED[directive]}`);
    return undefined;
  }
  if (values.length === 0) return `${directive} needs a value`;
  if (REMEMBERED.has(directive)) {
    draft.others.set(directive, values);
    return undefined;
  }
  switch (directive) {
    case "node":
      for (const name of values) if (!draft.nodes.includes(name.toLowerCase())) draft.nodes.push(name.toLowerCase());
      return undefined;
    case "bcast":
    case "udp":
      for (const device of values) draft.links.push({ kind: "bcast", device, port: draft.port });
      return undefined;
    case "mcast":
    case "mcast6":
      return takeMulticast(draft, directive, values);
    case "ucast":
    case "ucast6":
      return takeUnicast(draft, directive, values);
    case "serial":
      for (const path of values) {
        if (!path.startsWith("/")) return `serial device ${path} must be an absolute path`;
        draft.links.push({ kind: "serial", path, baud: draft.baud });
      }
      return undefined;
    case "udpport":
      if (draft.links.some((link) => link.kind !== "serial")) note("udpport counts for the media lines below it only");
      return takeNumber(first, 1, 65_535, "udpport", (value) => {
        draft.port = value;
      });
    case "baud":
      if (draft.links.some((link) => link.kind === "serial")) note("baud counts for the serial lines below it only");
      if (!BAUDS.includes(Number(first))) return `baud ${first} is not one of ${BAUDS.join(" ")}`;
      draft.baud = Number(first);
      return undefined;
    case "hopfudge":
      return takeNumber(first, 0, 255, "hopfudge", (value) => {
        draft.hopfudge = value;
      });
    case "keepalive":
    case "deadtime":
    case "warntime":
    case "initdead":
    case "max_rexmit_delay": {
      const ms = parseHeartbeatTime(first, directive === "max_rexmit_delay");
      if (ms === undefined) return `${directive} ${first} is not a time (examples: 2 and 0.5 are seconds, 500ms)`;
      if (directive === "max_rexmit_delay") draft.rexmitDelayMs = ms;
      else draft[`${directive}Ms`] = ms;
      return undefined;
    }
    case "msgfmt":
      if (first !== "classic" && first !== "netstring") return `msgfmt ${first} is neither classic nor netstring`;
      draft.messageForm = first;
      return undefined;
    case "autojoin":
      if (!["none", "other", "any"].includes(first)) return `autojoin ${first} is none of none, other, any`;
      draft.mayAutojoin = first !== "none";
      draft.others.set("autojoin", values);
      return undefined;
    case "crm":
    case "pacemaker":
      draft.isCrm = !/^(off|false|no|n|0)$/i.test(first);
      if (!draft.isCrm) note(`${directive} ${first}: resources are managed by the CIB all the same`);
      return undefined;
    case "logfile":
    case "debugfile":
    case "logfacility":
    case "cluster":
      draft.texts.set(directive, first);
      return undefined;
    default:
      return `unknown directive ${directive}: check its spelling against ha.cf(5), or remove the line`;
  }
}

function takeMulticast(draft: Draft, kind: "mcast" | "mcast6", values: readonly string[]): string | undefined {
  const [device = "", group = "", port = "", ttl = "", loop = ""] = values;
  const isGroup = kind === "mcast6" ? /^ff[0-9a-f:]+$/i.test(group) : isAddress4(group) && /^(22[4-9]|23\d)\./.test(group);
  const range = kind === "mcast6" ? "ff..::..." : "224.x to 239.x";
  if (values.length !== 5 || !isGroup) return `${kind} needs: device, group (${range}), port, ttl, loop`;
  if (!/^\d+$/.test(port) || !(Number(port) > 0 && Number(port) < 65_536)) return `${kind} port ${port} is not a port`;
  if (!/^\d+$/.test(ttl) || Number(ttl) > 255) return `${kind} ttl ${ttl} must be 0 to 255`;
  if (loop !== "0" && loop !== "1") return `${kind} loop ${loop} must be 0 or 1`;
  draft.links.push({ kind, device, group, port: Number(port), ttl: Number(ttl), isLooped: loop === "1" });
  return undefined;
}

function takeUnicast(draft: Draft, kind: "ucast" | "ucast6", values: readonly string[]): string | undefined {
  const [device = "", peer = ""] = values;
  const isAddress = kind === "ucast6" ? /^[0-9a-f]*:[0-9a-f:.]+(%[\w.-]+)?$/i.test(peer) : isAddress4(peer);
  if (values.length !== 2 || !isAddress) return `${kind} needs a device and the peer's ${kind === "ucast6" ? "IPv6" : "IPv4"} address`;
  draft.links.push({ kind, device, peer, port: draft.port });
  return undefined;
}

function isAddress4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);
}

function takeNumber(text: string, low: number, high: number, name: string, take: (value: number) => void): string | undefined {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) return `${name} ${text} must be a number from ${low} to ${high}`;
  take(value);
  return undefined;
}

/** Time of `ha.cf` in ms: seconds without a unit (fractions allowed; ms with `isPlainMs`), or with ms, msec, us, usec. */
export function parseHeartbeatTime(text: string, isPlainMs = false): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|msec|us|usec|)$/.exec(text);
  if (!match) return undefined;
  const value = Number(match[1]);
  if (match[2]?.startsWith("m")) return value;
  if (match[2]?.startsWith("u")) return value / 1000;
  return isPlainMs ? value : value * 1000;
}

function checkWhole(draft: Draft, errors: SettingRemark[]): void {
  const fail = (text: string): void => {
    errors.push({ line: 0, text });
  };
  if (draft.nodes.length > LIMITS.clusterNodes)
    fail(`${draft.nodes.length} nodes are configured, at most ${LIMITS.clusterNodes} are possible`);
  if (draft.links.length > LIMITS.clusterLinks)
    fail(`${draft.links.length} media are configured, at most ${LIMITS.clusterLinks} are possible`);
  if (draft.links.length === 0) fail("no medium is configured: add bcast, mcast, ucast or serial");
  if (draft.nodes.length === 0) fail("no node is configured: add a node line with the output of uname -n of each node");
  if (draft.deadtimeMs <= 2 * draft.keepaliveMs)
    fail(`deadtime (${draft.deadtimeMs} ms) must be more than twice keepalive (${draft.keepaliveMs} ms)`);
  if (draft.initdeadMs !== undefined && draft.initdeadMs < draft.deadtimeMs) fail("initdead must not be less than deadtime");
}

function finish(draft: Draft): HeartbeatSettings {
  const { deadtimeMs } = draft;
  const initdeadMs = draft.initdeadMs ?? (deadtimeMs > 10_000 ? deadtimeMs : deadtimeMs < 6000 ? 12_000 : 2 * deadtimeMs);
  return {
    nodes: draft.nodes,
    links: draft.links,
    keepaliveMs: draft.keepaliveMs,
    deadtimeMs,
    warntimeMs: draft.warntimeMs ?? deadtimeMs / 2,
    initdeadMs,
    hopfudge: draft.hopfudge,
    messageForm: draft.messageForm,
    mayAutojoin: draft.mayAutojoin,
    isCrm: draft.isCrm,
    logfile: draft.texts.get("logfile"),
    debugfile: draft.texts.get("debugfile"),
    logfacility: draft.texts.get("logfacility"),
    clusterName: draft.texts.get("cluster") ?? "linux-ha",
    rexmitDelayMs: draft.rexmitDelayMs,
    others: draft.others,
  };
}
