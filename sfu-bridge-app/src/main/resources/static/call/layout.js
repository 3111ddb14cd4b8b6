/** Between tiles, as in grid.css. */
export const GAP = 10;
/** A camera's tile may be cropped as far as this. */
const WIDEST = 16 / 9;
const NARROWEST = 3 / 4;

/**
 * The number of columns that makes the tiles largest.
 *
 * @returns {{columns: number, width: number, height: number}} in CSS pixels
 */
export function bestGrid(count, width, height) {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - GAP * (columns - 1)) / columns;
    const cellHeight = (height - GAP * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) {
      continue;
    }
    const tileWidth = Math.min(cellWidth, cellHeight * WIDEST);
    const tileHeight = Math.min(cellHeight, cellWidth / NARROWEST);
    if (tileWidth * tileHeight > best.width * best.height) {
      best = { columns, width: Math.floor(tileWidth), height: Math.floor(tileHeight) };
    }
  }
  return best;
}
