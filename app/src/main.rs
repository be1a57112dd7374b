//! The page's binary.

use app::app::App;
use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    if let Some(status) = document().get_element_by_id("start-status") {
        status.remove();
    }
    mount_to_body(App);
}
