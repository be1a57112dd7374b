//! The picture of a flame graph.

use super::super::palette::Palette;
use super::super::surface::Frame;
use super::view::ROW;
use crate::shapes::flame::{Flame, Found, Kind, Picture, Tile, fitting, millis};

/// What is drawn.
pub(super) struct Scene<'a> {
    pub(super) flame: &'a Flame,
    pub(super) picture: &'a Picture,
    pub(super) scroll: f64,
    pub(super) hovered: Option<usize>,
    pub(super) cursor: Option<usize>,
    /// A face.
    pub(super) selected: Option<usize>,
    pub(super) found: Option<&'a Found>,
}

/// The look of a block: a colour over the panel's, and how strong it is.
struct Look<'a> {
    colour: &'a str,
    strength: f64,
    hatched: bool,
}

/// Draws the rows that are in view.
pub(super) fn paint(frame: &Frame<'_>, scene: &Scene<'_>) {
    let context = frame.context;
    context.set_font(&format!("11px {}", frame.palette.mono));
    context.set_text_baseline("middle");
    context.set_text_align("left");
    let letter = context
        .measure_text("0")
        .map_or(6.6, |it| it.width().max(1.0));
    let first = (scene.scroll / ROW).max(0.0) as usize;
    let last = ((scene.scroll + frame.height) / ROW).ceil().max(0.0) as usize;
    // Blocks of the INIT phase are cold, whatever they are.
    let blocks = scene.flame.blocks.iter().enumerate();
    let mut init = blocks.filter(|(index, _)| {
        let face = scene.flame.face(*index);
        face.is_some_and(|face| face.kind == Kind::Init)
    });
    let init = init.next().map_or(0..0, |(index, block)| index..block.end);
    let rows = scene.picture.rows.iter().enumerate();
    for (row, tiles) in rows.skip(first).take(last.saturating_sub(first)) {
        let y = row as f64 * ROW - scene.scroll;
        for tile in tiles {
            block(frame, scene, tile, y, letter, init.contains(&tile.block));
        }
    }
}

fn block(frame: &Frame<'_>, scene: &Scene<'_>, tile: &Tile, y: f64, letter: f64, cold: bool) {
    let (context, palette) = (frame.context, frame.palette);
    let Some(face) = scene.flame.face(tile.block) else {
        return;
    };
    let face_index = scene.flame.blocks.get(tile.block).map(|it| it.face);
    let many = tile.blocks > 1;
    let found = scene
        .found
        .is_none_or(|found| face_index.is_some_and(|face| found.has(face)) && !many);
    let look = look(palette, face.kind, cold, &face.name);
    let (x, width) = (tile.x, (tile.width - 1.0).max(0.6));
    let height = ROW - 1.0;
    let shape = || {
        context.begin_path();
        // Only fails for numbers that are not finite.
        let _ =
            context.round_rect_with_f64(x, y, width, height, if width > 6.0 { 3.0 } else { 0.0 });
    };
    let strength = match (many, found) {
        (true, true) => look.strength * 0.55,
        (_, true) => look.strength,
        (_, false) => look.strength * 0.28,
    };
    shape();
    context.set_global_alpha(strength);
    context.set_fill_style_str(look.colour);
    context.fill();
    context.set_global_alpha(1.0);
    if look.hatched && width > 2.0 {
        hatch(frame, (x, y, width, height), look.colour);
    }
    if !many && width > letter * 3.0 + 8.0 {
        label(frame, scene, tile, face, (x, y, width), letter, found);
    }
    let searched = scene.found.is_some() && found;
    let selected = scene.selected.is_some() && scene.selected == face_index && !many;
    let (edge, thick) = match () {
        () if scene.cursor == Some(tile.block) => (&palette.ink, 2.0),
        () if scene.hovered == Some(tile.block) => (&palette.ink, 1.0),
        () if selected || searched => (&palette.accent, 1.5),
        () => return,
    };
    context.set_stroke_style_str(edge);
    context.set_line_width(thick);
    context.begin_path();
    let inset = thick / 2.0;
    let inner = (width - thick).max(0.5);
    let _ = context.round_rect_with_f64(
        x + inset,
        y + inset,
        inner,
        height - thick,
        2.5_f64.min(inner / 2.0),
    );
    context.stroke();
}

fn label(
    frame: &Frame<'_>,
    scene: &Scene<'_>,
    tile: &Tile,
    face: &crate::shapes::flame::Face,
    (x, y, width): (f64, f64, f64),
    letter: f64,
    found: bool,
) {
    let (context, palette) = (frame.context, frame.palette);
    let span = scene.flame.blocks.get(tile.block).map_or(0, |it| it.span());
    let time = match face.kind {
        // Its name says it.
        Kind::Whole => String::new(),
        _ => format!("{} ms", millis(span, scene.flame.span())),
    };
    let room = ((width - 10.0) / letter) as usize;
    let middle = y + (ROW - 1.0) / 2.0 + 0.5;
    // The time stands beside the name where both have room; the name may lose its path for it.
    let with_time = room.saturating_sub(time.chars().count() + 2);
    let (name, timed) = match fitting(&face.name, with_time) {
        Some(name) if with_time >= 8 || name == face.name => (name, true),
        _ => match fitting(&face.name, room) {
            Some(name) => (name, false),
            None => return,
        },
    };
    context.set_global_alpha(if found { 1.0 } else { 0.55 });
    context.set_fill_style_str(&palette.ink);
    let _ = context.fill_text(&name, x + 5.0, middle);
    if timed {
        context.set_global_alpha(if found { 0.72 } else { 0.4 });
        let at = x + 5.0 + (name.chars().count() as f64 + 1.5) * letter;
        let _ = context.fill_text(&time, at, middle);
    }
    context.set_global_alpha(1.0);
}

fn look<'a>(palette: &'a Palette, kind: Kind, cold: bool, name: &str) -> Look<'a> {
    // Neighbours of one kind are told apart by a little; the same name looks the same everywhere.
    let shade = name.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    let shade = f64::from(shade % 5) / 4.0;
    let data = if cold { &palette.cold } else { &palette.warm };
    let (colour, strength, hatched) = match kind {
        Kind::Whole => (&palette.frost_line, 0.35, false),
        Kind::Init => (&palette.cold, 0.7, false),
        Kind::Invocation => (&palette.warm, 0.7, false),
        Kind::Own => (data, 0.46 + 0.16 * shade, false),
        Kind::Library => (data, 0.2 + 0.1 * shade, false),
        Kind::Language => (&palette.frost_line, 0.34 + 0.16 * shade, false),
        Kind::Waiting => (&palette.frost_line, 0.2, true),
        Kind::Paused => (&palette.throttle, 0.14, true),
        Kind::Rounding => (&palette.warm, 0.12, true),
    };
    Look {
        colour,
        strength,
        hatched,
    }
}

/// Lines from the lower left to the upper right: a sign beside the colour.
fn hatch(frame: &Frame<'_>, (x, y, width, height): (f64, f64, f64, f64), colour: &str) {
    let context = frame.context;
    context.save();
    context.begin_path();
    context.rect(x, y, width, height);
    context.clip();
    context.set_stroke_style_str(colour);
    context.set_line_width(1.0);
    context.set_global_alpha(0.45);
    context.begin_path();
    let mut from = x - height;
    while from < x + width {
        context.move_to(from, y + height);
        context.line_to(from + height, y);
        from += 7.0;
    }
    context.stroke();
    context.restore();
}
