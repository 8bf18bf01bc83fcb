import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmTicket } from "./crm-ticket.ts";

const CIB = `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config/><nodes/><resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy"/></resources>
<constraints><rsc_ticket id="c" rsc="d" ticket="B"/></constraints></configuration>
<status><tickets><ticket_state id="A" granted="true" last-granted="900"/></tickets></status></cib>`;

const world = () => ({ files: new Map([["cib.xml", CIB]]), environment: { CIB_file: "cib.xml" } });

describe("crm_ticket", () => {
  it("lists the tickets of the status and of constraints", async () => {
    const { stdout } = await runInMemory(crmTicket, ["-l"], world());
    expect(stdout).toBe('A\tgranted last-granted="<900>"\nB\trevoked\n');
  });

  it("knows tickets from another file when asked to", async () => {
    const here = world();
    here.files.set("other.xml", CIB.replace('id="A"', 'id="Z"'));
    expect((await runInMemory(crmTicket, ["-w", "-x", "other.xml"], here)).stdout).toBe("Z\nB\n");
    expect(await runInMemory(crmTicket, ["-w", "-x", "none.xml"], here)).toMatchObject({ exitCode: 78, stdout: "" });
  });

  it("shows tickets and attributes in the order of Pacemaker's tables, and sets empty values", async () => {
    const here = world();
    here.files.set(
      "cib.xml",
      CIB.replace("</tickets>", '<ticket_state id="C" status="x" granted="false" standby="true" owner="1"/></tickets>'),
    );
    const { stdout } = await runInMemory(crmTicket, ["-L"], here);
    expect(stdout.split("\n")[1]).toBe("C\trevoked [standby]\t(granted=false, standby=true, status=x, owner=1)");
    expect((await runInMemory(crmTicket, ["-t", "C", "-S", "owner", "-v", ""], here)).exitCode).toBe(0);
    expect(here.files.get("cib.xml")).toContain('owner=""');
  });

  it("grants only with --force and then notes the time", async () => {
    const here = world();
    const refused = await runInMemory(crmTicket, ["-t", "B", "-g"], here);
    expect([refused.exitCode, refused.stderr]).toEqual([107, expect.stringContaining("not allowed without --force")]);
    expect((await runInMemory(crmTicket, ["-t", "B", "-g", "--force"], here)).exitCode).toBe(0);
    expect(here.files.get("cib.xml")).toContain('<ticket_state id="B" granted="true" last-granted="1000"/>');
  });

  it("sets, shows and deletes attributes, and forgets tickets", async () => {
    const here = world();
    await runInMemory(crmTicket, ["-t", "A", "-S", "owner", "-v", "7"], here);
    expect((await runInMemory(crmTicket, ["-t", "A", "-G", "owner"], here)).stdout).toBe("7\n");
    await runInMemory(crmTicket, ["-t", "A", "-D", "owner"], here);
    expect((await runInMemory(crmTicket, ["-t", "A", "-G", "owner"], here)).exitCode).toBe(105);
    expect((await runInMemory(crmTicket, ["-t", "A", "-C", "-f"], here)).stdout).toBe("Cleaned up A\n");
    expect(here.files.get("cib.xml")).not.toContain("ticket_state");
  });
});
