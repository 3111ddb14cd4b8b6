/** A table of text, its title as caption. */
export function table(title, columns, rows) {
  const element = document.createElement('table');
  element.createCaption().textContent = title;
  const head = element.createTHead().insertRow();
  for (const column of columns) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = column;
    head.append(cell);
  }
  const body = element.createTBody();
  for (const cells of rows) {
    const line = body.insertRow();
    cells.forEach((cell) => (line.insertCell().textContent = cell));
  }
  return element;
}
