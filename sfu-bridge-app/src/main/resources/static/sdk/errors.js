/** A failure with a code that a program can act on. Codes of the server are those of docs/protocol.md. */
export class SluiceError extends Error {
  /** @internal What an `error` message says; null for what is of no account. */
  static of({ code, message, fatal, requestId }) {
    // What is said again after a resumption may have been heard before.
    const repeated = /^(applied|mute)-/.test(requestId ?? '') && ['unknown-track', 'unknown-negotiation'].includes(code);
    return repeated ? null : new SluiceError(code, message, { fatal });
  }

  /**
   * @param {string} code one of the protocol's codes, or one of the SDK's own (docs/sdk.md lists them)
   * @param {string} message a sentence for a person
   * @param {{fatal?: boolean, cause?: unknown}} [options]
   */
  constructor(code, message, { fatal = false, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SluiceError';
    this.code = code;
    /** True when the room is over because of it. */
    this.fatal = fatal;
  }
}
