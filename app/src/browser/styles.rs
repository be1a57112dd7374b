//! The style sheet of what comes once the page can be used.

/// Fetches it. Where the page names all its sheets itself there is nothing to fetch.
pub fn fetch_later() {
    let Ok(address) = super::asset_address("parts_styles") else {
        return;
    };
    let document = web_sys::window().and_then(|window| window.document());
    let Some(document) = document else {
        return;
    };
    // None of these fails for names that there are.
    if let (Ok(link), Some(head)) = (document.create_element("link"), document.head()) {
        let _ = link.set_attribute("rel", "stylesheet");
        let _ = link.set_attribute("href", &address);
        let _ = head.append_child(&link);
    }
}
