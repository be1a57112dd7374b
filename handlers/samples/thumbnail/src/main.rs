//! CPU-heavy work: takes a PNG, or draws a picture, and scales it down.
//!
//! The timings in the response say where the time went; the bill says what it cost.

mod error;
mod mandelbrot;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use coldstart_handler::{Context, log, now};
use error::ThumbnailError;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};
use std::io::Cursor;
use std::time::SystemTime;

/// The longest side of a picture that is taken or drawn, in pixels.
const MAX_SIDE: u32 = 4_096;
/// The most iterations per pixel.
const MAX_ITERATIONS: u32 = 10_000;

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Job {
    /// A PNG in base64. Without it a Mandelbrot set is drawn.
    png: Option<String>,
    /// Of the drawing, in pixels.
    width: u32,
    /// Of the drawing, in pixels.
    height: u32,
    /// Of the drawing: how long a point is followed at most.
    iterations: u32,
    /// The longest side of the thumbnail, in pixels.
    longest_side: u32,
}

impl Default for Job {
    fn default() -> Job {
        Job {
            png: None,
            width: 960,
            height: 640,
            iterations: 200,
            longest_side: 240,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Thumbnail {
    /// A data URL.
    image: String,
    width: u32,
    height: u32,
    bytes: usize,
    timings: Timings,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Timings {
    source_millis: f64,
    resize_millis: f64,
    encode_millis: f64,
}

fn handler(job: Job, _: Context) -> Result<Thumbnail, ThumbnailError> {
    within("longestSide", job.longest_side, MAX_SIDE)?;
    let mut clock = Stopwatch(now());
    let source = match &job.png {
        Some(png) => decode(png)?,
        None => draw(&job)?,
    };
    let source_millis = clock.lap();
    log!("source: {} x {} pixels", source.width(), source.height());

    let side = job.longest_side;
    let small = if source.width().max(source.height()) <= side {
        source
    } else {
        source.resize(side, side, FilterType::Lanczos3)
    };
    let resize_millis = clock.lap();

    let mut png = Vec::new();
    small.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)?;
    let image = format!("data:image/png;base64,{}", STANDARD.encode(&png));
    Ok(Thumbnail {
        image,
        width: small.width(),
        height: small.height(),
        bytes: png.len(),
        timings: Timings {
            source_millis,
            resize_millis,
            encode_millis: clock.lap(),
        },
    })
}

fn draw(job: &Job) -> Result<DynamicImage, ThumbnailError> {
    within("width", job.width, MAX_SIDE)?;
    within("height", job.height, MAX_SIDE)?;
    within("iterations", job.iterations, MAX_ITERATIONS)?;
    Ok(mandelbrot::draw(job.width, job.height, job.iterations).into())
}

/// The limits hold before anything is decoded: a small file may claim to be a huge picture.
fn decode(png: &str) -> Result<DynamicImage, ThumbnailError> {
    let bytes = STANDARD.decode(png)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    Ok(reader.decode()?)
}

fn within(field: &'static str, value: u32, max: u32) -> Result<(), ThumbnailError> {
    if (1..=max).contains(&value) {
        Ok(())
    } else {
        Err(ThumbnailError::OutOfRange { field, value, max })
    }
}

struct Stopwatch(SystemTime);

impl Stopwatch {
    /// Milliseconds since the last lap, to a microsecond.
    fn lap(&mut self) -> f64 {
        let start = std::mem::replace(&mut self.0, now());
        let micros = self.0.duration_since(start).unwrap_or_default().as_micros();
        micros as f64 / 1_000.0
    }
}

coldstart_handler::main!(handler);

#[cfg(test)]
mod tests {
    use super::*;

    fn make(job: Job) -> Result<Thumbnail, ThumbnailError> {
        handler(job, Context::default())
    }

    #[test]
    fn a_drawing_keeps_its_proportions() {
        let thumbnail = make(Job {
            width: 64,
            height: 32,
            longest_side: 16,
            ..Job::default()
        })
        .unwrap();
        assert_eq!((thumbnail.width, thumbnail.height), (16, 8));

        // And its own result is a source.
        let png = thumbnail.image.rsplit(',').next().map(str::to_owned);
        let again = make(Job {
            png,
            longest_side: 8,
            ..Job::default()
        })
        .unwrap();
        assert_eq!((again.width, again.height), (8, 4));
    }

    #[test]
    fn a_small_picture_is_not_blown_up() {
        let thumbnail = make(Job {
            width: 5,
            height: 3,
            ..Job::default()
        });
        assert!(thumbnail.is_ok_and(|t| (t.width, t.height) == (5, 3)));
    }

    #[test]
    fn nonsense_is_refused() {
        let refused = [
            Job {
                width: 0,
                ..Job::default()
            },
            Job {
                height: MAX_SIDE + 1,
                ..Job::default()
            },
            Job {
                longest_side: 0,
                ..Job::default()
            },
            Job {
                iterations: u32::MAX,
                ..Job::default()
            },
            Job {
                png: Some("!".into()),
                ..Job::default()
            },
            Job {
                png: Some("AAAA".into()),
                ..Job::default()
            },
        ];
        for job in refused {
            make(job).unwrap_err();
        }
    }
}
