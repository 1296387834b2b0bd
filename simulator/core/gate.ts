/**
 * Real operations (a Kubernetes request over TLS, a helm child process) pass here one at a time, in the order asked.
 * Virtual time stands still while one is under way, so how long it really takes changes nothing in the run.
 */
export class Gate {
  #tail: Promise<unknown> = Promise.resolve();
  #pending = 0;

  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Resolves when the operations asked for so far are done; never rejects. */
  idle(): Promise<void> {
    return this.#tail.then(() => undefined);
  }

  run<T>(operation: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    const result = this.#tail.then(operation);
    this.#tail = result
      .catch(() => undefined)
      .then(() => {
        this.#pending -= 1;
      });
    return result;
  }
}
