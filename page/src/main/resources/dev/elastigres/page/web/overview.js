// The overview: the host, and a row for each machine.
//
// Messages only mark what has changed. One animation frame later the marked rows that are in the
// window are updated in place; the others follow as far as the frame has time left, so that ten
// messages a second for hundreds of machines do not make the page slow.

import { RESOURCES, element, setText, machineState, cpus, bytes, cpusWithUnit } from './format.js';

const LEVELS = ['problem', 'blocked', 'changing', 'settled'];
const FILTERS = [
  { key: 'all', text: 'all', levels: LEVELS },
  { key: 'attention', text: 'need attention', levels: ['problem', 'blocked'] },
  { key: 'changing', text: 'changing', levels: ['changing'] },
  { key: 'settled', text: 'settled', levels: ['settled'] },
];
/** Rows move at most this often, in milliseconds: a row must not jump away under the pointer. */
const SORT_INTERVAL = 1000;
/** Time of one frame for rows outside of the window, in milliseconds. */
const FRAME_BUDGET = 6;

const KINDS = {
  vm: ['VM', 'VMs'],
  cgroup: ['cgroup', 'cgroups'],
  pods: ['pod', 'pods'],
};

function percent(value, max) {
  return max > 0 ? Math.max(0, Math.min(1, value / max)) : 0;
}

/** Returns a text without its unit, if the text after it has the same unit. */
function shortened(text, next) {
  const [number, unit] = text.split(' ');
  return unit && next.endsWith(` ${unit}`) ? number : text;
}

/** A bar of one resource: the track reaches to the maximum. */
export class Bar {
  constructor(className, tag = 'td') {
    this.size = element('i', 'size');
    this.demand = element('i', 'demand');
    this.wanted = element('i', 'wanted');
    this.track = element('div', 'bar', '', this.size, this.demand, this.wanted);
    this.track.setAttribute('aria-hidden', 'true');
    this.number = element('span', 'number');
    this.details = element('span', 'details');
    this.cell = element(tag, className, '', element('div', 'amount', '', this.number, this.details), this.track);
    this.cell.setAttribute('role', tag === 'td' ? 'cell' : 'group');
    this.shown = {};
  }

  update(resource, machine) {
    const of = size => (size ? size[resource.key] : null);
    const [size, max, demand, wanted] = [machine.size, machine.max, machine.demand, machine.wanted].map(of);
    const known = size !== null && max !== null;
    setText(this.number, known ? resource.text(size) : '–');
    let details = known ? `of ${resource.withUnit(max)}` : '';
    if (known && wanted !== null && wanted !== size) details = `→ ${shortened(resource.text(wanted), resource.withUnit(max))} of ${resource.withUnit(max)}`;
    setText(this.details, details);
    const spoken = demand === null || !known ? '' : `, ${resource.withUnit(demand)} in demand`;
    this.attribute('aria-label', known ? `${resource.withUnit(size)} ${details}${spoken}` : 'unknown');
    this.scale(this.size, known ? percent(size, max) : 0);
    this.scale(this.demand, known && demand !== null ? percent(demand, max) : 0);
    const mark = known && wanted !== null && wanted !== size;
    this.move(mark ? percent(wanted, max) : null);
    const over = known && demand !== null && demand > size;
    if (this.shown.over !== over) {
      this.shown.over = over;
      this.track.classList.toggle('over', over);
    }
  }

  attribute(name, value) {
    if (this.shown[name] === value) return;
    this.shown[name] = value;
    this.cell.setAttribute(name, value);
  }

  /** Scaling needs no layout, setting a width would. */
  scale(node, part) {
    const value = part.toFixed(3);
    if (node.dataset.part === value) return;
    node.dataset.part = value;
    node.style.transform = `scaleX(${value})`;
  }

  move(part) {
    const value = part === null ? '' : part.toFixed(3);
    if (this.shown.mark === value) return;
    this.shown.mark = value;
    this.wanted.style.display = part === null ? 'none' : 'block';
    if (part !== null) this.wanted.style.transform = `translateX(calc(${value * 100}% - 3px))`;
  }
}

/** The row of one machine. */
class Row {
  constructor(machine) {
    this.link = element('a');
    this.link.href = `#machine/${encodeURIComponent(machine.name)}`;
    this.link.textContent = machine.name;
    this.state = element('span', 'badge');
    this.why = element('span', 'sentence');
    this.bars = RESOURCES.map(it => new Bar(it.className));
    const name = element('th', 'name', '', this.link);
    name.setAttribute('role', 'rowheader');
    name.setAttribute('scope', 'row');
    const state = element('td', 'state', '', this.state);
    const why = element('td', 'why', '', this.why);
    for (const cell of [state, why]) cell.setAttribute('role', 'cell');
    this.node = element('tr', '', '', name, state, ...this.bars.map(it => it.cell), why);
    this.node.setAttribute('role', 'row');
    this.inWindow = true;
    this.machine = machine;
    this.draw();
  }

  /** Shows the machine as it is now. */
  draw() {
    const { machine } = this;
    this.node.dataset.attention = machine.attention;
    const failing = machine.problems.length > 0;
    setText(this.state, machineState(machine));
    const problems = failing ? `${machine.problems.join('; ')}; ` : '';
    setText(this.why, problems + withoutName(machine));
    RESOURCES.forEach((resource, at) => this.bars[at].update(resource, machine));
  }

  matches(levels, words) {
    if (!levels.includes(this.machine.attention)) return false;
    if (words.length === 0) return true;
    const { name, why, problems } = this.machine;
    const text = [name, machineState(this.machine), why, ...problems].join('\n').toLowerCase();
    return words.every(it => text.includes(it));
  }
}

/** The sentence of a machine begins with its name, which the row shows already. */
export function withoutName({ name, why }) {
  return why.startsWith(`${name} `) ? why.slice(name.length + 1) : why;
}

function compare(one, other) {
  const rank = LEVELS.indexOf(one.machine.attention) - LEVELS.indexOf(other.machine.attention);
  if (rank !== 0) return rank;
  return one.machine.name.localeCompare(other.machine.name, undefined, { numeric: true });
}

/** A bar of the host: what is handed out of its capacity. */
class Meter {
  constructor(resource) {
    this.resource = resource;
    this.used = element('i', 'used');
    this.headroom = element('i', 'headroom');
    this.track = element('div', 'bar large', '', this.headroom, this.used);
    this.track.setAttribute('aria-hidden', 'true');
    this.number = element('b');
    this.text = element('span');
    this.rest = element('p', 'rest');
    this.node = element('div', 'meter', '', element('p', '', '', element('span', 'label', resource.name), this.number, this.text), this.track, this.rest);
  }

  update({ capacity, headroom, permitted }) {
    const { key, text, withUnit } = this.resource;
    setText(this.number, text(permitted[key]));
    const free = Math.max(0, capacity[key] - permitted[key]);
    const kept = headroom[key] > 0 ? `, the last ${text(headroom[key])} for urgent requests only` : '';
    setText(this.text, `of ${withUnit(capacity[key])} handed out`);
    setText(this.rest, `${text(free)} free${kept}`);
    this.used.style.transform = `scaleX(${percent(permitted[key], capacity[key])})`;
    this.headroom.style.transform = `scaleX(${percent(headroom[key], capacity[key])})`;
  }
}

export class Overview {
  constructor() {
    this.rows = new Map();
    this.rowOf = new WeakMap();
    this.changed = new Set();
    this.visibility = new IntersectionObserver(entries => this.seen(entries), { rootMargin: '200px' });
    this.host = null;
    this.filter = FILTERS[0];
    this.words = [];
    this.frame = 0;
    this.sortedAt = -Infinity;
    this.sortTimer = 0;
    this.body = document.getElementById('rows');
    this.search = document.getElementById('search');
    this.meters = RESOURCES.map(it => new Meter(it));
    document.getElementById('meters').append(...this.meters.map(it => it.node));
    this.filters = FILTERS.map(filter => this.filterButton(filter));
    document.getElementById('filters').append(...this.filters);
    this.search.addEventListener('input', () => this.searchFor(this.search.value));
    document.addEventListener('keydown', event => this.key(event));
  }

  /** Moves the focus to the row of a machine, where a user has come back from. */
  focus(name) {
    this.rows.get(name)?.node.querySelector('a').focus();
  }

  filterButton(filter) {
    const button = element('button', '', '', element('b', '', '0'), ` ${filter.text}`);
    button.type = 'button';
    button.setAttribute('aria-pressed', String(filter === this.filter));
    button.addEventListener('click', () => {
      this.filter = filter;
      FILTERS.forEach((each, at) => this.filters[at].setAttribute('aria-pressed', String(each === filter)));
      this.arrange();
    });
    return button;
  }

  searchFor(text) {
    this.words = text.toLowerCase().split(/\s+/).filter(it => it);
    this.arrange();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.getElementById('overview').hidden) return;
    const typing = event.target === this.search;
    if (event.key === '/' && !typing) {
      event.preventDefault();
      this.search.focus();
    } else if (event.key === 'Escape' && typing) {
      this.search.value = '';
      this.searchFor('');
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.step(event, event.key === 'ArrowDown');
    }
  }

  /** Moves the focus by one visible row. */
  step(event, down) {
    const row = event.target.closest?.('#rows tr');
    let next = row;
    if (row) do next = down ? next.nextElementSibling : next.previousElementSibling; while (next && next.hidden);
    else if (event.target === this.search && down) next = this.body.querySelector('tr:not([hidden])');
    if (!next) return;
    event.preventDefault();
    next.querySelector('a').focus();
  }

  /** Takes everything anew. */
  replace(message) {
    const present = new Set(message.machines.map(it => it.name));
    for (const name of this.rows.keys()) if (!present.has(name)) this.remove(name);
    this.change(message);
  }

  change({ host, machines, gone }) {
    if (host) this.host = host;
    this.hostChanged ||= Boolean(host);
    for (const name of gone) this.remove(name);
    for (const machine of machines) {
      const row = this.rows.get(machine.name);
      if (!row || row.machine.attention !== machine.attention) this.unsorted = true;
      if (row) {
        row.machine = machine;
        this.changed.add(row);
      } else this.add(machine);
    }
    this.recount = true;
    this.renderSoon();
  }

  add(machine) {
    const row = new Row(machine);
    this.rows.set(machine.name, row);
    this.rowOf.set(row.node, row);
    this.visibility.observe(row.node);
  }

  renderSoon() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.render());
  }

  /** Rows that come into the window are drawn at once. */
  seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.rowOf.get(target);
      row.inWindow = isIntersecting;
      if (isIntersecting && this.changed.has(row)) this.renderSoon();
    }
  }

  remove(name) {
    const row = this.rows.get(name);
    if (!row) return;
    this.rows.delete(name);
    this.changed.delete(row);
    this.visibility.unobserve(row.node);
    row.node.remove();
    this.recount = true;
  }

  render() {
    this.frame = 0;
    const deadline = performance.now() + FRAME_BUDGET;
    for (const row of this.changed) if (row.inWindow) this.draw(row);
    for (const row of this.changed) {
      if (performance.now() > deadline) break;
      this.draw(row);
    }
    if (this.changed.size) this.renderSoon();
    if (this.hostChanged) this.renderHost();
    this.hostChanged = false;
    if (this.recount) this.count();
    this.recount = false;
    if (this.unsorted) this.sortSoon();
  }

  draw(row) {
    row.draw();
    this.changed.delete(row);
    if (this.words.length > 0 || this.filter !== FILTERS[0]) this.show(row);
  }

  renderHost() {
    const { host } = this;
    const [one, many] = KINDS[host.kind] ?? ['machine', 'machines'];
    const heading = many[0].toUpperCase() + many.slice(1);
    setText(document.getElementById('where'), `${host.title} · ${heading}${host.searched ? ` in ${host.searched}` : ''}${host.dry_run ? ' · dry run: nothing is resized' : ''}`);
    setText(document.getElementById('machines-heading'), heading);
    this.title = `${host.title} – Elastigres`;
    document.title = this.title;
    document.getElementById('host').classList.toggle('no-budget', !host.budget);
    if (host.budget) for (const meter of this.meters) meter.update(host.budget);
    const { waiting } = host;
    const amounts = [];
    if (waiting.cpus > 0) amounts.push(cpusWithUnit(waiting.cpus));
    if (waiting.memory_bytes > 0) amounts.push(bytes(waiting.memory_bytes));
    const lacking = `${waiting.count} ${waiting.count === 1 ? one : many} should be larger`;
    const text = waiting.count ? `${lacking}, by ${amounts.join(' and ')} in all` : `No ${one} waits for more.`;
    setText(document.getElementById('waiting'), host.budget ? text : `A scheduler permits the sizes. ${text}`);
    this.renderAlerts(host);
  }

  renderAlerts({ problems, notes, ready }) {
    const key = JSON.stringify([problems, notes, ready]);
    if (key === this.alertsKey) return;
    this.alertsKey = key;
    document.getElementById('alerts').replaceChildren(
      ...problems.map(it => element('li', ready ? 'warning' : 'problem', it)),
      ...notes.map(it => element('li', 'note', it)),
    );
  }

  count() {
    const counts = { problem: 0, blocked: 0, changing: 0, settled: 0 };
    for (const { machine } of this.rows.values()) counts[machine.attention]++;
    FILTERS.forEach(({ levels }, at) => {
      const sum = levels.reduce((total, level) => total + counts[level], 0);
      setText(this.filters[at].firstChild, String(sum));
      this.filters[at].classList.toggle('some', sum > 0);
    });
    this.tellEmpty();
  }

  /** Sorts now if that was long enough ago and nothing in the table is pointed at, else later. */
  sortSoon() {
    const wait = this.sortedAt + SORT_INTERVAL - performance.now();
    const busy = this.body.matches(':hover') && this.body.children.length > 0;
    if (wait <= 0 && !(busy && this.body.children.length === this.rows.size)) {
      this.arrange();
      return;
    }
    if (!this.sortTimer) {
      this.sortTimer = setTimeout(() => {
        this.sortTimer = 0;
        if (this.unsorted) this.sortSoon();
      }, Math.max(wait, 100));
    }
  }

  show(row) {
    const hidden = !row.matches(this.filter.levels, this.words);
    if (row.node.hidden !== hidden) row.node.hidden = hidden;
  }

  /** Puts the rows in order; moves only those that are out of place. */
  arrange() {
    this.unsorted = false;
    this.sortedAt = performance.now();
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    const sorted = [...this.rows.values()].sort(compare);
    let at = this.body.firstElementChild;
    for (const row of sorted) {
      this.show(row);
      if (row.node === at) at = at.nextElementSibling;
      else this.body.insertBefore(row.node, at);
    }
    if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
    this.tellEmpty();
  }

  tellEmpty() {
    const note = document.getElementById('empty');
    const searching = this.words.length > 0 || this.filter !== FILTERS[0];
    const none = this.rows.size === 0;
    const noMatch = !none && searching && !this.body.querySelector('tr:not([hidden])');
    note.hidden = !none && !noMatch;
    if (none) setText(note, this.host?.searched ? `Nothing found in ${this.host.searched}.` : 'Nothing found yet.');
    else if (noMatch) setText(note, 'Nothing matches.');
  }
}
