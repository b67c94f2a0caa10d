// The view of one machine: its charts, events, usage, monitor and settings.

import { RESOURCES, bytes, cpus, cpusWithUnit, clock, element, machineState, setText } from './format.js';
import { Bar, withoutName } from './overview.js';
import { Actions } from './actions.js';
import { Charts } from './charts.js';

const HOUR = 3600;
const DAY = 86400;
const MAX_EVENTS_SHOWN = 100;
const MAX_EVENTS_KEPT = 2000;
const GIB = 2 ** 30;

const KINDS = {
  asked: 'asked',
  granted: 'granted',
  refused: 'refused',
  failed: 'failed',
  hurt: 'hurt',
  resized: 'resized',
  moved: 'moves',
  changed: 'changed',
  decided: 'decision',
};

/** What the codes of a monitor's Postgres mean. */
const POSTGRES = {
  up: 'is up',
  down: 'does not serve',
  hung: 'does not answer',
  refusing: 'refuses the monitor: check its connection settings',
  unknown: 'was not tried yet',
  unmanaged: 'has no cache that the monitor manages',
};

/** Adds new points: the first of them may replace the last one that is there. */
function append(points, more, from) {
  for (const point of more) {
    while (points.length && points.at(-1)[0] >= point[0]) points.pop();
    points.push(point);
  }
  while (points.length && points[0][0] < from) points.shift();
}

function section(title, ...children) {
  const heading = element('h2', '', title);
  return element('section', 'card', '', heading, ...children);
}

/** A list of terms and their texts that is updated in place. */
class Facts {
  constructor() {
    this.node = element('dl', 'facts');
  }

  show(pairs) {
    const key = JSON.stringify(pairs);
    if (key === this.key) return;
    this.key = key;
    this.node.replaceChildren(...pairs.map(([term, text]) => element('div', '', '', element('dt', '', term), element('dd', '', text))));
  }
}

export class MachineView {
  constructor(name) {
    this.name = name;
    this.hour = [];
    this.day = [];
    this.events = [];
    this.span = HOUR;
    this.pointer = null;
    this.frame = 0;
    this.build();
  }

  build() {
    const back = element('a', 'back', '← all');
    back.href = '#';
    this.title = element('h1', '', this.name);
    this.title.tabIndex = -1;
    this.badge = element('span', 'badge', '…');
    this.why = element('p', 'reason');
    this.problems = element('ul', 'alerts');
    this.problems.setAttribute('aria-label', 'Problems');
    this.head = element('header', 'machine-head', '', back, element('div', 'title', '', this.title, this.badge), this.why, this.problems);

    this.bars = RESOURCES.map(it => new Bar(it.className, 'div'));
    this.limits = RESOURCES.map(() => new Facts());
    const sizes = RESOURCES.map((resource, at) => element('section', `card size-card ${resource.className}`, '', element('h2', '', resource.name), this.bars[at].cell, this.limits[at].node));

    this.spans = [['last hour', HOUR], ['last day', DAY]].map(([text, span]) => this.spanButton(text, span));
    const spans = element('div', 'filters', '', ...this.spans.map(it => it.button));
    spans.setAttribute('role', 'group');
    spans.setAttribute('aria-label', 'Time');
    const place = element('div', 'plots');
    this.pointed = element('div', 'pointed');
    this.pointed.setAttribute('aria-live', 'off');
    const charts = element('section', 'card', '', element('div', 'tools', '', element('h2', '', 'Size against demand'), spans), place, this.pointed);

    this.eventRows = element('tbody');
    const headings = ['Time', 'Event', 'What'].map(it => element('th', '', it));
    for (const heading of headings) heading.scope = 'col';
    const table = element('table', 'events', '', element('thead', '', '', element('tr', '', '', ...headings)), this.eventRows);
    const scroll = element('div', 'scroll', '', table);
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', 'Events');

    this.actions = new Actions(this.name);
    this.usage = new Facts();
    this.usageText = element('p', 'reason');
    this.monitor = new Facts();
    this.settings = element('tbody');
    const columns = ['Setting', 'Value', 'From'].map(it => element('th', '', it));
    for (const column of columns) column.scope = 'col';
    const settings = element('table', 'settings', '', element('thead', '', '', element('tr', '', '', ...columns)), this.settings);
    this.settingsNote = element('p', 'reason');
    this.node = element('div', 'machine', '',
      this.head,
      element('div', 'sizes', '', ...sizes),
      charts,
      section('Events', scroll),
      element('div', 'panels', '',
        section('Cost against a fixed size', this.usageText, this.usage.node),
        section('Monitor and Postgres', this.monitor.node)),
      this.actions.node,
      section('Settings', this.settingsNote, settings));
    document.getElementById('machine').replaceChildren(this.node);
    this.charts = new Charts(place, at => this.point(at));
    place.addEventListener('keydown', () => this.pointed.setAttribute('aria-live', 'polite'));
    place.addEventListener('pointermove', () => this.pointed.setAttribute('aria-live', 'off'));
  }

  spanButton(text, span) {
    const button = element('button', '', text);
    button.type = 'button';
    button.setAttribute('aria-pressed', String(span === this.span));
    button.addEventListener('click', () => {
      this.span = span;
      for (const each of this.spans) each.button.setAttribute('aria-pressed', String(each.span === span));
      this.renderSoon();
    });
    return { button, span };
  }

  /** Takes everything anew. */
  replace(message) {
    this.hour = [];
    this.day = [];
    this.events = [];
    this.newEvents = [];
    this.eventRows.replaceChildren();
    this.node.classList.remove('gone');
    this.change(message);
  }

  change({ at, machine, hour, day, events }) {
    this.now = at;
    append(this.hour, hour, at - HOUR * 1000);
    append(this.day, day, at - DAY * 1000);
    this.events.push(...events);
    if (this.events.length > MAX_EVENTS_KEPT) this.events.splice(0, this.events.length - MAX_EVENTS_KEPT);
    this.newEvents = [...(this.newEvents ?? []), ...events];
    if (machine) this.machine = machine;
    this.machineChanged ||= Boolean(machine);
    this.renderSoon();
  }

  tick({ at }) {
    this.now = at;
  }

  gone() {
    this.node.classList.add('gone');
    setText(this.badge, 'gone');
    setText(this.why, 'There is no machine of this name now. This page shows it again as soon as it is found.');
  }

  renderSoon() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.render());
  }

  render() {
    this.frame = 0;
    if (this.machineChanged) this.renderMachine(this.machine);
    this.machineChanged = false;
    if (this.newEvents?.length) this.renderEvents(this.newEvents);
    this.newEvents = [];
    this.charts.show(this.span === HOUR ? this.hour : this.day, this.events, this.span, this.now);
    this.point(this.pointer);
  }

  renderMachine(machine) {
    this.node.dataset.attention = machine.attention;
    setText(this.badge, machineState(machine));
    setText(this.why, withoutName(machine));
    const key = machine.problems.join('\n');
    if (key !== this.problemsKey) {
      this.problemsKey = key;
      this.problems.replaceChildren(...machine.problems.map(it => element('li', 'problem', it)));
    }
    RESOURCES.forEach((resource, at) => {
      this.bars[at].update(resource, machine);
      const text = size => (size ? resource.withUnit(size[resource.key]) : 'unknown');
      this.limits[at].show([
        ['demand', text(machine.demand)],
        ['goal', text(machine.goal)],
        ['wanted', text(machine.wanted)],
        ['permit', text(machine.permit)],
        ['minimum', text(machine.min)],
        ['maximum', text(machine.max)],
      ]);
    });
    this.renderUsage(machine.usage);
    this.renderMonitor(machine);
    this.renderSettings(machine);
    this.actions.update(machine);
  }

  renderUsage(usage) {
    if (!usage) {
      setText(this.usageText, 'Nothing is recorded yet.');
      this.usage.show([]);
      return;
    }
    const hours = usage.seconds / 3600;
    const time = hours < 1 ? `${Math.round(usage.seconds / 60)} min` : `${hours.toFixed(1)} h`;
    const saved = (had, fixed, text) => `${Math.round((1 - had / (fixed * hours)) * 100)} % less than a fixed size of ${text}`;
    const cpuSaved = saved(usage.cpu_hours, usage.fixed.cpus, cpusWithUnit(usage.fixed.cpus));
    const memorySaved = saved(usage.memory_byte_hours, usage.fixed.memory_bytes, bytes(usage.fixed.memory_bytes));
    setText(this.usageText, `In the ${time} that were measured during the last day:`);
    this.usage.show([
      ['CPU', `${cpus(usage.cpu_hours)} CPU hours, ${cpuSaved}`],
      ['memory', `${cpus(usage.memory_byte_hours / GIB)} GiB hours, ${memorySaved}`],
      ['largest size', `${cpusWithUnit(usage.peak.cpus)} and ${bytes(usage.peak.memory_bytes)}`],
    ]);
  }

  renderMonitor({ monitor_view: monitor, goal_text: goal, unit }) {
    const facts = [];
    if (!monitor.connected) facts.push(['session', 'no monitor is connected']);
    else facts.push(['session', `connected, protocol ${monitor.version === 1 ? '1.0' : monitor.version === 2 ? '1.1' : monitor.version ?? 'unknown'}`]);
    if (monitor.ready !== null) facts.push(['monitor', monitor.ready ? 'is ready' : 'is not ready']);
    if (monitor.postgres !== null) facts.push(['Postgres', POSTGRES[monitor.postgres] ?? monitor.postgres]);
    if (monitor.usable) facts.push(['may use', `${cpusWithUnit(monitor.usable.cpus)} and ${bytes(monitor.usable.memory_bytes)}`]);
    facts.push(...monitor.facts);
    for (const problem of monitor.problems) facts.push(['problem', problem]);
    if (goal) facts.push(['goal', goal]);
    if (unit) facts.push(['compute unit', `${cpusWithUnit(unit.cpus)} and ${bytes(unit.memory_bytes)}`]);
    this.monitor.show(facts);
  }

  renderSettings({ settings }) {
    const key = JSON.stringify(settings);
    if (key === this.settingsKey) return;
    this.settingsKey = key;
    const set = settings.filter(it => it.value !== '');
    setText(this.settingsNote, set.length ? '' : 'The settings are not known here.');
    this.settings.replaceChildren(...set.map(({ name, value, source }) => {
      const row = element('tr', source === 'default' ? 'default' : '', '', element('th', '', name), element('td', '', value), element('td', '', source));
      row.firstChild.scope = 'row';
      return row;
    }));
  }

  renderEvents(events) {
    const rows = events.map(event => {
      const time = element('time', '', clock(event.at, true));
      time.dateTime = new Date(event.at).toISOString();
      const kind = element('span', `kind ${event.kind}`, KINDS[event.kind] ?? event.kind);
      return element('tr', '', '', element('td', '', '', time), element('td', '', '', kind), element('td', '', event.text));
    });
    this.eventRows.prepend(...rows.reverse());
    while (this.eventRows.children.length > MAX_EVENTS_SHOWN) this.eventRows.lastChild.remove();
  }

  /** Shows the values, the decision and the events at a time. */
  point(at) {
    this.pointer = at;
    const step = this.span === HOUR ? 10000 : 60000;
    const lines = [];
    if (at === null) lines.push(element('p', 'hint', 'Point at a chart, or move along it with the arrow keys, to see the decision at that time.'));
    else {
      const values = this.charts.valuesAt(at);
      lines.push(element('p', '', '', element('b', '', clock(at, true)), ...values.map(([title, text]) => element('span', 'value', `${title}: ${text}`))));
      const before = this.events.filter(it => it.at < at + step);
      const decision = before.findLast(it => it.kind === 'decided');
      if (decision) lines.push(element('p', '', decision.text));
      for (const event of before.filter(it => it.at >= at && it.kind !== 'decided')) {
        lines.push(element('p', '', '', element('span', `kind ${event.kind}`, KINDS[event.kind]), ` ${event.text}`));
      }
    }
    this.pointed.replaceChildren(...lines);
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.charts.close();
    this.node.remove();
  }
}
