import { crmRule } from "../tools/crm-rule.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmRule);
