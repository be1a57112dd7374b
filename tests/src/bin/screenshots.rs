//! Pictures of the built page with a session in it, wide and narrow, light and dark.
//! `cargo xtask screenshot` calls it; the README's picture is one of them.

#![allow(clippy::unwrap_used, reason = "a tool fails by panicking")]

use base64::Engine;
use coldstart_tests::{Page, visit};
use serde_json::json;
use std::path::Path;

/// Name, width and height in CSS pixels.
const WINDOWS: [(&str, u32, u32); 2] = [("wide", 1440, 1100), ("narrow", 390, 844)];

fn main() {
    let out = std::env::args().nth(1).unwrap_or_else(|| "docs".to_owned());
    std::fs::create_dir_all(&out).unwrap();
    for (window, width, height) in WINDOWS {
        for scheme in ["light", "dark"] {
            visit(|page| {
                let metrics = json!({
                    "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false
                });
                page.devtools("Emulation.setDeviceMetricsOverride", metrics);
                let features = json!({
                    "features": [{ "name": "prefers-color-scheme", "value": scheme }]
                });
                page.devtools("Emulation.setEmulatedMedia", features);
                play(page);
                let picture = page.devtools("Page.captureScreenshot", json!({ "format": "png" }));
                let data = picture["data"].as_str().unwrap();
                let bytes = base64::engine::general_purpose::STANDARD
                    .decode(data)
                    .unwrap();
                let file = Path::new(&out).join(format!("{window}-{scheme}.png"));
                std::fs::write(&file, bytes).unwrap();
                println!("{}", file.display());
            });
        }
    }
}

/// A session with something to see: cold starts, a burst, a picture.
fn play(page: &Page) {
    page.invoke();
    page.add_sample("Thumbnail", "thumbnail");
    let before = page.counts();
    page.burst(6, 40);
    page.wait_for_counts("the burst has started", |counts| {
        counts.invoked() >= before.invoked() + 6
    });
    page.invoke();
    page.script(
        "document.querySelector('[data-testid=samples]').open = false; scrollTo(0, 0);",
        &[],
    );
}
