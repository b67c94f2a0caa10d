// A connection to one of the server's event streams that is opened again whenever it ends.

/** A stream sends something at least once a second; without it for this long it counts as lost. */
const LOST_AFTER = 4000;
const FIRST_RETRY = 500;
const LONGEST_RETRY = 10000;
/** A page that is hidden for this long closes its stream. */
const HIDDEN_FOR = 60000;

/**
 * Opens a stream.
 *
 * @param url of the stream, relative to the page
 * @param handlers functions by name of the event; each gets the parsed data
 * @param onState called with { state: 'connecting' | 'live' | 'lost' | 'gone', age } each second and
 *     at each change; age is the time since the last event in milliseconds
 * @return a function that closes the stream for good
 */
export function openStream(url, handlers, onState) {
  let source = null;
  let retry = FIRST_RETRY;
  let timer = 0;
  let hiddenTimer = 0;
  let last = null;
  let state = 'connecting';

  function tell(next) {
    state = next;
    onState({ state, age: last === null ? null : performance.now() - last });
  }

  function open() {
    clearTimeout(timer);
    shut();
    source = new EventSource(url);
    const opened = performance.now();
    source.openedAt = opened;
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, event => {
        last = performance.now();
        retry = FIRST_RETRY;
        if (state !== 'live') tell('live');
        handle(JSON.parse(event.data));
      });
    }
    source.onerror = lost;
  }

  function shut() {
    if (source) {
      source.onerror = null;
      source.close();
      source = null;
    }
  }

  function lost() {
    shut();
    tell(last === null ? 'connecting' : 'lost');
    clearTimeout(timer);
    timer = setTimeout(open, retry);
    retry = Math.min(retry * 2, LONGEST_RETRY);
  }

  function check() {
    const since = source ? Math.max(last ?? 0, source.openedAt) : null;
    if (since !== null && performance.now() - since > LOST_AFTER) lost();
    else tell(state);
  }

  function visibility() {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(() => { clearTimeout(timer); shut(); }, HIDDEN_FOR);
    else if (!source) open();
  }

  open();
  const checks = setInterval(check, 1000);
  document.addEventListener('visibilitychange', visibility);
  window.addEventListener('online', open);

  return () => {
    shut();
    clearTimeout(timer);
    clearTimeout(hiddenTimer);
    clearInterval(checks);
    document.removeEventListener('visibilitychange', visibility);
    window.removeEventListener('online', open);
  };
}
