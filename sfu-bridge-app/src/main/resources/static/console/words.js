// How the console calls people and things.

/** @param {{name: string, identity: string}} participant */
export function nameOf({ name, identity }) {
  return name || identity;
}

/** @param {number | null} bitsPerSecond */
export function kbits(bitsPerSecond) {
  return bitsPerSecond === null ? 'unknown' : `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

/** @param {{width: number, height: number, framesPerSecond: number} | null} picture */
export function size(picture) {
  return picture === null ? '' : `${picture.width}×${picture.height}, ${picture.framesPerSecond} fps`;
}

/** @param {number | null} value @param {string} unit */
export function measured(value, unit) {
  return value === null ? 'unknown' : `${value} ${unit}`;
}
