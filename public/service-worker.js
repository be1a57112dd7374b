// Lets a handler wait for its next event where a page has no shared memory, and hands requests to
// the Lambda API and to function URLs to the page that is open.
//
// This script keeps nothing that it needs: the browser may end it at any time. What it answers, a page
// has told it.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const [, question] = event.request.url.split("/.wait/");
  if (question !== undefined) return event.respondWith(ask(question));
  const { pathname, search } = new URL(event.request.url);
  const scope = new URL(self.registration.scope).pathname;
  if (!pathname.startsWith(scope)) return;
  const path = `/${pathname.slice(scope.length)}`;
  if (path.startsWith("/aws/lambda/")) event.respondWith(serve(event, path, search, refuse));
  else if (path.startsWith("/lambda-url/")) event.respondWith(serve(event, path, search, fail));
});

// A question is the page's token, the environment's place and the event's number. A worker asks with
// a synchronous request, which is held open here until the page has the event. If this script was
// ended meanwhile, the worker asks again, and the page still has the event of that number.
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

// How long a page may take to say that it takes a request: it may be loading, or at work.
const PATIENCE = 10_000;

// How often it is looked whether a page that has taken a request is still there.
const LOOK = 1_000;

// Pages that have answered themselves. One that asks again is still there.
const asked = new Map();

// Ports by which pages take requests, by the ids of the pages: faster than messages to the pages.
const lines = new Map();

self.addEventListener("message", ({ data, source, ports: [line] }) => {
  if (data === "line") lines.set(source.id, line);
});

async function serve(event, path, search, unserved) {
  const { request, clientId } = event;
  // Other sites can send a visitor here with a form. They may use a function's URL, and nothing else.
  if (request.mode === "navigate" && unserved === refuse) {
    return refuse(403, "AccessDeniedException", "The Lambda API is no page: call it with an SDK.");
  }
  const sent = request.arrayBuffer();
  const page = asked.get(clientId) ?? (await pageFor(clientId));
  if (!page) {
    return unserved(503, "ServiceException", "No Coldstart page is open: open one, and keep its tab open.");
  }
  const body = new Uint8Array(await sent);
  const headers = [...request.headers];
  if (!request.headers.has("user-agent")) headers.push(["user-agent", self.navigator.userAgent]);
  const { port1, port2 } = new MessageChannel();
  let look;
  const answer = await new Promise((resolve) => {
    const silent = setTimeout(() => resolve("silent"), PATIENCE);
    port1.onmessage = ({ data }) => {
      if (data !== "taken") return resolve(data);
      clearTimeout(silent);
      // A page that is closed or loaded again while its handler works never answers.
      look = setInterval(async () => (await self.clients.get(page.id)) ?? resolve("gone"), LOOK);
    };
    const api = { method: request.method, path, query: search.slice(1), headers, body };
    (lines.get(page.id) ?? page).postMessage({ api }, [port2, body.buffer]);
  });
  clearInterval(look);
  port1.close();
  if (answer === "silent") {
    return unserved(503, "ServiceException", "The Coldstart page is not ready yet: try again.");
  }
  if (answer === "gone") {
    return unserved(503, "ServiceException", "The Coldstart page was closed or loaded again before its answer: try again.");
  }
  if (page.id === clientId) {
    asked.clear();
    asked.set(clientId, page);
  }
  try {
    const response = respond(answer);
    // What a function says is not the site's own: it gets an origin of its own where it is a page.
    if (unserved === fail) {
      response.headers.set("Content-Security-Policy", "sandbox allow-forms allow-modals allow-popups allow-scripts");
    }
    return response;
  } catch (error) {
    return unserved(502, "ServiceException", `This is no response that a browser takes: ${error}`);
  }
}

// The page that asks, or else the one that was used last.
async function pageFor(clientId) {
  const pages = (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).filter(isPlayground);
  for (const id of lines.keys()) if (pages.every((page) => page.id !== id)) lines.delete(id);
  return pages.find(({ id }) => id === clientId) ?? pages[0];
}

function respond({ status, headers, body }) {
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : body, { status, headers });
}

// The page itself, whatever its query and its fragment: not what lies beside it.
function isPlayground({ url }) {
  const { pathname } = new URL(url);
  const scope = new URL(self.registration.scope).pathname;
  return pathname === scope || pathname === `${scope}index.html`;
}

// As the API answers.
function refuse(status, name, message) {
  const headers = { "Content-Type": "application/json", "x-amzn-ErrorType": name };
  return new Response(JSON.stringify({ Type: "Service", message }), { status, headers });
}

// As a function URL answers.
function fail(status, _name, Message) {
  const headers = { "Content-Type": "application/json" };
  return new Response(JSON.stringify({ Message }), { status, headers });
}
