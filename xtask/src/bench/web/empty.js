// Added to the site's service worker: what a fetch costs that one answers with nothing.
self.addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("/bench/empty")) event.respondWith(new Response(null, { status: 204 }));
});
