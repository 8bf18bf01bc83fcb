import { runTool, type SystemPorts } from "../frame/tool.ts";
import { crmMon } from "./crm-mon.ts";
import { afterKey, keyHelp } from "./keys.ts";
import { awaitChange } from "./observer.ts";
import { ENTER_SCREEN, LEAVE_SCREEN, screenRows, screenUpdate, type Terminal } from "./screen.ts";

/** Something a terminal reports: a key by its name (`f`, `up`, `page-down`, `end` for a wish to leave), or another size. */
export type TerminalEvent = { readonly kind: "key"; readonly key: string } | { readonly kind: "resize" };

/** A terminal to draw on. */
export interface ScreenPorts {
  terminal(): Terminal;
  write(text: string): void;
  /** The next thing the terminal reports; asked for again only when it has come. */
  next(): Promise<TerminalEvent>;
}

/** Changes that come close together are shown together, in ms. */
const GATHER_MS = 150;

/** How the screen is to work. */
export interface LiveScreenOptions {
  readonly argv: readonly string[];
  readonly intervalMs: number;
  readonly version: string;
  /** Called when the cluster may have changed. */
  readonly onChange: () => Promise<void>;
}

/** Shows the cluster on a terminal until the user leaves; keys change what is shown. */
export async function liveScreen(options: LiveScreenOptions, screen: ScreenPorts, system: SystemPorts): Promise<void> {
  let { argv } = options;
  let top = 0;
  let isHelp = false;
  let rows: readonly string[] | undefined;
  let text = "Connecting to the cluster ...\n";
  let version: string | undefined;

  const draw = (): void => {
    const shown = screenRows(isHelp ? keyHelp(argv) : text, screen.terminal(), top);
    top = shown.top;
    screen.write(screenUpdate(rows, shown.rows));
    rows = shown.rows;
  };
  const read = async (): Promise<void> => {
    const result = await runTool(crmMon, argv, system, options.version);
    text = result.stderr === "" ? result.stdout : `Not connected: ${result.stderr}${result.stdout}`;
  };

  screen.write(ENTER_SCREEN);
  try {
    draw();
    await read();
    draw();
    let event = screen.next();
    let change = awaitChange(system, version, options.intervalMs);
    for (;;) {
      const happened = await Promise.race([event, change.then((seen) => ({ kind: "change" as const, version: seen }))]);
      if (happened.kind === "change") {
        if (happened.version !== version) await system.sleep(GATHER_MS);
        version = happened.version;
        change = awaitChange(system, version, options.intervalMs);
        await read();
        await options.onChange();
      } else {
        event = screen.next();
        if (happened.kind === "resize") rows = undefined;
        else if (happened.key === "end") return;
        else if (SCROLLING[happened.key]) top = Math.max(0, top + (SCROLLING[happened.key]?.(screen.terminal().rows) ?? 0));
        else if (happened.key === "redraw") rows = undefined;
        else if (happened.key === "?") isHelp = !isHelp;
        else {
          const toggled = afterKey(argv, happened.key);
          if (toggled) argv = toggled;
          else isHelp = false;
          await read();
        }
      }
      draw();
    }
  } finally {
    screen.write(LEAVE_SCREEN);
  }
}

const SCROLLING: Readonly<Record<string, (rows: number) => number>> = {
  up: () => -1,
  down: () => 1,
  "page-up": (rows) => 1 - rows,
  "page-down": (rows) => rows - 1,
};
