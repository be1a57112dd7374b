//! The response headers that Coldstart wants, for the server and for `dist/_headers`.
//!
//! None is necessary: without them everything works, but the page is not cross-origin isolated,
//! so that its clock steps by 100 µs instead of 5 µs.

/// Cross-origin isolation: finer clocks, shared memory.
pub const ISOLATION: [(&str, &str); 2] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
];

/// Nothing but our own files runs, and what runs talks to nobody else.
///
/// `wasm-unsafe-eval` lets the page and its workers compile WebAssembly; it allows no JavaScript.
/// `blob:` images are charts that the page drew.
pub const PROTECTION: [(&str, &str); 4] = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
         connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; font-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'",
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
];

/// For files whose names change with their contents.
pub const CACHE_FOR_EVER: (&str, &str) = ("Cache-Control", "public, max-age=31536000, immutable");

/// File name patterns of contents that never change, as Netlify and Cloudflare Pages write them.
const HASHED: [&str; 6] = [
    "/app-*/*",
    "/editor/*",
    "/runtimes/*.gz",
    "/styles/app-*",
    "/styles/parts-*",
    "/workers/*",
];

/// The `_headers` file that Netlify and Cloudflare Pages read.
pub fn headers_file() -> String {
    let mut text = String::from("/*\n");
    for (name, value) in ISOLATION.iter().chain(&PROTECTION) {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    for pattern in HASHED {
        let (name, value) = CACHE_FOR_EVER;
        text.push_str(&format!("{pattern}\n  {name}: {value}\n"));
    }
    text
}

/// The media type of a file, by its extension.
pub fn media_type(path: &std::path::Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "md" | "txt" | "wat" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn headers_file_has_a_rule_a_line() {
        let text = headers_file();
        assert!(text.starts_with("/*\n  Cross-Origin-Opener-Policy: same-origin\n"));
        assert!(
            text.contains("/workers/*\n  Cache-Control: public, max-age=31536000, immutable\n")
        );
        for line in text.lines() {
            assert!(line.starts_with('/') || line.starts_with("  "), "{line}");
        }
    }

    #[test]
    fn the_policy_allows_nothing_inline() {
        let policy = PROTECTION[0].1;
        assert!(!policy.contains("unsafe-inline"));
        assert!(!policy.contains("'unsafe-eval'"));
        assert!(
            !policy.contains('\n') && !policy.contains("  "),
            "one line: {policy}"
        );
    }

    #[test]
    fn media_types_go_by_extension() {
        assert_eq!(media_type(Path::new("a/b.wasm")), "application/wasm");
        assert_eq!(
            media_type(Path::new("app-1.js")),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(media_type(Path::new("LICENSE")), "application/octet-stream");
    }
}
