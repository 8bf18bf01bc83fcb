import type { Property, Scheduled } from "./property.ts";

/** CPU time that no input of a suite may take; the largest takes a tenth of a second. */
const MAX_SCHEDULE_CPU_MS = 10_000;

/** Planning comes to an end, and soon. CPU time: a machine that is busy elsewhere does not count. */
export const bounded: Property = {
  name: "bounded",
  problems: ({ cpuMs }: Scheduled) => (cpuMs > MAX_SCHEDULE_CPU_MS ? [`${Math.round(cpuMs)} ms of CPU time`] : []),
};
