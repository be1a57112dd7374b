//! A canvas that is painted when, and only when, something it shows has changed.
//!
//! All drawing widgets share this one bridge between signals and a canvas. Effects
//! stand only here and in `measure`: sizes and canvases lie outside the reactive world.

use super::palette::Palette;
use leptos::{html::Canvas, prelude::*};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, MediaQueryList, MutationObserver,
    MutationObserverInit, ResizeObserver,
};

/// One painting: a cleared canvas whose unit is the CSS pixel.
pub(super) struct Frame<'a> {
    pub(super) canvas: &'a HtmlCanvasElement,
    pub(super) context: &'a CanvasRenderingContext2d,
    /// CSS pixels.
    pub(super) width: f64,
    /// CSS pixels.
    pub(super) height: f64,
    /// Device pixels per CSS pixel.
    pub(super) ratio: f64,
    pub(super) palette: &'a Palette,
    /// Where the picture goes as SVG instead of the canvas, for whoever draws both (charts).
    pub(super) svg: Option<&'a Cell<Option<&'a mut String>>>,
}

/// A canvas on the page.
#[derive(Clone, Copy)]
pub(super) struct Surface {
    /// To be put on the `<canvas>`.
    pub(super) canvas: NodeRef<Canvas>,
    /// Its size in CSS pixels; zero before it is on the page.
    pub(super) size: Signal<(f64, f64)>,
}

/// Makes a surface. `depends` reads (and so subscribes to) every signal that the picture
/// depends on; `paint` draws it, at most once per animation frame.
pub(super) fn surface(
    depends: impl Fn() + 'static,
    paint: impl Fn(&Frame<'_>) + 'static,
) -> Surface {
    let canvas = NodeRef::<Canvas>::new();
    let size = RwSignal::new((0.0, 0.0));
    let theme = RwSignal::new(0_u32);
    let painter = Rc::new(Painter {
        paint,
        palette: RefCell::default(),
        theme: Cell::new(u32::MAX),
        queued: Cell::new(false),
    });
    let watch = StoredValue::new_local(None::<Watch>);

    Effect::new(move |_| {
        let Some(element) = canvas.get() else { return };
        watch.update_value(|watch| {
            if watch.is_none() {
                *watch = Watch::new(&element, size, theme);
            }
        });
        size.track();
        theme.track();
        depends();
        if painter.queued.replace(true) {
            return;
        }
        let painter = Rc::clone(&painter);
        request_animation_frame(move || {
            painter.queued.set(false);
            // The widget may be gone by now; then so is its theme.
            if let Some(theme) = theme.try_get_untracked() {
                painter.paint(&element, theme);
            }
        });
    });
    Surface {
        canvas,
        size: size.into(),
    }
}

struct Painter<F> {
    paint: F,
    palette: RefCell<Palette>,
    /// The theme that the palette was read from.
    theme: Cell<u32>,
    /// Whether a frame has been asked for.
    queued: Cell<bool>,
}

impl<F: Fn(&Frame<'_>)> Painter<F> {
    fn paint(&self, canvas: &HtmlCanvasElement, theme: u32) {
        let (width, height) = (
            f64::from(canvas.client_width()),
            f64::from(canvas.client_height()),
        );
        let ratio = window().device_pixel_ratio().clamp(1.0, 4.0);
        let device = (
            (width * ratio).round() as u32,
            (height * ratio).round() as u32,
        );
        // Setting the size clears a canvas and is slow: only when it changed.
        if (canvas.width(), canvas.height()) != device {
            canvas.set_width(device.0);
            canvas.set_height(device.1);
        }
        let context = canvas.get_context("2d").ok().flatten();
        let Some(context) =
            context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok())
        else {
            return;
        };
        if self.theme.replace(theme) != theme {
            self.palette.replace(Palette::read(canvas));
        }
        // Only fails for numbers that are not finite.
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, width, height);
        let palette = self.palette.borrow();
        (self.paint)(&Frame {
            canvas,
            context: &context,
            width,
            height,
            ratio,
            palette: &palette,
            svg: None,
        });
    }
}

/// Tells when the canvas's size or the page's theme changes; stops when it is dropped.
struct Watch {
    resize: ResizeObserver,
    theme: MutationObserver,
    system: Option<MediaQueryList>,
    _on_resize: Closure<dyn FnMut()>,
    on_theme: Closure<dyn FnMut()>,
}

impl Watch {
    fn new(
        canvas: &HtmlCanvasElement,
        size: RwSignal<(f64, f64)>,
        theme: RwSignal<u32>,
    ) -> Option<Self> {
        let measured = canvas.clone();
        let on_resize = Closure::<dyn FnMut()>::new(move || {
            let new = (
                f64::from(measured.client_width()),
                f64::from(measured.client_height()),
            );
            if size.try_get_untracked().is_some_and(|old| old != new) {
                size.set(new);
            }
        });
        let on_theme = Closure::<dyn FnMut()>::new(move || {
            theme.try_update(|count| *count = count.wrapping_add(1));
        });
        let resize = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
        resize.observe(canvas);
        let mutations = MutationObserver::new(on_theme.as_ref().unchecked_ref()).ok()?;
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        options.set_attribute_filter(&js_sys::Array::of2(&"data-theme".into(), &"class".into()));
        if let Some(root) = document().document_element() {
            mutations.observe_with_options(&root, &options).ok()?;
        }
        let system = window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten();
        if let Some(system) = &system {
            system
                .add_event_listener_with_callback("change", on_theme.as_ref().unchecked_ref())
                .ok()?;
        }
        Some(Watch {
            resize,
            theme: mutations,
            system,
            _on_resize: on_resize,
            on_theme,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.resize.disconnect();
        self.theme.disconnect();
        if let Some(system) = &self.system {
            let listener = self.on_theme.as_ref().unchecked_ref();
            // Nothing is left to do if it was not listening.
            let _ = system.remove_event_listener_with_callback("change", listener);
        }
    }
}
