import { crmNode } from "../tools/crm-node.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmNode);
