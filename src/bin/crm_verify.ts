import { crmVerify } from "../tools/cib/crm-verify.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmVerify);
