import { chmodSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** Programs whose place is /usr/lib/pacemaker. Source: the paths of Debian's packages, which crmsh and pcs have built in. */
const DAEMONS = /^pacemaker-/;

/**
 * Makes a layer for /usr (see LabOptions.usrLayers) in which the tools, and on request the answers for corosync's, are
 * where shells like crmsh and pcs call them, whether Pacemaker is installed or not. `programs` is the folder of the built
 * programs. Gives the layer's folder.
 */
export function makeToolLayer(folder: string, programs: string, options: { readonly hasCorosyncAnswers: boolean }): string {
  const put = (source: string, placeOf: (name: string) => string): void => {
    for (const name of readdirSync(join(programs, source))) {
      const place = join(folder, placeOf(name));
      mkdirSync(place, { recursive: true });
      symlinkSync(join(programs, source, name), join(place, name));
    }
  };
  // The uppermost layer's mode is that of /usr in the nodes: their users have programs to run too.
  chmodSync(folder, 0o755);
  put("bin", (name) => (DAEMONS.test(name) ? "lib/pacemaker" : "sbin"));
  put("share/pacemaker/api", () => "share/pacemaker/api");
  if (options.hasCorosyncAnswers) put("corosync-answers", () => "sbin");
  return folder;
}
