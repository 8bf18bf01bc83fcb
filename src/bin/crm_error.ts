import { crmError } from "../tools/crm-error.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmError);
