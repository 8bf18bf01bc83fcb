import { cibadmin } from "../tools/cib/cibadmin.ts";
import { toolMain } from "./run-tool.ts";

toolMain(cibadmin);
