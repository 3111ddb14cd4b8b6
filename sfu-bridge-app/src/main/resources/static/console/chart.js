const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 260;
const HEIGHT = 100;
const MARGIN = { left: 36, right: 6, top: 6, bottom: 14 };

/** A line chart of the last minutes: a few series of one unit over time, from zero upwards. */
export class Chart {
  #seconds;
  #series;
  #points = [];
  #lines;
  #top;
  #values;
  #unit;
  element;

  /**
   * @param {string} title
   * @param {string} unit
   * @param {string[]} series their names, at most three
   * @param {number} seconds how much of the past is shown
   */
  constructor(title, unit, series, seconds) {
    this.#seconds = seconds;
    this.#series = series;
    this.#unit = unit;
    this.element = document.createElement('figure');
    this.element.className = 'chart';
    const legend = document.createElement('figcaption');
    legend.className = 'legend';
    const heading = document.createElement('strong');
    heading.textContent = title;
    legend.append(heading);
    this.#values = series.map((name, index) => {
      const entry = document.createElement('span');
      entry.className = `series-${index}`;
      entry.dataset.name = name;
      legend.append(entry);
      return entry;
    });
    const svg = make('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': title });
    svg.append(make('rect', { class: 'frame', x: MARGIN.left, y: MARGIN.top, width: plotWidth(), height: plotHeight() }));
    this.#top = make('text', { x: MARGIN.left - 4, y: MARGIN.top + 9, 'text-anchor': 'end' });
    const zero = make('text', { x: MARGIN.left - 4, y: HEIGHT - MARGIN.bottom, 'text-anchor': 'end' });
    zero.textContent = '0';
    const past = make('text', { x: MARGIN.left, y: HEIGHT - 2 });
    past.textContent = `${seconds} s ago`;
    svg.append(this.#top, zero, past);
    this.#lines = series.map((_, index) => make('polyline', { class: `series-${index}` }));
    svg.append(...this.#lines);
    this.element.append(legend, svg);
  }

  /** Adds a point. @param {number} time seconds @param {(number | null)[]} values one for each series, null for unknown */
  add(time, values) {
    this.#points.push({ time, values });
    this.#points = this.#points.filter((point) => point.time >= time - this.#seconds);
    this.#draw(time);
  }

  #draw(now) {
    const known = this.#points.flatMap(({ values }) => values).filter((value) => value !== null);
    const top = nice(Math.max(1, ...known));
    this.#top.textContent = format(top);
    this.#series.forEach((name, index) => {
      const points = this.#points.filter(({ values }) => values[index] !== null);
      const places = points.map(({ time, values }) => {
        const x = MARGIN.left + plotWidth() * (1 - (now - time) / this.#seconds);
        const y = MARGIN.top + plotHeight() * (1 - values[index] / top);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      });
      this.#lines[index].setAttribute('points', places.join(' '));
      const last = this.#points.at(-1).values[index];
      this.#values[index].textContent = `${name} ${last === null ? 'unknown' : `${format(last)} ${this.#unit}`}`;
    });
  }
}

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function plotWidth() {
  return WIDTH - MARGIN.left - MARGIN.right;
}

function plotHeight() {
  return HEIGHT - MARGIN.top - MARGIN.bottom;
}

/** The next of 1, 2 and 5 times a power of ten. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

function format(value) {
  return value >= 100 || value === 0 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}
