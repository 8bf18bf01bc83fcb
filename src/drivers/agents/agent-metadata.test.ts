import { describe, expect, it } from "vitest";
import { parseAgentMetadata } from "./agent-metadata.ts";

const XML = `noise before
<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="Tea" version="2.1">
<version>1.1</version>
<longdesc lang="en">
Keeps tea warm &amp; ready.
</longdesc>
<shortdesc lang="en">Tea</shortdesc>
<parameters>
<parameter name="cup" unique="1" required="1" unique-group="cups">
<longdesc lang="en">The cup</longdesc><shortdesc lang="en">cup</shortdesc><content type="string" />
</parameter>
<parameter name="strength" reloadable="1" deprecated="0"><content type="select" default="weak"><option value="weak"/><option value="strong"/></content></parameter>
<parameter name="passwd" private="1"><deprecated><replaced-with name="password"/><desc>old</desc></deprecated><content type="string" default=""/></parameter>
</parameters>
<actions>
<action name="start" timeout="20s"/>
<action name="monitor" depth="0" timeout="20" interval="100ms" start-delay="1m"/>
<action name="monitor" role="Promoted" timeout="soon" />
<action name="on" on_target="1" automatic="1"/>
</actions>
</resource-agent>`;

describe("parseAgentMetadata", () => {
  const read = parseAgentMetadata(XML);

  it("reads names and texts", () => {
    expect(read).toMatchObject({
      name: "Tea",
      version: "2.1",
      apiVersion: "1.1",
      shortDescription: "Tea",
      longDescription: "Keeps tea warm & ready.",
    });
  });

  it("reads parameters", () => {
    expect(read?.parameters).toMatchObject([
      {
        name: "cup",
        type: "string",
        default: undefined,
        isRequired: true,
        isUnique: true,
        uniqueGroup: "cups",
        isReloadable: false,
        isDeprecated: false,
      },
      { name: "strength", type: "select", default: "weak", options: ["weak", "strong"], isReloadable: true, isDeprecated: false },
      { name: "passwd", default: "", isPrivate: true, isDeprecated: true, replacedBy: ["password"] },
    ]);
  });

  it("reads actions with their times", () => {
    expect(read?.actions).toMatchObject([
      { name: "start", timeoutMs: 20_000, intervalMs: undefined, isOnTarget: false },
      { name: "monitor", depth: "0", timeoutMs: 20_000, intervalMs: 100, startDelayMs: 60_000 },
      { name: "monitor", role: "Promoted", timeoutMs: undefined },
      { name: "on", isOnTarget: true, isAutomatic: true },
    ]);
  });

  it("takes what it can from a description with little in it, and nothing from other texts", () => {
    expect(parseAgentMetadata("<resource-agent name='x'/>")).toMatchObject({ name: "x", apiVersion: "1.0", parameters: [], actions: [] });
    expect(parseAgentMetadata("<resource-agent name='x'><parameters/><actions></actions></resource-agent>")?.actions).toEqual([]);
    expect(parseAgentMetadata("")).toBeUndefined();
    expect(parseAgentMetadata("usage: agent start|stop")).toBeUndefined();
  });
});
