//! Where SDKs reach this session: the endpoint, how to use it, and the functions' URLs.

use crate::app::use_session;
use crate::browser::files;
use crate::session::{Gateway, Notice, Session};
use leptos::prelude::*;
use runtime_core::api::API_PATH;
use wasm_bindgen_futures::spawn_local;

/// What an SDK is given. Any keys will do, but it wants some.
fn snippet(endpoint: &str) -> String {
    format!(
        "import {{ LambdaClient }} from \"@aws-sdk/client-lambda\";\n\nconst client = new LambdaClient({{\n  endpoint: \"{endpoint}\",\n  region: \"us-east-1\",\n  credentials: {{ accessKeyId: \"any\", secretAccessKey: \"any\" }},\n}});\n"
    )
}

#[component]
pub(super) fn LambdaApi() -> impl IntoView {
    let session = use_session();
    let gateway = session.memo(|reading| reading.gateway().clone());
    let urls = session.memo(|reading| reading.function_urls());
    let body = move || {
        match gateway.get() {
        Gateway::Opening => view! { <p class="field-note muted">"Not ready yet."</p> }.into_any(),
        Gateway::Closed(reason) => view! {
            <p class="field-error">
                {format!("SDKs cannot reach this page: {reason}. It needs a service worker, which browsers allow over https and on localhost.")}
            </p>
        }
        .into_any(),
        Gateway::Open(folder) => open(session, &format!("{folder}{API_PATH}")),
    }
    };
    let links = move || {
        let urls = urls.get();
        (!urls.is_empty()).then(|| {
            let links = urls.into_iter().map(|(name, url)| {
                view! {
                    <dt>{name}</dt>
                    <dd><a class="mono" href=url.clone() target="_blank" rel="noopener">{url.clone()}</a></dd>
                }
            });
            view! {
                <h3 class="field-label">"Function URLs"</h3>
                <dl data-testid="function-urls">{links.collect_view()}</dl>
            }
        })
    };
    view! {
        <section class="panel account" aria-label="Lambda API" data-testid="lambda-api">
            <details class="facts">
                <summary>"Lambda API"</summary>
                {body}
                {links}
            </details>
        </section>
    }
}

fn open(session: Session, endpoint: &str) -> AnyView {
    let code = snippet(endpoint);
    let copied = code.clone();
    view! {
        <p class="field-note muted">
            "AWS SDKs that run on this site reach this session here. What they do shows on this page. The tab has to stay open; signatures are not checked."
        </p>
        <div class="viewer">
            <pre class="viewer-text" tabindex="0" role="region" aria-label="How to reach this session with an AWS SDK" data-testid="api-snippet">
                {code}
            </pre>
            <div class="viewer-tools">
                <button type="button" class="tool" on:click=move |_| copy(session, copied.clone())>"Copy"</button>
            </div>
        </div>
    }
    .into_any()
}

fn copy(session: Session, text: String) {
    spawn_local(async move {
        if let Err(reason) = files::copy(&text).await {
            session.notify(Notice::error(
                format!("The browser did not copy it: {reason}."),
                "Select the text and copy it by hand.",
            ));
        }
    });
}
