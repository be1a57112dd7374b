//! Ids that connect labels, descriptions and panels to what they belong to.

use std::cell::Cell;

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// An id that no other element of this page has.
pub fn fresh_id(name: &str) -> String {
    NEXT.with(|next| {
        next.set(next.get().wrapping_add(1));
        format!("{name}-{}", next.get())
    })
}
