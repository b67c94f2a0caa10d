// The actions of an operator on one machine: pause, pin, resume, and a preview of a setting.

import { element, setText } from './format.js';

const ACTIONS = 'actions';
const READ_ONLY = 'This page is read-only: the agent has no token for actions (actions-token-file).';
const TIMES = [['15 minutes', '15m'], ['1 hour', '1h'], ['4 hours', '4h'], ['24 hours', '24h']];

/** The token is kept until the page is closed or loaded again, and nowhere else. */
let token = '';

function labelled(text, control) {
  return element('label', 'field', '', element('span', '', text), control);
}

function input(placeholder, type = 'text') {
  const made = element('input');
  made.type = type;
  made.placeholder = placeholder;
  made.autocomplete = 'off';
  made.spellcheck = false;
  return made;
}

function select(options) {
  const made = element('select');
  for (const [text, value] of options) {
    const option = element('option', '', text);
    option.value = value;
    made.append(option);
  }
  return made;
}

export class Actions {
  constructor(name) {
    this.name = name;
    this.note = element('p', 'reason');
    this.result = element('p', 'result');
    this.result.setAttribute('role', 'status');
    this.token = input('', 'password');
    this.token.value = token;
    this.token.addEventListener('input', () => { token = this.token.value.trim(); });
    this.time = select(TIMES);
    this.time.value = '1h';
    this.cpus = input('2');
    this.memory = input('4GiB');
    this.setting = select([]);
    this.value = input('');
    this.fields = element('form', 'actions', '',
      this.group(labelled('Token', this.token)),
      this.group(labelled('Leave alone for', this.time), this.button('Pause', () => ({ action: 'pause', for: this.time.value }))),
      this.group(labelled('CPUs', this.cpus), labelled('Memory', this.memory),
        this.button('Pin size', () => ({ action: 'pin', cpus: this.cpus.value.trim(), memory: this.memory.value.trim() }))),
      this.group(labelled('Setting', this.setting), labelled('Value', this.value),
        this.button('Try', () => ({ action: 'preview', settings: { [this.setting.value]: this.value.value.trim() } }))),
      this.group(this.button('Resume scaling', () => ({ action: 'resume' }))));
    // Enter in a field must not load the page again.
    this.fields.addEventListener('submit', event => event.preventDefault());
    this.fields.hidden = true;
    this.node = element('section', 'card', '', element('h2', '', 'Actions'), this.note, this.fields, this.result);
    this.ask();
  }

  group(...children) {
    return element('div', 'action', '', ...children);
  }

  button(text, request) {
    const made = element('button', '', text);
    made.type = 'button';
    made.addEventListener('click', () => this.act(request()));
    return made;
  }

  /** Offers the settings of the machine for a preview. */
  update({ settings }) {
    const names = settings.map(it => it.name);
    const key = names.join(' ');
    if (key === this.key) return;
    this.key = key;
    const chosen = this.setting.value || 'max-cpus';
    this.setting.replaceChildren(...select(names.map(it => [it, it])).childNodes);
    if (names.includes(chosen)) this.setting.value = chosen;
  }

  /** Shows the controls if the agent allows actions. */
  async ask() {
    let allowed = false;
    try {
      const answer = await fetch(ACTIONS, { cache: 'no-store' });
      allowed = answer.ok && (await answer.json()).allowed === true;
    } catch {
      // An agent that does not answer is shown as lost already.
    }
    this.fields.hidden = !allowed;
    setText(this.note, allowed ? 'Each action is in the log and in the events, with your address.' : READ_ONLY);
  }

  async act(request) {
    setText(this.result, 'asking the agent');
    try {
      const answer = await fetch(ACTIONS, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${token}` },
        body: JSON.stringify({ vm: this.name, ...request }),
        credentials: 'omit',
        cache: 'no-store',
      });
      const text = await answer.text();
      this.show(answer.ok ? JSON.parse(text) : { refused: text.trim() });
    } catch {
      this.show({ refused: 'the agent does not answer' });
    }
  }

  show({ refused, what, then }) {
    this.result.classList.toggle('refused', refused !== undefined);
    if (refused !== undefined) setText(this.result, `Refused: ${refused}`);
    else setText(this.result, then ? `With this setting: ${then.why}` : what);
  }
}
