// The reason why a file cannot be read.

/** `key` and `values` are the sentence for the user, with the remedy. */
export class FileProblem extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}
