import { createSocket, type Socket, type SocketOptions } from "node:dgram";
import type { LinkSetting } from "../../heartbeat/configuration/ha-cf.ts";
import { type Interface, interfaceOf, isInNetwork, requireInterface6 } from "./interface.ts";
import type { OpenLink, PacketHandler, TroubleHandler } from "./link.ts";

type UdpSetting = Exclude<LinkSetting, { kind: "serial" }>;
type SharedSetting = Extract<UdpSetting, { kind: "bcast" | "ucast" | "ucast6" }>;
type MulticastSetting = Extract<UdpSetting, { kind: "mcast" | "mcast6" }>;

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * Opens all UDP media of `ha.cf`. Broadcast and unicast media of one port and address family share a socket; the link a
 * packet came over is told by its sender's address. A link is named like its device; a second kind of medium on the
 * same device gets the kind added. Rejects with a sentence naming the directive when one cannot be opened.
 */
export async function openUdpLinks(
  settings: readonly UdpSetting[],
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink[]> {
  const links: OpenLink[] = [];
  const nameFor = (device: string, kind: string): string => (links.some((link) => link.name === device) ? `${device}/${kind}` : device);
  const shared: SharedSetting[] = [];
  for (const setting of settings) if (!("group" in setting)) shared.push(setting);
  for (const family of ["udp4", "udp6"] as const) {
    const ofFamily = shared.filter((setting) => (setting.kind === "ucast6") === (family === "udp6"));
    for (const port of new Set(ofFamily.map((setting) => setting.port))) {
      const ofPort = ofFamily.filter((setting) => setting.port === port);
      links.push(...(await openShared(family, port, ofPort, nameFor, onPacket, onTrouble)));
    }
  }
  for (const setting of settings) {
    if ("group" in setting) links.push(await openMulticast(setting, nameFor(setting.device, setting.kind), onPacket, onTrouble));
  }
  return links;
}

/** What goes over one device through a shared socket. */
interface SharedDevice {
  readonly name: string;
  readonly interface: Interface | undefined;
  readonly targets: Set<string>;
}

async function openShared(
  family: "udp4" | "udp6",
  port: number,
  settings: readonly SharedSetting[],
  nameFor: (device: string, kind: string) => string,
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink[]> {
  const devices = new Map<string, SharedDevice>();
  for (const setting of settings) {
    if (setting.kind === "ucast6") requireInterface6(setting.device, setting.kind);
    const device = devices.get(setting.device) ?? {
      name: nameFor(setting.device, family === "udp6" ? "ucast6" : `${setting.kind}-${port}`),
      interface: setting.kind === "ucast6" ? undefined : interfaceOf(setting.device, setting.kind),
      targets: new Set(),
    };
    devices.set(setting.device, device);
    device.targets.add(setting.kind === "bcast" ? (device.interface?.broadcast ?? "") : setting.peer);
  }
  warnAboutOneNetwork([...devices.values()], onTrouble);
  const socket = await bind(family, port, undefined, `udpport ${port}`);
  if (family === "udp4") socket.setBroadcast(true);
  const [first] = devices.values();
  socket.on("message", (message, sender) => {
    const all = [...devices.values()];
    const hit =
      all.find(({ targets }) => targets.has(sender.address)) ??
      all.find((device) => device.interface && isInNetwork(sender.address, device.interface));
    onPacket((hit ?? first)?.name ?? "", message.toString("latin1"));
  });
  socket.on("error", (error) => onTrouble(`udpport ${port}: ${error.message}`));
  let open = devices.size;
  return [...devices.values()].map(({ name, targets }) => ({
    name,
    bytesPerSecond: undefined,
    send: (bytes) => {
      const packet = Buffer.from(bytes, "latin1");
      for (const target of targets) sendTo(socket, packet, port, target, name, onTrouble);
    },
    close: () => {
      open -= 1;
      if (open === 0) socket.close();
    },
  }));
}

function warnAboutOneNetwork(devices: readonly SharedDevice[], onTrouble: TroubleHandler): void {
  devices.forEach((device, index) => {
    const twin = devices.slice(0, index).find((other) => other.interface && other.interface.network === device.interface?.network);
    if (twin)
      onTrouble(`${twin.name} and ${device.name} are in one network: they do not count as two links, give each a network of its own`);
  });
}

async function openMulticast(
  setting: MulticastSetting,
  name: string,
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink> {
  const { device, group, port, kind } = setting;
  let local: string;
  if (kind === "mcast6") {
    requireInterface6(device, kind);
    local = `::%${device}`;
  } else {
    local = interfaceOf(device, kind).address;
  }
  const socket = await bind(
    kind === "mcast6" ? "udp6" : "udp4",
    port,
    kind === "mcast6" ? `${group}%${device}` : group,
    `${kind} ${device} ${group}`,
  );
  try {
    socket.addMembership(group, local);
    socket.setMulticastInterface(local);
    socket.setMulticastTTL(setting.ttl);
    socket.setMulticastLoopback(setting.isLooped);
  } catch (error) {
    socket.close();
    throw new Error(`${kind} ${device} ${group}: ${error instanceof Error ? error.message : String(error)}`);
  }
  socket.on("message", (message) => onPacket(name, message.toString("latin1")));
  socket.on("error", (error) => onTrouble(`${kind} ${device}: ${error.message}`));
  return {
    name,
    bytesPerSecond: undefined,
    send: (bytes) => sendTo(socket, Buffer.from(bytes, "latin1"), port, group, name, onTrouble),
    close: () => socket.close(),
  };
}

function sendTo(socket: Socket, packet: Buffer, port: number, target: string, name: string, onTrouble: TroubleHandler): void {
  socket.send(packet, port, target, (error) => {
    if (error) onTrouble(`${name}: sending to ${target}: ${error.message}`);
  });
}

/** Targets are addresses already: asking the resolver about each packet's costs more than the packet. */
function asItIs(family: "udp4" | "udp6"): NonNullable<SocketOptions["lookup"]> {
  return (address, _options, done) => done(null, address, family === "udp4" ? 4 : 6);
}

function bind(family: "udp4" | "udp6", port: number, address: string | undefined, what: string): Promise<Socket> {
  const socket = createSocket({ type: family, reuseAddr: true, lookup: asItIs(family), ...(family === "udp6" ? { ipv6Only: true } : {}) });
  return new Promise((resolve, reject) => {
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const hint = error.code === "EACCES" ? " (ports below 1024 need root)" : "";
      reject(new Error(`${what}: ${error.message}${hint}`));
    });
    socket.bind(address === undefined ? { port } : { port, address }, () => {
      try {
        socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
      } catch {
        // The system allows less: retransmission makes up for what overflows.
      }
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}
