/** Something a terminal reports: a key by its name, or another size. */
type TerminalEvent = { readonly kind: "key"; readonly key: string } | { readonly kind: "resize" };

const SEQUENCES: Readonly<Record<string, string>> = {
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  "\u001b[5~": "page-up",
  "\u001b[6~": "page-down",
  "\u0003": "end",
  q: "end",
  "\u000c": "redraw",
};

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** This process's terminal: keys without waiting for a line's end, its size, and its state given back at the end. */
export class OsTerminal {
  readonly #events: TerminalEvent[] = [];
  #waiting: ((event: TerminalEvent) => void) | undefined;

  constructor() {
    const { stdin, stdout } = process;
    if (stdin.isTTY) {
      stdin.setRawMode(true);
      stdin.resume();
      stdin.setEncoding("utf8");
      stdin.on("data", (text: string) => this.#typed(text));
    }
    stdout.on("resize", () => this.#happened({ kind: "resize" }));
    // The terminal is gone: nobody sees what would be drawn.
    stdout.on("error", () => this.#happened({ kind: "key", key: "end" }));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => this.#happened({ kind: "key", key: "end" }));
  }

  terminal(): { columns: number; rows: number; hasColours: boolean } {
    const { columns = DEFAULT_COLUMNS, rows = DEFAULT_ROWS } = process.stdout;
    const hasColours = process.env["TERM"] !== "dumb" && (process.env["NO_COLOR"] ?? "") === "";
    return { columns: columns || DEFAULT_COLUMNS, rows: rows || DEFAULT_ROWS, hasColours };
  }

  write(text: string): void {
    if (text !== "") process.stdout.write(text);
  }

  next(): Promise<TerminalEvent> {
    const event = this.#events.shift();
    if (event) return Promise.resolve(event);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Gives the terminal back as it was. */
  close(): void {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdin.pause();
  }

  #typed(text: string): void {
    for (const [key] of text.matchAll(/\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Z])?|./gsu))
      this.#happened({ kind: "key", key: SEQUENCES[key] ?? key });
  }

  #happened(event: TerminalEvent): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(event);
    else this.#events.push(event);
  }
}
