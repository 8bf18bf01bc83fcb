import { crmVerify } from "../tools/crm-verify.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmVerify);
