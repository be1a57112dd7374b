//! The shell: header, notices, and the page below.

mod header;
mod notices;
mod theme;

use crate::browser::worker::WorkerAssets;
use crate::browser::{route, visibility};
use crate::pages::playground::Playground;
use crate::pages::scale::{self, Scale};
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
            let page = PageShown::of_address();
            let is_scale = move || page.shown.get() == Place::Scale;
            let skip_to = move || match page.shown.get() {
                Place::Playground => "#main",
                Place::Scale => "#scale",
            };
            view! {
                <a class="skip-link" href=skip_to>"Skip to the content"</a>
                <Header page=page.shown.into() />
                <Notices />
                // A page that was opened once stays: what was written and run there is not lost.
                <div hidden=is_scale><Playground /></div>
                <div hidden=move || !is_scale()>
                    <Show when=move || page.opened.get()><Scale /></Show>
                </div>
            }
            .into_any()
        }
        Err(reason) => view! {
            <main class="failure"><h1>"Coldstart could not start"</h1><p>{reason}</p></main>
        }
        .into_any(),
    }
}

/// What can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Playground,
    Scale,
}

/// Which page is shown, and whether the Scale lab was ever.
#[derive(Clone, Copy)]
struct PageShown {
    shown: RwSignal<Place>,
    opened: RwSignal<bool>,
}

impl PageShown {
    /// What the address says, now and whenever it changes.
    fn of_address() -> PageShown {
        let page = PageShown {
            shown: RwSignal::new(Place::Playground),
            opened: RwSignal::new(false),
        };
        let look = move || {
            let is_scale = route::fragment() == scale::FRAGMENT;
            page.shown.set(match is_scale {
                true => Place::Scale,
                false => Place::Playground,
            });
            if is_scale {
                page.opened.set(true);
            }
        };
        look();
        route::on_change(look);
        page
    }
}

/// The session of this page.
pub fn use_session() -> Session {
    expect_context()
}
