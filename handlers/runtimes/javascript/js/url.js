// node:url

const { URL, URLSearchParams } = require("internal/url");
const { coded, invalidArgument } = require("internal/errors");

function fileURLToPath(value) {
  const url = typeof value === "string" ? new URL(value) : value;
  if (!(url instanceof URL)) throw invalidArgument("path", "of type string or an instance of URL", value);
  if (url.protocol !== "file:") {
    throw coded(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  }
  return decodeURIComponent(url.pathname);
}

function pathToFileURL(path) {
  const absolute = require("path").resolve(path);
  const ending = path.endsWith("/") && absolute !== "/" ? "/" : "";
  const text = encodeURI(absolute).replaceAll("?", "%3F").replaceAll("#", "%23");
  return new URL(`file://${text}${ending}`);
}

/** The properties of `url.parse`, which Node keeps for older packages. */
const PARTS = /^([a-z][a-z\d+.-]*:)?(\/\/)?(?:([^/?#@]*)@)?([^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/i;

function parse(text, withQuery = false) {
  const [, protocol = null, slashes, auth = null, authority = "", path = "", search = null, hash = null] = PARTS.exec(text.trim());
  const host = slashes ? authority.toLowerCase() : null;
  const pathname = (slashes ? path || (protocol ? "/" : "") : `${authority}${path}`) || null;
  const query = search === null ? null : search.slice(1);
  const [, hostname = null, port = null] = host === null ? [] : /^(.*?)(?::(\d+))?$/.exec(host);
  const scheme = protocol?.toLowerCase() ?? null;
  const parts = {
    protocol: scheme,
    slashes: slashes === undefined ? null : true,
    auth: auth === null ? null : decodeURIComponent(auth),
    host,
    port: port ?? null,
    hostname,
    hash,
    search,
    query: withQuery ? require("querystring").parse(query ?? "") : query,
    pathname,
    path: pathname === null && search === null ? null : `${pathname ?? ""}${search ?? ""}`,
  };
  return { ...parts, href: format(parts) };
}

function format(url) {
  if (typeof url === "string") return parse(url).href;
  if (url instanceof URL) return url.href;
  const { auth, slashes, query, hash } = url;
  const protocol = url.protocol ? url.protocol.replace(/:?$/, ":") : "";
  const host = url.host ?? (url.hostname ? `${url.hostname}${url.port ? `:${url.port}` : ""}` : null);
  const special = /^(?:https?|ftp|file):$/.test(protocol);
  const authority = host !== null || slashes || special ? `//${auth ? `${encodeURIComponent(auth).replace("%3A", ":")}@` : ""}${host ?? ""}` : "";
  const asked = url.search ?? (query && typeof query === "object" ? require("querystring").stringify(query) : "");
  const search = asked && !asked.startsWith("?") ? `?${asked}` : asked;
  let path = url.pathname ?? "";
  if (authority !== "" && path !== "" && !path.startsWith("/")) path = `/${path}`;
  const end = hash && !hash.startsWith("#") ? `#${hash}` : (hash ?? "");
  return `${protocol}${authority}${path}${search}${end}`;
}

Object.assign(exports, {
  URL,
  URLSearchParams,
  fileURLToPath,
  pathToFileURL,
  parse,
  format,
  resolve(from, to) {
    const base = new URL(from, "resolve://");
    const url = new URL(to, base);
    return url.protocol === "resolve:" ? `${url.pathname}${url.search}${url.hash}` : url.href;
  },
  urlToHttpOptions: ({ protocol, hostname, port, pathname, search, hash, href }) => ({
    protocol,
    hostname,
    hash,
    search,
    pathname,
    path: `${pathname}${search}`,
    href,
    ...(port !== "" && { port: Number(port) }),
  }),
  domainToASCII: (domain) => native.parseUrl(`http://${domain}`, undefined)?.[6] ?? "",
  domainToUnicode: (domain) => domain,
});
