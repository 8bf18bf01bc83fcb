import { cibadmin } from "../tools/cibadmin.ts";
import { toolMain } from "./run-tool.ts";

toolMain(cibadmin);
