//! Why there is no thumbnail.

use std::fmt;

/// Why there is no thumbnail.
#[derive(Debug)]
pub(crate) enum ThumbnailError {
    /// A number of the event is 0 or too large.
    OutOfRange {
        field: &'static str,
        value: u32,
        max: u32,
    },
    /// `png` is not base64.
    Base64(base64::DecodeError),
    /// `png` is not a PNG file, or too large a picture.
    Image(image::ImageError),
}

impl fmt::Display for ThumbnailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ThumbnailError::OutOfRange { field, value, max } => {
                write!(f, "{field} is {value}; it must be between 1 and {max}")
            }
            ThumbnailError::Base64(cause) => write!(f, "png is not base64: {cause}"),
            ThumbnailError::Image(cause) => write!(f, "png is not a usable picture: {cause}"),
        }
    }
}

impl std::error::Error for ThumbnailError {}

impl From<base64::DecodeError> for ThumbnailError {
    fn from(cause: base64::DecodeError) -> ThumbnailError {
        ThumbnailError::Base64(cause)
    }
}

impl From<image::ImageError> for ThumbnailError {
    fn from(cause: image::ImageError) -> ThumbnailError {
        ThumbnailError::Image(cause)
    }
}
