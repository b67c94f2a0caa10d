// The page: which view is open, its stream, and the indicator of its age.

import { age } from './format.js';
import { openStream } from './stream.js';
import { Overview } from './overview.js';
import { MachineView } from './machine.js';

const MACHINE = '#machine/';

const live = document.getElementById('live');
const overviewNode = document.getElementById('overview');
const machineNode = document.getElementById('machine');
const overview = new Overview();
const title = document.title;
let closeStream = () => {};
let view = null;

function showState({ state, age: millis }) {
  const text = state === 'lost' ? `not live: ${age(millis)} old, connecting again` : state;
  if (live.dataset.state !== state) live.dataset.state = state;
  document.body.classList.toggle('stale', state === 'lost');
  if (live.textContent !== text) live.textContent = text;
}

function openOverview() {
  overviewNode.hidden = false;
  machineNode.hidden = true;
  document.title = overview.title ?? title;
  return openStream('stream', {
    all: message => overview.replace(message),
    changes: message => overview.change(message),
    tick: () => {},
  }, showState);
}

function openMachine(name) {
  overviewNode.hidden = true;
  machineNode.hidden = false;
  view = new MachineView(name);
  document.title = `${name} – Elastigres`;
  window.scrollTo(0, 0);
  view.title.focus({ preventScroll: true });
  return openStream(`stream/${encodeURIComponent(name)}`, {
    all: message => view.replace(message),
    changes: message => view.change(message),
    gone: () => view.gone(),
    tick: message => view.tick(message),
  }, showState);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function route() {
  closeStream();
  const left = view?.name;
  view?.close();
  view = null;
  showState({ state: 'connecting', age: null });
  const { hash } = window.location;
  if (hash.startsWith(MACHINE)) closeStream = openMachine(decoded(hash.slice(MACHINE.length)));
  else {
    closeStream = openOverview();
    if (left !== undefined) overview.focus(left);
  }
}

document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && view) window.location.hash = '';
});
window.addEventListener('hashchange', route);
route();
