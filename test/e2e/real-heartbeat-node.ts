import type { Lab } from "../../src/lab/lab.ts";

/** Settings of one cluster of a test. */
export interface ClusterFiles {
  /** Lines of `ha.cf` with the media. */
  readonly media: string;
  readonly nodes: readonly string[];
  /** Method and secret, as in authkeys. */
  readonly key: string;
  readonly deadtimeS?: number;
  /** More lines of `ha.cf`. */
  readonly more?: string;
}

/** Runs a shell script in a node; fails with its output. */
export async function shell(lab: Lab, node: string, script: string, timeoutMs = 20_000): Promise<string> {
  const result = await lab.exec(node, ["sh", "-c", script], { timeoutMs });
  if (result.ending.kind !== "exited" || result.ending.exitCode !== 0) throw new Error(`${node}: ${script}: ${JSON.stringify(result)}`);
  return result.stdout;
}

/** Writes `ha.cf` and `authkeys` into a node. */
export async function writeClusterFiles(lab: Lab, node: string, files: ClusterFiles): Promise<void> {
  const lines = [
    "logfile /var/log/ha-log",
    "debugfile /var/log/ha-debug",
    "logfacility none",
    "realtime off",
    "keepalive 200ms",
    "warntime 1",
    `deadtime ${files.deadtimeS ?? 3}`,
    "initdead 8",
    "udpport 694",
    "baud 19200",
    files.media,
    files.more ?? "auto_failback off",
    `node ${files.nodes.join(" ")}`,
  ];
  await shell(
    lab,
    node,
    `mkdir -p /etc/ha.d /var/lib/heartbeat /var/log
cat >/etc/ha.d/ha.cf <<'EOT'
${lines.join("\n")}
EOT
umask 077
printf 'auth 1\\n1 ${files.key}\\n' >/etc/ha.d/authkeys`,
  );
}

/** Debian's heartbeat 3.0.6 in a node of a lab, in haresources mode, with one resource of its own. */
export class RealHeartbeat {
  readonly #lab: Lab;
  readonly #node: string;

  constructor(lab: Lab, node: string) {
    this.#lab = lab;
    this.#node = node;
  }

  async prepare(files: ClusterFiles): Promise<void> {
    await writeClusterFiles(this.#lab, this.#node, files);
    await shell(
      this.#lab,
      this.#node,
      `mkdir -p /etc/ha.d/resource.d /run/heartbeat/ccm /run/heartbeat/rsctmp /run/resource-agents
chown hacluster /run/heartbeat /run/heartbeat/ccm
echo '${this.#node} TestRsc' >/etc/ha.d/haresources
cat >/etc/ha.d/resource.d/TestRsc <<'EOT'
#!/bin/sh
case $1 in
start) touch /run/test-resource ;;
stop) rm -f /run/test-resource ;;
status) if [ -e /run/test-resource ]; then echo running; else echo stopped; fi ;;
esac
EOT
chmod 755 /etc/ha.d/resource.d/TestRsc
: >/var/log/ha-log`,
    );
  }

  async start(): Promise<void> {
    await shell(this.#lab, this.#node, "/usr/libexec/heartbeat/heartbeat >/var/log/ha-start 2>&1 </dev/null");
  }

  /** Asks it to leave; it may hang at that, so the answer is not waited for. */
  leave(): void {
    this.#lab.spawn(this.#node, `${this.#lab.nodeFolder(this.#node)}/leave.log`, [
      "timeout",
      "60",
      "/usr/libexec/heartbeat/heartbeat",
      "-k",
    ]);
  }

  /** What it thinks of a node: active, dead, ... */
  async statusOf(peer: string): Promise<string> {
    const result = await this.#lab.exec(this.#node, ["cl_status", "nodestatus", peer], { timeoutMs: 5000 });
    return result.stdout.trim();
  }

  async linkStatusOf(peer: string, link: string): Promise<string> {
    const result = await this.#lab.exec(this.#node, ["cl_status", "hblinkstatus", peer, link], { timeoutMs: 5000 });
    return result.stdout.trim();
  }

  async holds(): Promise<string> {
    const result = await this.#lab.exec(this.#node, ["cl_status", "rscstatus"], { timeoutMs: 5000 });
    return result.stdout.trim();
  }

  async log(): Promise<string> {
    return shell(this.#lab, this.#node, "cat /var/log/ha-log");
  }
}
