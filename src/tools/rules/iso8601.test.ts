import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { iso8601 } from "./iso8601.ts";

const show = async (...argv: string[]) => (await runInMemory(iso8601, argv, { files: new Map() })).stdout.trimEnd();

describe("iso8601", () => {
  it("writes one instant in every form", async () => {
    const date = "2024-02-29 12:00:00+01:00";
    expect(await show("-d", date)).toBe("Date: 2024-02-29 11:00:00Z");
    expect(await show("-O", "-d", date)).toBe("Date: 2024-060 11:00:00Z");
    expect(await show("-W", "-d", date)).toBe("Date: 2024-W09-4 11:00:00Z");
    expect(await show("-S", "-d", date)).toBe("Date: 1709204400");
    expect(await show("-L", "-d", date)).toBe("Date: 2024-02-29 12:00:00 +01:00");
  });

  it("keeps to the weeks at the ends of years", async () => {
    expect(await show("-d", "2009-W53-7T00:00:00Z")).toBe("Date: 2010-01-03 00:00:00Z");
    expect(await show("-W", "-d", "2008-12-29T00:00:00Z")).toBe("Date: 2009-W01-1 00:00:00Z");
  });

  it("adds a span, months before days", async () => {
    const text = await show("-d", "2024-01-31 00:00:00Z", "-D", "P1M1DT1H");
    expect(text).toBe(
      "Date: 2024-01-31 00:00:00Z\nDuration:  1 month  1 day 3600 seconds (1 hour)\nDuration ends at: 2024-03-01 01:00:00Z",
    );
  });

  it("says why a text is no time", async () => {
    const world = { files: new Map(), environment: { PCMK_stderr: "1" } };
    const result = await runInMemory(iso8601, ["-d", "2023-02-29"], world);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("because '29' is not a valid day of the month");
    expect(result.stderr).toContain("iso8601: Invalid date/time specified: 2023-02-29");
  });

  it("fails when the result is not the expected one", async () => {
    const given = ["-d", "2024-01-01 00:00:00Z", "-E"];
    expect((await runInMemory(iso8601, [...given, "2024-01-01 00:00:00Z"], { files: new Map() })).exitCode).toBe(0);
    expect((await runInMemory(iso8601, [...given, "2024-01-02 00:00:00Z"], { files: new Map() })).exitCode).toBe(1);
  });
});
