import { describe, expect, it } from "vitest";
import { parseHaCf, parseHeartbeatTime } from "./ha-cf.ts";

const BASE = "node Alice bob\nbcast eth0\n";
const errorsOf = (text: string): string[] => parseHaCf(text).errors.map(({ line, text: reason }) => `${line}: ${reason}`);

/** Every directive that heartbeat 3.0.6 knows, with a value. */
const DIRECTIVES =
  `logfile /l|debugfile /d|logfacility none|keepalive 1|deadtime 30|warntime 5|initdead 60|udpport 694|baud 19200|node x|bcast eth0|
mcast eth0 239.1.1.1 694 1 0|ucast eth0 10.0.0.1|mcast6 eth0 ff02::7 694 1 0|ucast6 eth0 fe80::1|serial /dev/ttyS0|auto_failback off|nice_failback on|deadping 10|
ping 10.0.0.254|ping6 fe80::2|ping_group g 10.0.0.254|hopfudge 1|use_logd off|conn_logd_time 60|syslogmsgfmt on|debug 1|respawn root /bin/x|
failfast root /bin/x|apiauth ipfail uid=root|crm on|pacemaker on|crm_daemon_dir /x|crmd_spawns_pengine on|autojoin none|uuidfrom file|hbgenmethod file|msgfmt classic|
compression zlib|compression_threshold 2|traditional_compression off|max_rexmit_delay 250|log_badpack on|stonith t /x|stonith_host * t p|watchdog /dev/watchdog|
realtime on|rtprio 5|coredumps on|coreroot /x|memreserve 6500|cluster c|env A=b|use_apphbd off|record_config_changes on|record_pengine_inputs on|
enable_config_writes on|udp eth0`
    .split("|")
    .map((line) => line.trim());

describe("ha.cf", () => {
  it.each(DIRECTIVES)("takes or passes over: %s", (line) => expect(errorsOf(`${line}\n${BASE}`)).toEqual([]));

  it.each([
    "hbaping x",
    "quorum_server h",
    "nonsense 1",
    "deadtime abc",
    "keepalive 2s",
    "baud 300",
    "udpport 0",
    "ucast eth0 bob",
    "serial tty0",
    "deadtime",
  ])("refuses with the line: %s", (line) => expect(errorsOf(`${BASE}${line}\n`)[0]).toMatch(/^3: /));

  it("names what is missing or does not fit together", () => {
    expect(errorsOf("bcast eth0")[0]).toContain("no node is configured");
    expect(errorsOf("node a")[0]).toContain("no medium is configured");
    expect(errorsOf(`${BASE}deadtime 2\nkeepalive 1`)[0]).toContain("more than twice keepalive");
    expect(errorsOf(`${BASE}deadtime 30\ninitdead 10`)[0]).toContain("initdead");
  });

  it("reads values with units, names in lower case, text up to #", () => {
    const { settings } = parseHaCf(`${BASE}keepalive 500ms # half a second\ndeadtime 2.5\nmax_rexmit_delay 300\n`);
    expect(settings).toMatchObject({ nodes: ["alice", "bob"], keepaliveMs: 500, deadtimeMs: 2500, warntimeMs: 1250, initdeadMs: 12_000 });
    expect(settings?.rexmitDelayMs).toBe(300);
  });

  it("has heartbeat's default for initdead", () => {
    expect(parseHaCf(`${BASE}deadtime 8`).settings?.initdeadMs).toBe(16_000);
    expect(parseHaCf(`${BASE}deadtime 30`).settings?.initdeadMs).toBe(30_000);
  });

  it("lets udpport and baud count for what stands below", () => {
    const { settings, notices } = parseHaCf("node a\nbcast eth0\nudpport 700\nbcast eth1 eth2\nbaud 9600\nserial /dev/ttyS0");
    expect(settings?.links).toEqual([
      { kind: "bcast", device: "eth0", port: 694 },
      { kind: "bcast", device: "eth1", port: 700 },
      { kind: "bcast", device: "eth2", port: 700 },
      { kind: "serial", path: "/dev/ttyS0", baud: 9600 },
    ]);
    expect(notices).toEqual([{ line: 3, text: "udpport counts for the media lines below it only" }]);
  });

  it("knows the units of times", () => {
    expect([parseHeartbeatTime("2"), parseHeartbeatTime("0.5"), parseHeartbeatTime("20msec"), parseHeartbeatTime("5000us")]).toEqual([
      2000, 500, 20, 5,
    ]);
    expect([parseHeartbeatTime("2m"), parseHeartbeatTime("-1"), parseHeartbeatTime("")]).toEqual([undefined, undefined, undefined]);
  });
});
