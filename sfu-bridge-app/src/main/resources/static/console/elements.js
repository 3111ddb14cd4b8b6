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
 * @param {string} words
 * @param {string} yes what the button says that does it
 * @param {string} [field] names something to fill in
 * @param {string} [value] what stands there at first
 * @returns {Promise<string | null>} what was filled in (or ''), null when it shall not be done
 */
export function ask(words, yes, field, value = '') {
  const dialog = byId('question');
  const label = byId('question-field');
  const input = label.querySelector('input');
  byId('question-words').textContent = words;
  byId('question-yes').textContent = yes;
  label.hidden = !field;
  label.querySelector('span').textContent = field ?? '';
  input.required = Boolean(field);
  input.value = value;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes' ? input.value.trim() : null), { once: true });
  });
}

export function kbits(bitsPerSecond) {
  return bitsPerSecond === null ? 'unknown' : `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}
