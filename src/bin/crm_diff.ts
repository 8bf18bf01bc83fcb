import { crmDiff } from "../tools/cib/crm-diff.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmDiff);
