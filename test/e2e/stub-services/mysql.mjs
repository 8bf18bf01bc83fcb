/**
 * A MySQL server and its client, as far as ocf:heartbeat:mysql and its test go: statements over a Unix socket, a log of
 * changes on disk, replication over TCP from the place in the master's log that CHANGE MASTER names.
 * Called as `mysql.mjs server|client ARGUMENTS`.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PORT = 3306;
const RETRY_MS = 300;
const [role, ...words] = process.argv.slice(2);
const option = (name) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
const send = (socket, message) => socket.write(`${JSON.stringify(message)}\n`);
const onLines = (socket, handle) => createInterface({ input: socket }).on("line", (line) => handle(JSON.parse(line)));

class Server {
  #file = join(option("datadir"), "state.json");
  #ownLog = `${hostname()}-bin.000001`;
  #state = { isReadOnly: false, log: [], master: undefined, lastErrno: 0 };
  #isIoRunning = false;
  #isSqlRunning = false;
  #ioState = "";
  #feed;
  #followers = new Set();

  start() {
    if (existsSync(this.#file)) this.#state = JSON.parse(readFileSync(this.#file, "utf8"));
    const socket = option("socket");
    rmSync(socket, { force: true });
    createServer((client) => onLines(client, ({ sql }) => client.end(`${JSON.stringify(this.#answer(sql))}\n`))).listen(socket);
    createServer((follower) => this.#serve(follower)).listen(PORT);
    writeFileSync(option("pid-file"), `${process.pid}\n`);
    process.on("SIGTERM", () => {
      rmSync(option("pid-file"), { force: true });
      process.exit(0);
    });
  }

  #change(change) {
    Object.assign(this.#state, change);
    writeFileSync(this.#file, JSON.stringify(this.#state));
  }

  #append(word) {
    this.#change({ log: [...this.#state.log, word] });
    for (const follower of this.#followers) send(follower, { word, at: this.#state.log.length });
  }

  /** A replica follows the log from a place on. */
  #serve(follower) {
    follower.on("error", () => follower.destroy()).on("close", () => this.#followers.delete(follower));
    onLines(follower, ({ from }) => {
      const { log } = this.#state;
      if (from > log.length) return follower.end(`${JSON.stringify({ errno: 1236 })}\n`);
      send(follower, { file: this.#ownLog });
      for (const [index, word] of log.entries()) if (index >= from) send(follower, { word, at: index + 1 });
      return this.#followers.add(follower);
    });
  }

  #follow() {
    const { master } = this.#state;
    if (!this.#isIoRunning || master === undefined) return;
    this.#ioState = "Connecting to master";
    const feed = connect(master.port, master.host, () => send(feed, { from: master.at }));
    this.#feed = feed;
    onLines(feed, ({ file, word, at, errno }) => {
      this.#ioState = "Waiting for master to send event";
      if (errno !== undefined) this.#stopIo({ lastErrno: errno });
      else if (file !== undefined) this.#change({ master: { ...this.#state.master, file } });
      else {
        this.#append(word);
        this.#change({ master: { ...this.#state.master, at } });
      }
    }).on("error", () => undefined);
    feed
      .on("error", () => feed.destroy())
      .on("close", () => {
        if (this.#feed === feed && this.#isIoRunning) setTimeout(() => this.#follow(), RETRY_MS);
      });
  }

  #stopIo(change = {}) {
    this.#isIoRunning = false;
    this.#feed?.destroy();
    this.#change(change);
  }

  #answer(sql) {
    const text = sql.replace(/\s+/g, " ").trim();
    const value = (pattern) => pattern.exec(text)?.[1];
    if (text.startsWith("SHOW SLAVE STATUS")) return { rows: this.#replicaStatus() };
    if (text.startsWith("SHOW MASTER STATUS")) return { rows: [{ File: this.#ownLog, Position: this.#state.log.length }] };
    if (text.startsWith("SHOW PROCESSLIST")) return { rows: this.#processes() };
    if (text.startsWith("SHOW VARIABLES LIKE 'read_only'"))
      return { rows: [{ Variable_name: "read_only", Value: this.#state.isReadOnly ? "ON" : "OFF" }] };
    if (text.startsWith("SELECT COUNT(*) FROM mysql.user")) return { rows: [{ "COUNT(*)": 1 }] };
    if (text.startsWith("SELECT word FROM words")) return { rows: this.#state.log.map((word) => ({ word })) };
    if (text.startsWith("SET GLOBAL read_only=")) this.#change({ isReadOnly: text.endsWith("on") });
    else if (text.startsWith("CHANGE MASTER TO")) {
      const host = value(/MASTER_HOST='([^']*)'/);
      const at = Number(value(/MASTER_LOG_POS=(\d+)/) ?? 0);
      const file = value(/MASTER_LOG_FILE='([^']*)'/) ?? "";
      this.#change({ master: { host, port: Number(value(/MASTER_PORT=(\d+)/)), file, at }, lastErrno: 0 });
    } else if (text.startsWith("START SLAVE")) {
      if (this.#state.master === undefined) return { error: "ERROR 1200 (HY000): The server is not configured as slave" };
      this.#isSqlRunning = true;
      if (!this.#isIoRunning) {
        this.#isIoRunning = true;
        this.#follow();
      }
    } else if (text.startsWith("STOP SLAVE")) {
      this.#stopIo();
      if (!text.endsWith("IO_THREAD")) this.#isSqlRunning = false;
    } else if (text.startsWith("RESET SLAVE")) this.#change({ master: undefined });
    else if (text.startsWith("INSERT INTO words")) {
      if (this.#state.isReadOnly) return { error: "ERROR 1290 (HY000): The MySQL server is running with the --read-only option" };
      this.#append(value(/\('([^']*)'\)/));
    } else if (!text.startsWith("KILL ")) return { error: `ERROR 1064 (42000): You have an error in your SQL syntax near '${text}'` };
    return { rows: [] };
  }

  #replicaStatus() {
    const { master, lastErrno } = this.#state;
    if (master === undefined) return [];
    return [
      {
        Slave_IO_State: this.#isIoRunning ? this.#ioState : "",
        Master_Host: master.host,
        Master_User: "root",
        Master_Port: master.port,
        Master_Log_File: master.file,
        Read_Master_Log_Pos: master.at,
        Slave_IO_Running: !this.#isIoRunning ? "No" : this.#ioState.startsWith("Connecting") ? "Connecting" : "Yes",
        Slave_SQL_Running: this.#isSqlRunning ? "Yes" : "No",
        Last_Errno: lastErrno,
        Seconds_Behind_Master: this.#isSqlRunning ? 0 : "NULL",
      },
    ];
  }

  #processes() {
    const threads = [
      ...(this.#isIoRunning ? [this.#ioState] : []),
      ...(this.#isSqlRunning ? ["Slave has read all relay log; waiting for more updates"] : []),
    ].map((State, index) => ({ Id: index + 1, User: "system user", State }));
    return [...threads, { Id: 9, User: "root", State: "", Info: "SHOW PROCESSLIST" }];
  }
}

function client() {
  const sql = words[words.indexOf("-e") + 1] ?? "";
  const socket = connect(words[words.indexOf("-S") + 1] ?? "");
  socket.on("error", () => {
    console.error("ERROR 2002 (HY000): Can't connect to local MySQL server through socket");
    process.exit(1);
  });
  socket.on("connect", () => send(socket, { sql: sql.replace(/\\G$/, "") }));
  onLines(socket, ({ error, rows = [] }) => {
    if (error !== undefined) console.error(error);
    else if (sql.endsWith("\\G")) for (const [index, row] of rows.entries()) console.log(vertical(row, index + 1));
    else if (rows.length > 0) console.log(table(rows).join("\n"));
    process.exitCode = error === undefined ? 0 : 1;
  });
}

const vertical = (row, number) =>
  [
    `*************************** ${number}. row ***************************`,
    ...Object.entries(row).map(([name, value]) => `${name.padStart(30)}: ${value}`),
  ].join("\n");

const table = (rows) => {
  const lines = rows.map((row) => Object.values(row).join("\t"));
  return words.includes("--skip-column-names") ? lines : [Object.keys(rows[0]).join("\t"), ...lines];
};

if (role === "server") new Server().start();
else client();
