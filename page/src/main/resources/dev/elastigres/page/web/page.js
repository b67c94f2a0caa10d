// The page: the stream of the view that is open, and the indicator of its age.

import { age } from './format.js';
import { openStream } from './stream.js';
import { Overview } from './overview.js';

const live = document.getElementById('live');
const overview = new Overview();

function showState({ state, age: millis }) {
  let text = state;
  if (state === 'lost') text = `not live: ${age(millis)} old, connecting again`;
  if (live.dataset.state !== state) live.dataset.state = state;
  document.body.classList.toggle('stale', state === 'lost');
  if (live.textContent !== text) live.textContent = text;
}

openStream('stream', {
  all: message => overview.replace(message),
  changes: message => overview.change(message),
  tick: () => {},
}, showState);
