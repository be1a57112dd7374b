//! Plotters on our canvas, or as SVG.
//!
//! `plotters-canvas` and `plotters-svg` draw. What they measure a text with is replaced: it would put an
//! element with an inline style into the page, which the content security policy forbids.

use super::super::surface::Frame;
use plotters::{
    coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter},
    prelude::*,
};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use plotters_svg::SVGBackend;
use std::ops::Range;
use web_sys::CanvasRenderingContext2d;

/// The error of a drawing that did not succeed.
pub(super) type Failure = DrawingAreaErrorKind<Refusal>;

/// What is drawn on has refused something. An empty picture says so; nobody reads why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal;

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the picture could not be drawn")
    }
}

impl std::error::Error for Refusal {}

/// Draws in device pixels on the canvas of a frame, or in CSS pixels as SVG. One type for both: all of
/// plotters would be compiled once more for another.
pub(super) struct Pen<'a> {
    target: Target<'a>,
    context: CanvasRenderingContext2d,
}

enum Target<'a> {
    Canvas(CanvasBackend),
    Svg(SVGBackend<'a>),
}

/// Does the same with whatever is drawn on.
macro_rules! on {
    ($target:expr, $it:ident => $drawn:expr) => {
        match $target {
            Target::Canvas($it) => $drawn.map_err(refused),
            Target::Svg($it) => $drawn.map_err(refused),
        }
    };
}

fn refused<E: std::error::Error + Send + Sync>(
    error: DrawingErrorKind<E>,
) -> DrawingErrorKind<Refusal> {
    match error {
        DrawingErrorKind::DrawingError(_) => DrawingErrorKind::DrawingError(Refusal),
        DrawingErrorKind::FontError(error) => DrawingErrorKind::FontError(error),
    }
}

impl<'a> Pen<'a> {
    /// Takes over what a frame is drawn on. From here on a canvas's unit is the device pixel.
    pub(super) fn new(frame: &Frame<'a>) -> Option<Self> {
        let target = match frame.svg {
            Some(svg) => {
                let size = (frame.width.round() as u32, frame.height.round() as u32);
                Target::Svg(SVGBackend::with_string(svg.take()?, size))
            }
            None => {
                frame.context.reset_transform().ok()?;
                Target::Canvas(CanvasBackend::with_canvas_object(frame.canvas.clone())?)
            }
        };
        Some(Pen {
            target,
            context: frame.context.clone(),
        })
    }
}

impl DrawingBackend for Pen<'_> {
    type ErrorType = Refusal;

    fn get_size(&self) -> (u32, u32) {
        match &self.target {
            Target::Canvas(it) => it.get_size(),
            Target::Svg(it) => it.get_size(),
        }
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.ensure_prepared())
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.present())
    }

    fn draw_pixel(
        &mut self,
        point: BackendCoord,
        colour: BackendColor,
    ) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.draw_pixel(point, colour))
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.draw_line(from, to, style))
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.draw_rect(upper_left, bottom_right, style, fill))
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.draw_path(path, style))
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.draw_circle(centre, radius, style, fill))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.fill_polygon(path, style))
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        position: BackendCoord,
    ) -> Result<(), DrawingErrorKind<Refusal>> {
        on!(&mut self.target, it => it.draw_text(text, style, position))
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Refusal>> {
        self.context.set_font(&format!(
            "{} {}px {}",
            style.style().as_str(),
            style.size(),
            style.family().as_str()
        ));
        let width = self
            .context
            .measure_text(text)
            .map_or(0.0, |metrics| metrics.width());
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

/// A linear axis with its own marks and labels. The one kind of axis of all charts: every other
/// would be compiled anew.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// Values at both ends.
    pub(super) range: Range<f64>,
    /// Values with a mark, and what stands beside it.
    pub(super) marks: Vec<(f64, String)>,
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let long = self.range.end - self.range.start;
        let part = if long > 0.0 {
            (value - self.range.start) / long
        } else {
            0.0
        };
        limit.0 + (part * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.marks.iter().map(|(value, _)| *value).collect()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let found = self.marks.iter().find(|(mark, _)| mark == value);
        found.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}
