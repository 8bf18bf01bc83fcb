import { createSocket, type Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import type { LinkSetting } from "../../heartbeat/configuration/ha-cf.ts";
import type { OpenLink, PacketHandler, TroubleHandler } from "./link.ts";

type UdpSetting = Exclude<LinkSetting, { kind: "serial" }>;

interface Interface {
  readonly address: string;
  readonly broadcast: string;
  readonly mask: number;
  readonly network: number;
}

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * Opens all UDP media of `ha.cf`. Broadcast and unicast media of one port share a socket; the link a packet came over
 * is told by the sender's network. Rejects with a sentence naming the directive when one cannot be opened.
 */
export async function openUdpLinks(
  settings: readonly UdpSetting[],
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink[]> {
  const links: OpenLink[] = [];
  const shared = settings.filter((setting) => setting.kind !== "mcast");
  for (const port of new Set(shared.map((setting) => setting.port))) {
    links.push(
      ...(await openShared(
        port,
        shared.filter((setting) => setting.port === port),
        onPacket,
        onTrouble,
      )),
    );
  }
  for (const setting of settings) if (setting.kind === "mcast") links.push(await openMulticast(setting, onPacket, onTrouble));
  return links;
}

async function openShared(
  port: number,
  settings: readonly UdpSetting[],
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink[]> {
  const socket = await bind(port, undefined, `udpport ${port}`);
  socket.setBroadcast(true);
  const devices = new Map<string, { interface: Interface; targets: string[] }>();
  for (const setting of settings) {
    const known = devices.get(setting.device) ?? { interface: interfaceOf(setting.device, setting.kind), targets: [] };
    if (setting.kind === "bcast") known.targets.push(known.interface.broadcast);
    else if (setting.kind === "ucast") known.targets.push(setting.peer);
    devices.set(setting.device, known);
  }
  socket.on("message", (message, sender) => {
    const from = toNumber(sender.address);
    const hit = [...devices].find(([, { interface: i }]) => (from & i.mask) >>> 0 === i.network);
    onPacket(hit?.[0] ?? settings[0]?.device ?? "", message.toString("latin1"));
  });
  socket.on("error", (error) => onTrouble(`udpport ${port}: ${error.message}`));
  let open = devices.size;
  return [...devices].map(([name, { targets }]) => ({
    name,
    send: (bytes) => {
      const packet = Buffer.from(bytes, "latin1");
      for (const target of targets) {
        socket.send(packet, port, target, (error) => {
          if (error) onTrouble(`${name}: sending to ${target}: ${error.message}`);
        });
      }
    },
    close: () => {
      open -= 1;
      if (open === 0) socket.close();
    },
  }));
}

async function openMulticast(
  setting: Extract<UdpSetting, { kind: "mcast" }>,
  onPacket: PacketHandler,
  onTrouble: TroubleHandler,
): Promise<OpenLink> {
  const { device, group, port } = setting;
  const { address } = interfaceOf(device, "mcast");
  const socket = await bind(port, group, `mcast ${device} ${group}`);
  socket.addMembership(group, address);
  socket.setMulticastInterface(address);
  socket.setMulticastTTL(setting.ttl);
  socket.setMulticastLoopback(setting.isLooped);
  socket.on("message", (message) => onPacket(device, message.toString("latin1")));
  socket.on("error", (error) => onTrouble(`mcast ${device}: ${error.message}`));
  return {
    name: device,
    send: (bytes) => {
      socket.send(Buffer.from(bytes, "latin1"), port, group, (error) => {
        if (error) onTrouble(`${device}: sending to ${group}: ${error.message}`);
      });
    },
    close: () => socket.close(),
  };
}

function bind(port: number, address: string | undefined, what: string): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
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

function interfaceOf(device: string, directive: string): Interface {
  const found = networkInterfaces()[device]?.find((candidate) => candidate.family === "IPv4");
  if (!found) throw new Error(`${directive} ${device}: there is no such interface with an IPv4 address`);
  const mask = toNumber(found.netmask);
  const own = toNumber(found.address);
  return { address: found.address, mask, network: (own & mask) >>> 0, broadcast: toDotted((own | ~mask) >>> 0) };
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}

function toDotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}
