import { EXIT, exitText, OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import { statusText } from "../../output/status/status-words.ts";
import type { AgentCall, AgentRunner } from "../../ports/agent-runner.ts";
import { cdataElement, element, textElement, type XmlElement } from "../../xml/element.ts";
import { withSecrets } from "../cib/kept-secret.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import type { ToolPorts } from "../frame/tool.ts";

const TOOL = "crm_resource";
const NOT_THERE = "Error performing operation: No such object";
const FENCE_FOLDER = "/usr/sbin";
const CALL_TIMEOUT_MS = 20_000;
/** As an agent answers that misses a parameter. */
const NOT_CONFIGURED = { exitCode: OCF.notConfigured, operationStatus: OPERATION_STATUS.done, stdout: "", stderr: "" };

/** The standards of agents that this machine knows. */
export async function listStandards(ports: ToolPorts): Promise<Answer> {
  const agents = await ports.agents();
  return list("standards", {}, "standard", [...(await agents.list()), "stonith"]);
}

/** All providers of OCF agents; Pacemaker heeds no agent here, either. */
export async function listProviders(ports: ToolPorts): Promise<Answer> {
  return list("providers", { standard: "ocf" }, "provider", await providersOf(await ports.agents(), undefined));
}

/** Providers that have an agent of this name. */
export async function listAlternatives(ports: ToolPorts, agent: string): Promise<Answer> {
  const providers = await providersOf(await ports.agents(), agent);
  if (providers.length === 0) return none(`No OCF providers found for ${agent}`, EXIT.noSuchObject);
  return list("providers", { for: agent }, "provider", providers);
}

/** Agents of a standard, or of a provider: `STANDARD[:PROVIDER]`. */
export async function listAgents(ports: ToolPorts, spec: string): Promise<Answer> {
  const at = spec.indexOf(":");
  const [standard, provider] = at < 0 ? [spec, undefined] : [spec.slice(0, at), spec.slice(at + 1)];
  const runner = await ports.agents();
  const names = standard === "stonith" ? fenceAgents(ports) : await agentsOf(runner, standard, provider);
  if (names.length > 0) return list("agents", { standard, provider }, "agent", names);
  const where = provider === undefined ? "" : ` and provider '${provider}'`;
  return none(`No agents found for standard '${standard}'${where}`);
}

/** Meta-data of `STANDARD[:PROVIDER]:TYPE`. */
export async function showMetadata(ports: ToolPorts, spec: string): Promise<Answer> {
  const parts = spec.split(":");
  const [standard = "", second = "", third] = parts;
  const provider = third === undefined ? "" : second;
  const type = third ?? second;
  const isComplete = parts.length >= 2 && type !== "" && (standard !== "ocf" || provider !== "");
  if (!isComplete) {
    return refusal(TOOL, EXIT.noSuchObject, `'${spec}' is not a valid agent specification\n${NOT_THERE}`);
  }
  const xml = standard === "stonith" ? await fenceMetadata(ports, type) : await (await ports.agents()).metadata(standard, provider, type);
  if (xml === undefined)
    return refusal(TOOL, EXIT.noSuchObject, `Metadata query for ${spec} failed: No such device or address\n${NOT_THERE}`);
  const metadata = cdataElement("metadata", xml);
  return { text: `${xml.trimEnd()}\n`, parts: [metadata] };
}

/** Which agent is called, past the cluster, with what. */
export interface DirectCall {
  readonly action: string;
  readonly resource: string | undefined;
  readonly standard: string;
  readonly provider: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Parameters given on the command line, for the answer. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly level: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly isVerbose: boolean;
}

/** Calls an agent here and now; the exit code is the agent's. */
export async function callAgent(ports: ToolPorts, call: DirectCall): Promise<Answer> {
  const level: Record<string, string> = call.level === undefined ? {} : { OCF_CHECK_LEVEL: call.level };
  const action = { "force-check": "monitor", validate: "validate-all" }[call.action] ?? call.action.replace(/^force-/, "");
  const resourceId = call.resource ?? "test";
  const { parameters, problem } = withSecrets(ports, resourceId, call.parameters);
  // What was started must be stoppable, so a stop goes on without the secret.
  const result =
    problem !== undefined && action !== "stop"
      ? { ...NOT_CONFIGURED, exitReason: problem }
      : await (await ports.agents()).run({
          agentClass: call.standard as AgentCall["agentClass"],
          provider: call.provider,
          type: call.type,
          resourceId,
          action,
          intervalMs: 0,
          timeoutMs: call.timeoutMs ?? CALL_TIMEOUT_MS,
          parameters: { ...parameters, ...level },
          meta: {},
        }).done;
  const name = [call.standard, call.provider, call.type].filter((part) => part !== "").join(":");
  const subject = call.resource === undefined ? "" : ` for ${call.resource}`;
  const isDone = result.operationStatus === OPERATION_STATUS.done;
  const why = result.exitReason === "" ? "" : `: ${result.exitReason}`;
  const outcome = isDone
    ? `returned ${result.exitCode} (${exitText(result.exitCode)}${why})`
    : `could not be executed (${statusText(result.operationStatus)}${why})`;
  const shownAction = call.action === "validate" ? "validate" : call.action;
  const output = [result.stdout, result.stderr].filter((text) => text.trim() !== "").map((text) => `${text.trimEnd()}\n`);
  const overrides = Object.entries(call.overrides).map(([key, value]) => element("override", { rsc: call.resource, name: key, value }));
  const part = element(
    "resource-agent-action",
    {
      action: shownAction,
      class: call.standard,
      type: call.type,
      provider: call.provider === "" ? undefined : call.provider,
      rsc: call.resource,
    },
    [
      element("overrides", {}, overrides),
      element("agent-status", {
        code: result.exitCode,
        message: exitText(result.exitCode),
        execution_code: result.operationStatus,
        execution_message: statusText(result.operationStatus),
        reason: result.exitReason === "" ? undefined : result.exitReason,
      }),
      ...(output.length === 0 ? [] : [element("command", { code: result.exitCode }, outputsOf(result))]),
    ],
  );
  const shown = call.isVerbose || result.exitCode !== EXIT.ok ? output : [];
  const text = `Operation ${shownAction}${subject} (${name}) ${outcome}\n${shown.join("")}`;
  const errors = result.exitCode === EXIT.ok ? [] : [`${TOOL}: Error performing operation: ${exitText(result.exitCode)}`];
  return { exitCode: result.exitCode, text, parts: [part], errors };
}

function outputsOf(result: { readonly stdout: string; readonly stderr: string }): XmlElement[] {
  const streams = [
    ["stdout", result.stdout],
    ["stderr", result.stderr],
  ] as const;
  return streams.flatMap(([source, text]) => {
    if (text.trim() === "") return [];
    const made = cdataElement("output", text);
    return [made.set("source", source)];
  });
}

async function providersOf(runner: AgentRunner, agent: string | undefined): Promise<readonly string[]> {
  const providers = await runner.list("ocf");
  if (agent === undefined) return providers;
  const has = await Promise.all(providers.map(async (provider) => (await runner.list("ocf", provider)).includes(agent)));
  return providers.filter((_provider, at) => has[at]);
}

async function agentsOf(runner: AgentRunner, standard: string, provider: string | undefined): Promise<readonly string[]> {
  if (standard !== "ocf" || provider !== undefined) return runner.list(standard, provider);
  const providers = await runner.list("ocf");
  const all = await Promise.all(providers.map((one) => runner.list("ocf", one)));
  return [...new Set(all.flat())].sort();
}

function fenceAgents(ports: ToolPorts): string[] {
  return ports.listFolder(FENCE_FOLDER).filter((name) => name.startsWith("fence_"));
}

async function fenceMetadata(ports: ToolPorts, type: string): Promise<string | undefined> {
  if (!/^fence_[A-Za-z0-9_-]+$/.test(type)) return undefined;
  const ended = await ports.runProgram({
    argv: [`${FENCE_FOLDER}/${type}`, "-o", "metadata"],
    environment: {},
    timeoutMs: CALL_TIMEOUT_MS,
  });
  return ended.exitCode === 0 ? ended.stdout : undefined;
}

function list(name: string, about: Readonly<Record<string, string | undefined>>, kind: string, items: readonly string[]): Answer {
  const parts = items.map((item) => textElement(kind, {}, item));
  return { text: items.map((item) => `${item}\n`).join(""), parts: [element(name, about, parts)] };
}

function none(text: string, exitCode: number = EXIT.error): Answer {
  return { exitCode, errors: [text, `${TOOL}: Error performing operation: ${exitText(exitCode)}`] };
}
