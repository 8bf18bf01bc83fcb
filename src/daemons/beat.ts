import { chmodSync, existsSync, mkdirSync, readFileSync, unlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { dirname } from "node:path";
import { LIMITS } from "../base/limits.ts";
import { formatUuid, nextGeneration, nodeUuid } from "../drivers/disk/heartbeat-files.ts";
import { loadHeartbeatSettings } from "../drivers/heartbeat-settings.ts";
import { encodeFrame, FrameReader } from "../drivers/ipc-frame.ts";
import type { OpenLink } from "../drivers/links/link.ts";
import { openSerialLink } from "../drivers/links/serial-link.ts";
import { openUdpLinks } from "../drivers/links/udp-links.ts";
import { packetSigner } from "../drivers/packet-signer.ts";
import { HeartbeatCore, type HeartbeatEffect, type HeartbeatTime } from "../heartbeat/heartbeat-core.ts";
import { clusterPaths } from "../model/paths.ts";
import type { TransportCommand, TransportEvent } from "../model/transport.ts";

/** What kodou-beat tells kodoud. */
export type BeatFrame =
  | {
      readonly kind: "hello";
      readonly node: string;
      readonly uuid: string;
      readonly generation: number;
      readonly nodes: readonly string[];
      readonly deadtimeMs: number;
      readonly notices: readonly string[];
    }
  | { readonly kind: "event"; readonly event: TransportEvent }
  | { readonly kind: "log"; readonly level: "info" | "warning" | "error"; readonly text: string };

/** What kodoud tells kodou-beat. */
export type BeatRequest = { readonly kind: "alive" } | { readonly kind: "stop" } | { readonly kind: "command"; readonly command: TransportCommand };

/**
 * The process that beats: it owns the links and the protocol, so that nothing kodoud computes can delay a beat. While
 * kodoud is connected and answers, beats say so; when it has fallen silent they say that, and then end.
 */
export async function runBeat(options: { readonly root: string }): Promise<void> {
  const paths = clusterPaths(options.root);
  const { node, settings, keys, notices } = loadHeartbeatSettings(paths.configFolder);
  const uuid = nodeUuid(paths.heartbeatFolder);
  const generation = nextGeneration(paths.heartbeatFolder);
  let client: Socket | undefined;
  const tell = (frame: BeatFrame): void => {
    if (client && !client.destroyed) client.write(encodeFrame(frame));
    else if (frame.kind === "log") process.stderr.write(`kodou-beat: ${frame.level}: ${frame.text}\n`);
  };
  const links = new Map<string, OpenLink>();
  const onTrouble = (text: string): void => tell({ kind: "log", level: "warning", text });
  let core: HeartbeatCore | undefined;
  const onPacket = (link: string, bytes: string): void => perform(core?.packet(link, bytes, presentTime()) ?? []);
  const udp = settings.links.filter((link) => link.kind !== "serial");
  for (const link of await openUdpLinks(udp, onPacket, onTrouble)) links.set(link.name, link);
  for (const setting of settings.links) {
    if (setting.kind === "serial") links.set(setting.path, await openSerialLink(setting, onPacket, onTrouble));
  }
  core = new HeartbeatCore(
    {
      node,
      uuid,
      generation,
      nodes: settings.nodes,
      links: [...links.keys()].map((name) => {
        const isSerial = settings.links.some((link) => link.kind === "serial" && link.path === name);
        return { name, form: isSerial ? "classic" : "netstring", isSlow: isSerial };
      }),
      keepaliveMs: settings.keepaliveMs,
      deadtimeMs: settings.deadtimeMs,
      warntimeMs: settings.warntimeMs,
      initdeadMs: settings.initdeadMs,
      rexmitDelayMs: settings.rexmitDelayMs,
      hopfudge: settings.hopfudge,
      hasInnerSignature: settings.messageForm === "classic",
      mayAutojoin: settings.mayAutojoin,
      keys,
    },
    { signer: packetSigner, random: Math.random, loadAverage },
    presentTime(),
  );
  const running = core;
  let timer: NodeJS.Timeout | undefined;

  function perform(effects: readonly HeartbeatEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "transmit") links.get(effect.link)?.send(effect.bytes);
      else if (effect.kind === "upward") tell({ kind: "event", event: effect.event });
      else tell(effect);
    }
    clearTimeout(timer);
    timer = setTimeout(() => perform(running.tick(presentTime())), Math.max(1, running.deadlineMs() - performance.now()));
  }

  let lastAliveMs: number | undefined;
  const watch = setInterval(() => {
    if (lastAliveMs === undefined) return;
    const silenceMs = performance.now() - lastAliveMs;
    perform(running.setDaemonState(silenceMs > LIMITS.daemonSilenceMs, silenceMs > 2 * LIMITS.daemonSilenceMs, presentTime()));
  }, 500);

  if (existsSync(paths.beatSocket)) unlinkSync(paths.beatSocket);
  mkdirSync(dirname(paths.beatSocket), { recursive: true });
  const server = createServer((socket) => {
    client?.destroy();
    client = socket;
    const reader = new FrameReader();
    const alive = (): void => {
      lastAliveMs = performance.now();
      perform(running.setDaemonState(false, false, presentTime()));
    };
    tell({ kind: "hello", node, uuid: formatUuid(uuid), generation, nodes: settings.nodes, deadtimeMs: settings.deadtimeMs, notices });
    for (const event of running.snapshot(presentTime())) tell({ kind: "event", event });
    alive();
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      for (const frame of reader.push(chunk)) {
        const request = frame as BeatRequest;
        if (request.kind === "alive") alive();
        else if (request.kind === "stop") stop();
        else perform(running.command(request.command, presentTime()));
      }
    });
    socket.on("close", () => {
      if (client === socket) client = undefined;
    });
  });
  server.listen(paths.beatSocket, () => chmodSync(paths.beatSocket, 0o600));
  function stop(): void {
    clearInterval(watch);
    clearTimeout(timer);
    for (const link of links.values()) link.close();
    server.close();
    process.exit(0);
  }
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  perform(running.tick(presentTime()));
}

function presentTime(): HeartbeatTime {
  return { nowMs: performance.now(), epochSeconds: Math.floor(Date.now() / 1000) };
}

function loadAverage(): string {
  try {
    return readFileSync("/proc/loadavg", "latin1").trim();
  } catch {
    return "n/a";
  }
}
