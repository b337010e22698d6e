/** What was fast or slow longer ago than this hardly counts, in seconds: disks write in bursts. */
const memory = 10;

/** A Rate smooths how fast something goes, from how far it is at points in time. */
export class Rate {
  #seconds = 0;
  #done = 0;
  #perSecond = 0;

  /** Takes how much is done after so many seconds. */
  at(seconds: number, done: number): void {
    const passed = seconds - this.#seconds;
    if (passed < 0.2) return;
    const now = (done - this.#done) / passed;
    // At first it is the mean of all that went before.
    const weight = Math.min(1, passed / Math.min(memory, seconds));
    this.#perSecond += weight * (now - this.#perSecond);
    this.#seconds = seconds;
    this.#done = done;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** Seconds until the whole is done, if that can be told. */
  left(done: number, whole: number): number | null {
    return this.#perSecond > 0 ? (whole - done) / this.#perSecond : null;
  }
}
