import { attrdUpdater } from "../tools/attributes/attrd-updater.ts";
import { toolMain } from "./run-tool.ts";

toolMain(attrdUpdater);
