//! The shell: header, notices, and the page below.

mod header;
mod notices;
mod theme;

use crate::browser::worker::WorkerAssets;
use crate::browser::{route, styles, visibility};
use crate::pages::costs::{self, Costs};
use crate::pages::fargate::{self, Fargate};
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
            styles::fetch_later();
            let session = Session::new(assets);
            provide_context(session);
            visibility::on_hidden(move || session.save());
            crate::browser::console::offer(session);
            let page = PageShown::of_address();
            let is = move |place| page.shown.get() == place;
            let skip_to = move || match page.shown.get() {
                Place::Playground => "#main",
                Place::Fargate => "#fargate",
                Place::Scale => "#scale",
                Place::Costs => "#costs",
            };
            view! {
                <a class="skip-link" href=skip_to>"Skip to the content"</a>
                <Header page=page.shown.into() />
                <Notices />
                // A page that was opened once stays: what was written and run there is not lost.
                <div hidden=move || !is(Place::Playground)><Playground /></div>
                <div hidden=move || !is(Place::Fargate)>
                    <Show when=move || page.opened.get().fargate><Fargate /></Show>
                </div>
                <div hidden=move || !is(Place::Scale)>
                    <Show when=move || page.opened.get().scale><Scale /></Show>
                </div>
                <div hidden=move || !is(Place::Costs)>
                    <Show when=move || page.opened.get().costs><Costs /></Show>
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
    Fargate,
    Scale,
    Costs,
}

/// Which page is shown, and which others were ever.
#[derive(Clone, Copy)]
struct PageShown {
    shown: RwSignal<Place>,
    opened: RwSignal<Opened>,
}

/// Pages that were opened once.
#[derive(Clone, Copy, Default)]
struct Opened {
    fargate: bool,
    scale: bool,
    costs: bool,
}

impl PageShown {
    /// What the address says, now and whenever it changes.
    fn of_address() -> PageShown {
        let page = PageShown {
            shown: RwSignal::new(Place::Playground),
            opened: RwSignal::default(),
        };
        let look = move || {
            let fragment = route::fragment();
            // What follows a slash is for the page.
            let name = fragment.split('/').next().unwrap_or_default();
            let place = match name {
                costs::FRAGMENT => Place::Costs,
                fargate::FRAGMENT => Place::Fargate,
                scale::FRAGMENT => Place::Scale,
                _ => Place::Playground,
            };
            page.shown.set(place);
            page.opened.update(|opened| {
                opened.fargate |= place == Place::Fargate;
                opened.scale |= place == Place::Scale;
                opened.costs |= place == Place::Costs;
            });
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
