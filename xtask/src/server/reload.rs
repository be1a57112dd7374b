//! The script that reloads the page after a new build, for `serve --dev`.

/// Its address, relative to the page.
pub(super) const NAME: &str = "coldstart-reload.js";

/// Asks for the page's tag twice a second. A build empties `dist/` and fills it again: the page is
/// reloaded only once it has been found unchanged twice.
pub(super) const SCRIPT: &str = r#"const tag = async () => {
  const response = await fetch("./", { method: "HEAD", cache: "no-store" }).catch(() => null);
  return response?.ok ? response.headers.get("ETag") : null;
};
const first = await tag();
let before = first;
setInterval(async () => {
  const now = await tag();
  if (now && now === before && now !== first) location.reload();
  before = now;
}, 500);
"#;

/// The page with the script in it.
pub(super) fn with_script(html: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(html) {
        Ok(html) => {
            let element = format!("<script type=\"module\" src=\"./{NAME}\"></script></head>");
            html.replacen("</head>", &element, 1).into_bytes()
        }
        Err(other) => other.into_bytes(),
    }
}
