import { type AclUser, isPrivileged } from "../cib/acl.ts";
import { CallerProofs } from "../drivers/caller-proof.ts";
import { type RequestHandler, serveRoot, serveUsers } from "../drivers/ipc.ts";
import { groupNumber, UserDatabase } from "../drivers/user-database.ts";
import { EXIT } from "../model/exit-code.ts";
import type { ClusterPaths } from "../model/paths.ts";
import { type ClientReply, type ClientRequest, failReply } from "../node/interface/client.ts";
import { readClientRequest } from "./client-request-schema.ts";
import type { LogLine } from "./node-host.ts";

/** Members of this group may use the tools, as with Pacemaker. */
const CLUSTER_GROUP = "haclient";

/** Carries a request out with the rights of `user`; `reply` is called once. */
export type ClientHandler = (request: ClientRequest, user: AclUser, reply: (reply: ClientReply) => void) => void;

/** Serves root and, where the group haclient exists, its members, each as the user the system says they are. */
export async function serveClients(paths: ClusterPaths, log: LogLine, handle: ClientHandler): Promise<void> {
  const users = new UserDatabase();
  const handler: RequestHandler = (value, caller, reply) => {
    const read = readClientRequest(value);
    if (!read.ok) {
      reply(failReply(EXIT.protocol, read.error));
      return;
    }
    void actingUser(read.value, caller, users).then((user) => {
      if (user) handle(read.value, user, reply);
      else reply(failReply(EXIT.insufficientPrivileges, refusal(read.value, caller)));
    });
  };
  await serveRoot(paths.toolSocket, handler);
  const gid = groupNumber(CLUSTER_GROUP);
  if (gid === undefined) {
    log("notice", `there is no usable group ${CLUSTER_GROUP}: only root can use the tools on this node`);
    return;
  }
  const proofs = new CallerProofs(paths.callerFolder, gid);
  await serveUsers({ path: paths.userSocket, gid, proofs, userByNumber: (uid) => users.byNumber(uid) }, handler);
}

/** Whose rights count: the caller's, or those of the user for whom root and hacluster ask. */
async function actingUser(request: ClientRequest, caller: AclUser, users: UserDatabase): Promise<AclUser | undefined> {
  const wanted = request.op === "cib" ? request.user : undefined;
  if (wanted === undefined || wanted === caller.name) return caller;
  // Somebody this machine does not know is bound by what the ACLs say of the name.
  return isPrivileged(caller) && wanted !== "" ? ((await users.byName(wanted)) ?? { name: wanted, groups: [] }) : undefined;
}

function refusal(request: ClientRequest, caller: AclUser): string {
  const wanted = request.op === "cib" ? request.user : undefined;
  return `Permission denied: user ${caller.name} may not act for user '${wanted ?? ""}': only root and hacluster may`;
}
