/** An element with attributes and children; text goes in as text, never as markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else if (value !== null && value !== false) {
      made.setAttribute(key, value === true ? '' : value);
    }
  }
  made.append(...children);
  return made;
}

export function button(words, onclick, attributes = {}) {
  return element('button', { type: 'button', onclick, ...attributes }, words);
}

export function byId(id) {
  return document.getElementById(id);
}

/** A table of text. @param {string[]} columns @param {string[][]} rows */
export function table(columns, rows) {
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))),
    element('tbody', {}, ...rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell))))),
  );
}

/** Puts children into a parent, unless they are the same as before: what has the focus keeps it. */
export function replace(parent, key, children) {
  if (parent.dataset.key !== key) {
    parent.dataset.key = key;
    parent.replaceChildren(...children());
  }
}

/**
 * Asks before something is done.
 *
 * @param {object} question
 * @param {string} question.words
 * @param {string} question.yes what the button says that does it
 * @param {string} [question.field] names something to fill in
 * @param {string} [question.value] what stands there at first
 * @param {string} [question.option] names something that may be wanted too
 * @returns {Promise<{text: string, option: boolean} | null>} null when it shall not be done
 */
export function ask({ words, yes, field, value = '', option }) {
  const dialog = byId('question');
  const label = byId('question-field');
  const input = label.querySelector('input');
  const choice = byId('question-option');
  const box = choice.querySelector('input');
  byId('question-words').textContent = words;
  byId('question-yes').textContent = yes;
  label.hidden = !field;
  label.querySelector('span').textContent = field ?? '';
  input.required = Boolean(field);
  input.value = value;
  choice.hidden = !option;
  choice.querySelector('span').textContent = option ?? '';
  box.checked = false;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    const close = () => resolve(dialog.returnValue === 'yes' ? { text: input.value.trim(), option: box.checked } : null);
    dialog.addEventListener('close', close, { once: true });
  });
}
