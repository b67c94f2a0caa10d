// Numbers, times and elements. Text from the server becomes textContent only, never markup.

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** What the codes of states mean to a reader. */
const STATES = {
  settled: 'settled',
  moving: 'will move to another host',
  recommended: 'recommendation only',
  awaiting_permit: 'waits for a permit',
  not_permitted: 'not permitted',
  resizing: 'resizing',
  resize_failed: 'resize failed',
  no_room: 'no room',
  too_large: 'too large for the node',
  not_resizable: 'not resizable',
  quota_exceeded: 'quota exceeded',
  limit_range: 'outside the limit range',
  admission_denied: 'rejected by the cluster',
  invalid_size: 'invalid size',
  held_by_page_cache: 'held by page cache',
  no_monitor: 'no monitor',
  awaiting_monitor: 'asks its monitor',
  monitor_failing: 'monitor fails',
  cooling_down: 'cooling down',
  paused: 'paused',
  pinned: 'pinned',
  dead: 'dead',
  ended: 'ended',
  unseen: 'not read yet',
};

export function stateText(code) {
  return Object.hasOwn(STATES, code) ? STATES[code] : code.replaceAll('_', ' ');
}

/** The state of a machine in few words: that of its size, or else what fails. */
export function machineState({ state, attention }) {
  if (state !== 'settled') return stateText(state);
  return { problem: 'problem', blocked: 'at its maximum' }[attention] ?? stateText(state);
}

/** A time of day: "12:04" or "12:04:05". */
export function clock(millis, withSeconds) {
  const second = withSeconds ? '2-digit' : undefined;
  return new Date(millis).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second, hourCycle: 'h23' });
}

function rounded(value, digits) {
  return String(Number(value.toFixed(digits)));
}

export function cpus(value) {
  return rounded(value, value < 10 ? 2 : 1);
}

/** A number of bytes with its unit. */
export function bytes(value) {
  if (value >= GIB) return `${rounded(value / GIB, value < 10 * GIB ? 2 : 1)} GiB`;
  return `${rounded(value / MIB, 0)} MiB`;
}

export function cpusWithUnit(value) {
  const text = cpus(value);
  return `${text} ${text === '1' ? 'CPU' : 'CPUs'}`;
}

/** A time span in milliseconds, coarse: "8 s", "3 min", "2 h". */
export function age(millis) {
  const seconds = Math.round(millis / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** The two resources of a machine: the key in the server's sizes, a name, and its text. */
export const RESOURCES = [
  { key: 'cpus', className: 'cpus', name: 'CPUs', text: cpus, withUnit: cpusWithUnit },
  { key: 'memory_bytes', className: 'memory', name: 'Memory', text: bytes, withUnit: bytes },
];

/** Creates an element with a class, a text and children. */
export function element(tag, className = '', text = '', ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

/** Sets the text if it differs: an equal text would cost a layout nevertheless. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
