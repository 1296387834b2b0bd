/** A binary heap of values with numbers: the least comes first; of equal ones, the one that was put in first. */
export class Heap<T> {
  #entries: { readonly key: number; readonly turn: number; readonly value: T }[] = [];
  #turns = 0;

  get size(): number {
    return this.#entries.length;
  }

  push(key: number, value: T): void {
    this.#turns += 1;
    this.#entries.push({ key, turn: this.#turns, value });
    this.#rise(this.#entries.length - 1);
  }

  peek(): { readonly key: number; readonly value: T } | undefined {
    return this.#entries[0];
  }

  pop(): { readonly key: number; readonly value: T } | undefined {
    const [first] = this.#entries;
    const last = this.#entries.pop();
    if (last && this.#entries.length > 0) {
      this.#entries[0] = last;
      this.#sink(0);
    }
    return first;
  }

  /** Throws away what is not wanted any more. */
  keep(isWanted: (key: number, value: T) => boolean): void {
    this.#entries = this.#entries.filter(({ key, value }) => isWanted(key, value));
    for (let index = (this.#entries.length >> 1) - 1; index >= 0; index -= 1) this.#sink(index);
  }

  #isBefore(left: number, right: number): boolean {
    const [a, b] = [this.#entries[left], this.#entries[right]];
    if (!a || !b) return a !== undefined;
    return a.key < b.key || (a.key === b.key && a.turn < b.turn);
  }

  #swap(left: number, right: number): void {
    const [a, b] = [this.#entries[left], this.#entries[right]];
    if (a && b) {
      this.#entries[left] = b;
      this.#entries[right] = a;
    }
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      const left = 2 * index + 1;
      const least = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(least, index)) return;
      this.#swap(index, least);
      index = least;
    }
  }
}
