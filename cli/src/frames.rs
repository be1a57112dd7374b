//! Messages over a byte stream: four bytes of length, least significant first, then the message in
//! postcard encoding.

use runtime_core::protocol;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// Writes bytes as one frame and flushes.
pub(crate) fn write_bytes(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| invalid("a message of more than 4 GB"))?;
    stream.write_all(&length.to_le_bytes())?;
    stream.write_all(bytes)?;
    stream.flush()
}

/// Writes a message as one frame and flushes.
pub(crate) fn write<T: Serialize>(stream: &mut impl Write, message: &T) -> io::Result<()> {
    write_bytes(stream, &protocol::encode(message))
}

/// Reads one frame. `None` at the end of the stream.
///
/// # Errors
/// If the stream ends inside a frame.
pub(crate) fn read_bytes(stream: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let mut got = 0;
    while got < length.len() {
        match stream.read(&mut length[got..]) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => got += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u64::from(u32::from_le_bytes(length));
    let mut bytes = Vec::new();
    let read = stream.take(length).read_to_end(&mut bytes)?;
    if (read as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

/// Reads one message. `None` at the end of the stream.
///
/// # Errors
/// If the stream ends inside a frame, or the frame is no such message.
pub(crate) fn read<T: DeserializeOwned>(stream: &mut impl Read) -> io::Result<Option<T>> {
    let Some(bytes) = read_bytes(stream)? else {
        return Ok(None);
    };
    protocol::decode(&bytes)
        .map(Some)
        .map_err(|error| invalid(&error.to_string()))
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use runtime_core::protocol::{FromEnvironment, ToEnvironment};
    use runtime_core::sandbox::Phase;

    #[test]
    fn messages_come_back_and_the_end_is_seen() {
        let mut stream = Vec::new();
        write(&mut stream, &ToEnvironment::Init(Phase::default())).unwrap();
        write(&mut stream, &FromEnvironment::Ready).unwrap();
        write_bytes(&mut stream, b"module").unwrap();
        let mut reader = stream.as_slice();
        assert_eq!(
            read(&mut reader).unwrap(),
            Some(ToEnvironment::Init(Phase::default()))
        );
        assert_eq!(read(&mut reader).unwrap(), Some(FromEnvironment::Ready));
        assert_eq!(read_bytes(&mut reader).unwrap().unwrap(), b"module");
        assert!(read_bytes(&mut reader).unwrap().is_none());
    }

    #[test]
    fn a_stream_that_ends_inside_a_frame_is_an_error() {
        let mut stream = Vec::new();
        write(
            &mut stream,
            &FromEnvironment::Broken {
                message: "long".to_owned(),
            },
        )
        .unwrap();
        for end in 1..stream.len() {
            assert!(read_bytes(&mut &stream[..end]).is_err(), "{end}");
        }
        assert!(read::<FromEnvironment>(&mut [1u8, 0, 0, 0, 255].as_slice()).is_err());
    }
}
