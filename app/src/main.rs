//! The page's binary.

use leptos::prelude::*;

fn main() {
    if let Some(status) = document().get_element_by_id("start-status") {
        status.remove();
    }
    mount_to_body(|| view! { <main>"Coldstart"</main> });
}
