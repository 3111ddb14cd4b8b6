/** The page's icons as SVG paths on a 24 × 24 field, drawn as strokes. */
const PATHS = {
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21',
  'mic-off': 'M15 10.5V6a3 3 0 0 0-5.8-1M9 9v2a3 3 0 0 0 4.6 2.5M18.5 11a6.4 6.4 0 0 1-.8 3.1M5.5 11a6.5 6.5 0 0 0 9.9 5.5M12 17.5V21M4 3l16 18',
  camera: 'M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1ZM15 11l6-3.5v9L15 13',
  'camera-off': 'M9 7h4a2 2 0 0 1 2 2v4M15 15.5a2 2 0 0 1-2 1.5H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h1M15 11l6-3.5v9L17 14M3 3l18 18',
  screen: 'M4 4h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM8.5 20h7M12 16v4M12 13V7.5M9.5 9.5 12 7l2.5 2.5',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.6-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.6 5.7L12 17',
  pin: 'M9 4h6l-1 6 3 3v2H7v-2l3-3-1-6ZM12 15v6',
  speaker: 'M4 4h16v11H4ZM4 18h4v2H4ZM10 18h4v2h-4ZM16 18h4v2h-4Z',
  previous: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  chart: 'M4 20h16M7 16v-5M12 16V5M17 16v-8',
  settings: 'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM8 14.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5Z',
  leave: 'M4.2 15.5c-1-1-1.4-2.4-.7-3.6C5 9.5 8.3 8 12 8s7 1.5 8.5 3.9c.7 1.2.3 2.6-.7 3.6l-.3.3c-.4.4-1 .4-1.4.2l-2.4-1.3c-.5-.3-.8-.8-.7-1.4l.1-1.4a11 11 0 0 0-6.2 0l.1 1.4c.1.6-.2 1.1-.7 1.4L5.9 16c-.4.2-1 .2-1.4-.2Z',
};

/** @returns {SVGElement} */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** Draws the icon of each button that names one. */
export function drawIcons(root) {
  for (const button of root.querySelectorAll('[data-icon]')) {
    button.append(icon(button.dataset.icon));
  }
}

/** Shows a toggle as on or off: to the eye, and to assistive technology. */
export function setPressed(button, pressed) {
  button.setAttribute('aria-pressed', String(pressed));
  if (button.dataset.iconOff) {
    button.replaceChildren(icon(pressed ? button.dataset.icon : button.dataset.iconOff));
  }
}
