/** The largest integer of 32 bits: what counts and capacities can be in Pacemaker. */
export const INT_MAX = 2 ** 31 - 1;
