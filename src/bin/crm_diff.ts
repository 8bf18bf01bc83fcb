import { crmDiff } from "../tools/crm-diff.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmDiff);
