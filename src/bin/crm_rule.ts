import { crmRule } from "../tools/rules/crm-rule.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmRule);
