//! The shell: header, notices, and the page below.

mod header;
mod notices;
mod theme;

use crate::browser::visibility;
use crate::browser::worker::WorkerAssets;
use crate::pages::playground::Playground;
use crate::session::{Assets, Session};
use header::Header;
use leptos::prelude::*;
use notices::Notices;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let assets = WorkerAssets::find("environment_worker").and_then(|environment| {
        Ok(Assets {
            environment,
            package: WorkerAssets::find("package_worker")?,
        })
    });
    match assets {
        Ok(assets) => {
            let session = Session::new(assets);
            provide_context(session);
            visibility::on_hidden(move || session.save());
            crate::browser::console::offer(session);
            view! {
                <a class="skip-link" href="#main">"Skip to the playground"</a>
                <Header />
                <Notices />
                <Playground />
            }
            .into_any()
        }
        Err(reason) => view! {
            <main class="failure"><h1>"Coldstart could not start"</h1><p>{reason}</p></main>
        }
        .into_any(),
    }
}

/// The session of this page.
pub fn use_session() -> Session {
    expect_context()
}
