//! Small texts that this browser keeps between visits.

/// What was kept under a name, if anything was.
pub fn read(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps a text under a name; an empty one is forgotten. Without storage it holds as long as whoever
/// asked remembers it.
pub fn keep(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = match text {
            "" => storage.remove_item(name),
            text => storage.set_item(name, text),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window().and_then(|window| window.local_storage().ok().flatten())
}
