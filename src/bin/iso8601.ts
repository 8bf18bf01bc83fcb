import { iso8601 } from "../tools/rules/iso8601.ts";
import { toolMain } from "./run-tool.ts";

toolMain(iso8601);
