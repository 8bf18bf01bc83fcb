/** Times and pauses of this machine, as tools want them. */
export function wallClock() {
  return {
    epochSeconds: (): number => Math.floor(Date.now() / 1000),
    monotonicMs: (): number => performance.now(),
    /** As ctime(3) prints it. */
    dateText: (epochSeconds: number): string => {
      const date = new Date(epochSeconds * 1000);
      const [weekday, month, day, year] = date.toString().split(" ");
      return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${date.toTimeString().slice(0, 8)} ${year}`;
    },
    sleep: (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
