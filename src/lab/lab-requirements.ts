import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { LAB_ENVIRONMENT } from "./host-commands.ts";

const PROGRAMS: Readonly<Record<string, string>> = {
  ip: "iproute2",
  nft: "nftables",
  socat: "socat",
  unshare: "util-linux",
  nsenter: "util-linux",
  setsid: "util-linux",
  mount: "mount",
  ping: "iputils-ping",
  arping: "iputils-arping",
};

/** What this machine lacks for a lab, in words a person can act on; empty when it lacks nothing. */
export function missingForLab(): readonly string[] {
  const complaints: string[] = [];
  if (process.platform !== "linux") return ["the lab needs Linux: it is made of namespaces"];
  const missing = Object.keys(PROGRAMS).filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => PROGRAMS[program]))].join(" ");
    complaints.push(`missing programs: ${missing.join(" ")}; on Debian: apt-get install ${packages}`);
  }
  if (process.geteuid?.() !== 0)
    complaints.push("the lab makes network and process namespaces: run it by `kodou lab` or `kodou demo`, or as root");
  return complaints;
}

function isInstalled(program: string): boolean {
  return (LAB_ENVIRONMENT["PATH"] ?? "").split(":").some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
