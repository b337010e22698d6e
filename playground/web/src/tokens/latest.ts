/**
 * Returns a function that runs work, and of the answers lets through only that
 * of the newest call: a slow one does not overwrite what came after it. Answers
 * that come too late are closed, where they need to be.
 */
export function latest(): <T>(work: Promise<T>, close?: (late: T) => Promise<void>) => Promise<T | undefined> {
  let newest = 0;
  return async (work, close) => {
    const mine = ++newest;
    try {
      const done = await work;
      if (mine === newest) return done;
      close?.(done).catch(() => undefined);
      return undefined;
    } catch (error) {
      if (mine === newest) throw error;
      return undefined;
    }
  };
}
