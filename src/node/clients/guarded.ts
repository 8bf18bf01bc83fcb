import { fail, type Result } from "../../base/result.ts";
import { traceOf } from "../../base/trace.ts";
import type { CibError } from "../../cib/request.ts";
import { EXIT } from "../../model/exit-code.ts";

/**
 * Runs what is computed for a client, and touches nothing. What it throws is a fault of ours: the client is told so, the log
 * has the trace, and the daemon goes on. The client would ask the next DC, and end that one too.
 */
export function guarded<T>(port: { log(level: "error", text: string): void }, compute: () => Result<T, CibError>): Result<T, CibError> {
  try {
    return compute();
  } catch (error) {
    port.log("error", `a request about the CIB failed by a fault of kodou: ${traceOf(error)}`);
    return fail({ exitCode: EXIT.software, message: "Internal software bug (the log of kodoud on the DC has the details)" });
  }
}
