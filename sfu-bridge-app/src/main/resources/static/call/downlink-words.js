// How what the server decides about a viewer's path is told to people, in the call page and in the console.

const CAUSES = {
  'as-wanted': 'it fills the tile',
  capped: 'the server forbids more',
  bandwidth: 'the path carries no more',
  waiting: 'the path was full a moment ago',
  'no-evidence': 'nothing shows that the path is full',
  'not-wanted': 'it is not shown',
  'no-source': 'nothing comes',
};

/** Why a slot has the layer that it has; a cause that is new here is told by its name. @param {string} cause */
export function because(cause) {
  return CAUSES[cause] ?? cause;
}

/** @param {number} height of a picture, 0 when it is paused */
export function lines(height) {
  return height === 0 ? 'paused' : String(height);
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
