//! What the user must know, with what to do about it.

use super::use_session;
use crate::session::NoticeLevel;
use leptos::prelude::*;

#[component]
pub(super) fn Notices() -> impl IntoView {
    let notices = use_session().notices();
    view! {
        <div class="notices" role="status" aria-live="polite">
            <For
                each=move || notices.get()
                key=|notice| notice.text.clone()
                children=move |notice| {
                    let text = notice.text.clone();
                    let dismiss = move |_| {
                        notices.update(|all| all.retain(|other| other.text != text));
                    };
                    let class = match notice.level {
                        NoticeLevel::Info => "notice",
                        NoticeLevel::Error => "notice notice-error",
                    };
                    view! {
                        <div class=class>
                            <div class="notice-body">
                                <p>{notice.text.clone()}</p>
                                {(!notice.hint.is_empty())
                                    .then(|| view! { <p class="muted">{notice.hint.clone()}</p> })}
                            </div>
                            <button class="icon-button" aria-label="Dismiss" on:click=dismiss>
                                "×"
                            </button>
                        </div>
                    }
                }
            />
        </div>
    }
}
