// Lets a handler wait for its next event where a page has no shared memory.
//
// A worker asks for an event with a synchronous request below `.wait/`; the request is held open
// here until the page has one. This script keeps nothing: the browser may end it at any time. The
// worker then asks again, and the page still has the event of that number.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const [, question] = event.request.url.split("/.wait/");
  if (question !== undefined) event.respondWith(ask(question));
});

// A question is the page's token, the environment's place and the event's number.
async function ask(question) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const event = await new Promise((answer) => {
    let others = pages.length;
    for (const page of pages) {
      const { port1, port2 } = new MessageChannel();
      // A page that does not know the token answers "other" at once.
      port1.onmessage = ({ data }) => {
        if (data !== "other" || --others === 0) answer(data);
      };
      page.postMessage({ question }, [port2]);
    }
    if (others === 0) answer("other");
  });
  // The header tells the worker that it was not the site's server that answered.
  const headers = { "Coldstart-Event": "1" };
  return event instanceof Uint8Array
    ? new Response(event, { headers })
    : new Response(null, { status: 410, headers });
}
