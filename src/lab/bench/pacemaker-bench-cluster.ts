import { existsSync } from "node:fs";
import type { Lab } from "../lab.ts";
import { type BenchCluster, benchConfiguration, inNode, untilWhole } from "./bench-cluster.ts";

const START_LIMIT_MS = 90_000;

/** Whether Debian's pacemaker, corosync and their tools are on this machine. */
export function hasPacemaker(): boolean {
  return ["/usr/sbin/corosync", "/usr/sbin/pacemakerd", "/usr/sbin/crm_mon"].every((program) => existsSync(program));
}

/** The installed Pacemaker with corosync on the nodes of a lab, token 300 ms. */
export class PacemakerBenchCluster implements BenchCluster {
  readonly name = "pacemaker";
  readonly lab: Lab;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  async prepare(): Promise<void> {
    const { lab } = this;
    const nodes = lab.nodes.map(
      (name, index) => `  node {\n    name: ${name}\n    nodeid: ${index + 1}\n    ring0_addr: ${lab.addressOf(name, "eth2")}\n  }`,
    );
    const configuration = `totem {
  version: 2
  cluster_name: bench
  transport: knet
  crypto_cipher: none
  crypto_hash: none
  token: 300
  token_coefficient: 0
}
logging {
  to_stderr: no
  to_syslog: no
  to_logfile: yes
  logfile: /var/log/corosync.log
}
quorum {
  provider: corosync_votequorum
}
nodelist {
${nodes.join("\n")}
}
`;
    for (const name of lab.nodes) {
      await inNode(lab, name, "mkdir -p /etc/corosync /var/log/pacemaker && cat >/etc/corosync/corosync.conf", configuration);
      await inNode(lab, name, "printf '%032d%096d' 1 2 >/etc/corosync/authkey && chmod 400 /etc/corosync/authkey");
    }
    await Promise.all(lab.nodes.map((node) => this.start(node)));
    await untilWhole(this, START_LIMIT_MS);
    const [first = ""] = lab.nodes;
    const command = "cibadmin --replace --scope configuration --xml-pipe";
    await inNode(lab, first, command, benchConfiguration("heartbeat:IPaddr2", ""));
  }

  async start(node: string): Promise<void> {
    const text = `corosync && { for i in $(seq 100); do corosync-cmapctl -g runtime.votequorum.this_node_id >/dev/null 2>&1 && break; sleep 0.05; done
export PCMK_logfile=/var/log/pacemaker.log PCMK_service=pacemakerd
setsid pacemakerd >/var/log/pacemakerd.out 2>&1 </dev/null & }`;
    await inNode(this.lab, node, text);
  }

  async stop(node: string): Promise<void> {
    const end = (name: string): string =>
      `p=$(pgrep -x ${name}) && kill $p && for i in $(seq 600); do kill -0 $p 2>/dev/null || break; sleep 0.1; done`;
    await inNode(this.lab, node, `${end("pacemakerd")}; ${end("corosync")}; true`);
  }

  async online(node: string): Promise<number> {
    try {
      const text = await inNode(this.lab, node, "crm_mon -1 --output-as=xml");
      if (!text.includes('<current_dc present="true"')) return 0;
      return text.split("\n").filter((line) => /<node .*online="true".*pending="false"/.test(line)).length;
    } catch {
      return 0;
    }
  }

  isDaemon(commandLine: string): boolean {
    return /^corosync|pacemaker/.test(commandLine);
  }

  tool(name: string, words: readonly string[]): readonly string[] {
    return [`/usr/sbin/${name}`, ...words];
  }
}
