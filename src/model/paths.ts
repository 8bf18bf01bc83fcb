/** Where a node's files are; a root prefix moves all of them, so that many nodes live on one machine. */
export interface ClusterPaths {
  /** ha.cf, authkeys, kodou.conf. */
  readonly configFolder: string;
  /** hb_uuid, hb_generation. */
  readonly heartbeatFolder: string;
  /** cib.xml and its backups. */
  readonly cibFolder: string;
  /** Inputs of plans. */
  readonly planFolder: string;
  /** membership.json, confirmations of operators. */
  readonly stateFolder: string;
  /** Secrets of resources: `RESOURCE/PARAMETER` and `RESOURCE/PARAMETER.sign`. */
  readonly secretsFolder: string;
  /** Archives that wait to be fetched for a report. */
  readonly collectedFolder: string;
  /** Sockets and process ids. */
  readonly runFolder: string;
  /** Root's. */
  readonly toolSocket: string;
  /** Of the members of the group haclient. */
  readonly userSocket: string;
  /** Where these show who they are. */
  readonly callerFolder: string;
  /** Of the tool server, for root's launchers; its place is compiled into launcher/launcher.c. */
  readonly launcherSocket: string;
  readonly beatSocket: string;
  readonly pidFile: string;
}

/** Debian's usual places under `root` (empty for the real ones). */
export function clusterPaths(root: string): ClusterPaths {
  const runFolder = `${root}/run/kodou`;
  return {
    configFolder: `${root}/etc/ha.d`,
    heartbeatFolder: `${root}/var/lib/heartbeat`,
    cibFolder: `${root}/var/lib/pacemaker/cib`,
    planFolder: `${root}/var/lib/pacemaker/pengine`,
    stateFolder: `${root}/var/lib/kodou`,
    secretsFolder: `${root}/var/lib/pacemaker/lrm/secrets`,
    collectedFolder: `${root}/var/lib/kodou/collected`,
    runFolder,
    toolSocket: `${runFolder}/kodoud.sock`,
    userSocket: `${runFolder}/kodoud-users.sock`,
    launcherSocket: `${runFolder}/tools.sock`,
    callerFolder: `${runFolder}/callers`,
    beatSocket: `${runFolder}/beat.sock`,
    pidFile: `${runFolder}/kodoud.pid`,
  };
}
