/**
 * Every bound of the product, by name. A value that limits memory, time or
 * retries stands here and nowhere else, so that it can be found and reasoned about.
 */
export const LIMITS = {
  /** Instances of a clone: a larger number counts as this one. */
  instances: 10_000,
  /** Replicas of a bundle, each of which is a node: a larger number counts as this one. */
  replicas: 500,
  /** Colocations that one plan follows from one resource to the next. */
  colocationSteps: 20_000_000,
  /** How often one row of colocations may come to a resource it has been to, and all rows of a plan together. */
  colocationRepeats: 1000,
  colocationRepeatsInAll: 300_000,
  /** Largest XML document accepted; what comes over a socket is bounded by its message. 64 nodes with 5000 resources take 163 MiB. */
  xmlDocumentBytes: 256 * 1024 * 1024,
  /** Deepest nesting of XML elements. */
  xmlDepth: 200,
  /** Characters of an XPath expression, and how deep parentheses may be nested in it. */
  xmlPathCharacters: 4096,
  xmlPathDepth: 100,
  /** Elements in one XML document. */
  xmlElements: 2_000_000,
  /** Attributes on one XML element. */
  xmlAttributesPerElement: 1000,
  /** One heartbeat packet on the wire (UDP over IPv4). */
  packetBytes: 65_507,
  /** Bytes of one cluster message carried in one packet; longer messages are split. */
  messageFragmentBytes: 24 * 1024,
  /** One cluster message between nodes, all fragments together. */
  clusterMessageBytes: 64 * 1024 * 1024,
  /** Sent packets a node keeps for retransmission (as heartbeat 3.0.6). */
  packetHistory: 500,
  /** One request or answer on the tools' socket. */
  ipcFrameBytes: 64 * 1024 * 1024,
  /** Tool connections a daemon serves at once. */
  ipcConnections: 256,
  /** One request of a user other than root. */
  ipcUserFrameBytes: 16 * 1024 * 1024,
  /** Connections of users other than root that a daemon serves at once. */
  ipcUserConnections: 32,
  /** Tools the tool server runs at once; the others run as programs. */
  toolRuns: 32,
  /** Memory of the tool server's objects; beyond it, it ends and is started again. */
  toolServerMebibytes: 256,
  /** Silence after which the tool server is taken to hang. */
  toolServerSilenceMs: 30_000,
  /** Time a new connection has to show who calls. */
  ipcSilenceMs: 10_000,
  /** Output kept of one agent call, per stream. */
  agentOutputBytes: 256 * 1024,
  /** Time between SIGTERM and SIGKILL of an agent that ran out of time. */
  agentKillGraceMs: 2000,
  /** Operations waiting for one resource on one node. */
  executorQueue: 64,
  /** Attempts of one fencing device within one request. */
  fencingAttempts: 3,
  /** Fencing requests kept in the history of a node. */
  fencingHistory: 500,
  /** Of these, what nodes tell each other when a view begins: the newest. */
  fencingsTold: 50,
  /** Backups kept of the CIB file. */
  cibBackups: 100,
  /** Committed configurations that are in the journal only, and their bytes; beyond it cib.xml is written. */
  journalRecords: 256,
  journalBytes: 16 * 1024 * 1024,
  /** Size the journal has from the beginning: most rounds need no more. */
  journalRoomBytes: 1024 * 1024,
  /** Pause between changes after which cib.xml is written. */
  journalPauseMs: 1000,
  /** Pause after which it is tried again when that failed. */
  journalRetryMs: 5000,
  /** Keys of changes that the members remember, so that a repeated request is known. */
  changeKeys: 200,
  /** Inputs of plans kept on disk, all together. */
  planInputBytes: 256 * 1024 * 1024,
  /** Silence of the cluster daemon after which its beats stop. */
  daemonSilenceMs: 5000,
  /** Time a program's output pipes may stay open after its end, held by a daemon it started. */
  processDrainMs: 100,
  /** Time an agent has to print its meta-data. */
  agentMetadataMs: 30_000,
  /** Positional arguments of a Heartbeat v1 script (as cluster-glue). */
  heartbeatAgentArguments: 37,
  /** Numbered packets a node sends ahead of what the slowest listening peer has acknowledged. */
  packetsUnacknowledged: 200,
  /** Bytes of one cluster message in one packet while only serial lines live. */
  slowFragmentBytes: 512,
  /** Messages waiting to be sent to other nodes, all together. */
  outboxBytes: 192 * 1024 * 1024,
  /** Nodes of one cluster (as heartbeat 3.0.6). */
  clusterNodes: 100,
  /** Media of one node (as heartbeat 3.0.6). */
  clusterLinks: 64,
  /** One frame between kodou-beat and the cluster daemon: a cluster message written as JSON. */
  beatFrameBytes: 2 * 64 * 1024 * 1024 + 4096,
  /** Bytes waiting for a cluster daemon that does not read; beyond it the connection is closed. */
  beatClientBytes: 256 * 1024 * 1024,
  /** Archives for reports that a node holds ready at once. */
  collectedArchives: 4,
  /** One archive for a report: what would make it larger is left out. */
  collectedArchiveBytes: 64 * 1024 * 1024,
  /** Piece of such an archive in one message; a multiple of three, so that base64 texts can be joined. */
  collectedPieceBytes: 192 * 1024,
  /** Time an archive is held ready after it was asked for last. */
  collectedArchiveMs: 10 * 60_000,
  /** Time a node may take to collect. */
  collectMs: 150_000,
  /** Bytes kept of one log in a report, the newest ones. */
  collectedLogBytes: 16 * 1024 * 1024,
  /** Plan inputs in a report, the newest ones. */
  collectedPlanInputs: 400,
  /** Longest wait of a client for a change, before it has to ask again. */
  awaitChangeMs: 60_000,
  /** One secret of a resource. */
  secretBytes: 64 * 1024,
  /** Secrets of one node, all together. */
  secretsBytes: 16 * 1024 * 1024,
  /** A file that is packed, when it is unpacked: a string can have no more. */
  unpackedBytes: 511 * 1024 * 1024,
  /** Output kept of a program that a tool runs. */
  toolProgramBytes: 256 * 1024 * 1024,
} as const;
