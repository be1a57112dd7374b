//! What a person looks at: which block fills the width, where the keyboard is, what is selected.

use crate::shapes::flame::{Flame, Found, Picture, Tile};
use leptos::{html::Div, prelude::*};
use std::sync::Arc;

/// Pixels from one row to the next.
pub(super) const ROW: f64 = 21.0;

/// The state of a flame graph and its table, which belong together.
#[derive(Clone, Copy)]
pub struct FlameView {
    pub(super) flame: StoredValue<Arc<Flame>>,
    /// The block that fills the width.
    pub(super) top: RwSignal<usize>,
    /// The block that the keyboard is on.
    pub(super) cursor: RwSignal<Option<usize>>,
    /// Where the pointer is on the canvas, pixels.
    pub(super) pointer: RwSignal<Option<(f64, f64)>>,
    /// The function that is selected: a face, by index.
    pub(super) selected: RwSignal<Option<usize>>,
    /// What is searched for.
    pub(super) search: RwSignal<String>,
    /// What a search found; `None` while nothing is searched for.
    pub(super) found: Memo<Option<Arc<Found>>>,
    /// Pixels scrolled, and the width and height of what is seen.
    pub(super) scroll: RwSignal<f64>,
    pub(super) size: RwSignal<(f64, f64)>,
    pub(super) picture: Memo<Arc<Picture>>,
    pub(super) scroller: NodeRef<Div>,
}

impl FlameView {
    /// At the whole, with nothing selected.
    pub fn new(flame: Arc<Flame>) -> Self {
        let flame = StoredValue::new(flame);
        let (top, size) = (RwSignal::new(0), RwSignal::new((0.0, 0.0)));
        let search = RwSignal::new(String::new());
        let found = Memo::new(move |_| {
            let text = search.get();
            let found = || flame.with_value(|flame| Arc::new(flame.search(&text)));
            (!text.trim().is_empty()).then(found)
        });
        let picture = Memo::new(move |_| {
            let (width, _) = size.get();
            flame.with_value(|flame| Arc::new(Picture::new(flame, top.get(), width)))
        });
        FlameView {
            flame,
            top,
            cursor: RwSignal::new(None),
            pointer: RwSignal::new(None),
            selected: RwSignal::new(None),
            search,
            found,
            scroll: RwSignal::new(0.0),
            size,
            picture,
            scroller: NodeRef::new(),
        }
    }

    /// Searches for functions whose names contain a text.
    pub fn search(&self, text: String) {
        self.search.set(text);
    }

    /// What the search found; `None` while nothing is searched for.
    pub fn found(&self) -> Option<Arc<Found>> {
        self.found.get()
    }

    /// The height of all rows, pixels.
    pub(super) fn height(&self) -> f64 {
        self.picture.with(|picture| picture.rows.len() as f64) * ROW
    }

    /// What lies under a place on the canvas.
    pub(super) fn hit(&self, (x, y): (f64, f64)) -> Option<Tile> {
        let row = (y + self.scroll.get_untracked()) / ROW;
        self.picture.with_untracked(|picture| {
            let row = (row >= 0.0).then_some(row as usize)?;
            picture.hit(x, row)
        })
    }

    /// The block under the pointer.
    pub(super) fn hovered(&self) -> Option<Tile> {
        self.pointer.get().and_then(|place| self.hit(place))
    }

    /// Shows a block over the whole width.
    pub(super) fn zoom(&self, block: usize) {
        self.top.set(block);
        self.scroll_to(0.0);
    }

    /// One step back: what is above the block that fills the width.
    pub(super) fn out(&self) {
        let top = self.top.get_untracked();
        let above = self.flame.with_value(|flame| flame.above(top).next());
        if let Some(above) = above {
            self.zoom(above);
            self.cursor.set(Some(top));
        }
    }

    /// Puts the keyboard on a block, and brings it into view.
    pub(super) fn go_to(&self, block: usize) {
        self.cursor.set(Some(block));
        let place = |top: usize| {
            self.flame.with_value(|flame| {
                self.picture
                    .with_untracked(|picture| picture.place(flame, top, block))
            })
        };
        if place(self.top.get_untracked()).is_none() {
            // The nearest block above of which it is a hundredth at least: then both are seen.
            let top = self.flame.with_value(|flame| {
                let span = |at: usize| flame.blocks.get(at).map_or(0, |it| it.span());
                let wide = |at: &usize| span(*at) / 100 <= span(block);
                flame.above(block).take_while(wide).last()
            });
            self.top.set(top.unwrap_or(block));
        }
        if let Some((row, _)) = place(self.top.get_untracked()) {
            let (y, (_, height)) = (row as f64 * ROW, self.size.get_untracked());
            let scroll = self.scroll.get_untracked();
            if y < scroll || y + ROW > scroll + height {
                self.scroll_to((y - height / 3.0).max(0.0));
            }
        }
    }

    /// Selects a function, and shows where most of its time is; `None` selects nothing.
    pub fn select(&self, face: Option<usize>) {
        self.selected.set(face);
        let longest = |face| self.flame.with_value(|flame| flame.longest(face));
        if let Some(block) = face.and_then(longest) {
            self.go_to(block);
        }
    }

    /// Shows where most of the time went.
    pub fn show_hottest(&self) {
        if let Some(block) = self.flame.with_value(|flame| flame.hottest()) {
            self.top.set(0);
            self.go_to(block);
        }
    }

    /// Shows the whole again, with nothing selected.
    pub fn show_all(&self) {
        self.selected.set(None);
        self.cursor.set(None);
        self.zoom(0);
    }

    fn scroll_to(&self, y: f64) {
        self.scroll.set(y);
        if let Some(scroller) = self.scroller.get_untracked() {
            scroller.set_scroll_top(y as i32);
        }
    }
}
