import { stonithAdmin } from "../tools/fencing/stonith-admin.ts";
import { toolMain } from "./run-tool.ts";

toolMain(stonithAdmin);
