import { crmNode } from "../tools/cluster/crm-node.ts";
import { toolMain } from "./run-tool.ts";

toolMain(crmNode);
