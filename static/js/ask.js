// A request whose promise waits for its answer, also where it has to queue behind another one: htmx settles that of a queued request at once.

/** What htmx.ajax does. It ends without an answer where the asking element left the page before its turn. */
export function ask(way, address, given) {
  const event = new Event("ask");
  return new Promise((done, fail) => {
    const stop = new AbortController();
    const ended = ({ detail }) => {
      if (detail.requestConfig?.triggeringEvent !== event) return;
      stop.abort();
      detail.xhr.status ? done() : fail(new Error(detail.xhr.statusText));
    };
    const gone = () => {
      if (given.source.isConnected) return;
      stop.abort();
      done();
    };
    document.body.addEventListener("htmx:afterRequest", ended, { signal: stop.signal });
    document.body.addEventListener("htmx:afterSettle", gone, { signal: stop.signal });
    window.htmx.ajax(way, address, { ...given, event }).catch(() => {});
  });
}
