import { cibsecret } from "../tools/cibsecret.ts";
import { toolMain } from "./run-tool.ts";

toolMain(cibsecret);
