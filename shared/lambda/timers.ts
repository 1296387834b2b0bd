/** Waiting, and not waiting for ever. */
export type Timers = {
  sleep(ms: number): Promise<void>;
  /** Gives up waiting after so long; what was begun goes on unheeded. Throws TimedOut. */
  within<T>(ms: number, doing: string, work: Promise<T>): Promise<T>;
};

export const timers: Timers = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  within(ms, doing, work) {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error(`${doing} took longer than ${ms} ms`);
        error.name = 'TimedOut';
        reject(error);
      }, ms);
    });
    return Promise.race([work, limit]).finally(() => clearTimeout(timer));
  },
};
