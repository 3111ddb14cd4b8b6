const SHOWN_MILLIS = 4000;

/** Says something in passing: seen, and read out by a screen reader. */
export function toast(message) {
  const element = document.createElement('p');
  element.className = 'toast';
  element.textContent = message;
  const container = document.getElementById('toasts');
  container.append(element);
  setTimeout(() => element.remove(), SHOWN_MILLIS);
}
