import { expect, it } from "vitest";
import { fail, ok } from "../../base/result.ts";
import { guarded } from "./guarded.ts";

it("lets results through, and makes an answer and a log entry of what is thrown", () => {
  const logged: string[] = [];
  const port = { log: (level: string, text: string) => void logged.push(`${level}: ${text.split("\n")[0]}`) };
  expect(guarded(port, () => ok(1))).toEqual(ok(1));
  const refused = fail({ exitCode: 105, message: "no" });
  expect(guarded(port, () => refused)).toBe(refused);
  expect(logged).toEqual([]);
  const failed = guarded(port, () => {
    throw new RangeError("too deep");
  });
  expect(failed.ok ? undefined : failed.error.exitCode).toBe(70);
  expect(logged).toEqual(["error: a request about the CIB failed by a fault of kodou: RangeError: too deep"]);
});
