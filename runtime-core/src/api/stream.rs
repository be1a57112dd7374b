//! The event stream encoding, `application/vnd.amazon.eventstream` (Smithy specification, "Amazon
//! Event Stream Specification"): length of the whole, length of the headers, CRC of both, headers,
//! payload, CRC of everything before.

/// One event.
pub(super) struct Message<'a> {
    /// `:event-type`.
    pub(super) kind: &'a str,
    /// `:content-type`.
    pub(super) content_type: &'a str,
    pub(super) payload: &'a [u8],
}

/// Lengths and CRCs of a message, in bytes.
const FRAME: usize = 16;
/// The type of a header whose value is a text.
const TEXT: u8 = 7;

impl Message<'_> {
    /// Appends the message.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut headers = Vec::new();
        for (name, value) in [
            (":message-type", "event"),
            (":event-type", self.kind),
            (":content-type", self.content_type),
        ] {
            // All of these are short.
            headers.push(name.len() as u8);
            headers.extend_from_slice(name.as_bytes());
            headers.push(TEXT);
            headers.extend_from_slice(&(value.len() as u16).to_be_bytes());
            headers.extend_from_slice(value.as_bytes());
        }
        let start = out.len();
        let whole = FRAME + headers.len() + self.payload.len();
        // A payload has at most 6 MiB and 100 bytes.
        out.extend_from_slice(&(whole as u32).to_be_bytes());
        out.extend_from_slice(&(headers.len() as u32).to_be_bytes());
        let prelude = crc32(&out[start..]);
        out.extend_from_slice(&prelude.to_be_bytes());
        out.extend_from_slice(&headers);
        out.extend_from_slice(self.payload);
        let message = crc32(&out[start..]);
        out.extend_from_slice(&message.to_be_bytes());
    }
}

/// The CRC of gzip and Ethernet.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_is_the_one_of_the_specification() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn messages_are_framed() {
        let mut bytes = Vec::new();
        let message = Message {
            kind: "PayloadChunk",
            content_type: "application/octet-stream",
            payload: b"{}",
        };
        message.write(&mut bytes);
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(number(0) as usize, bytes.len());
        assert_eq!(number(8), crc32(&bytes[..8]));
        assert_eq!(number(bytes.len() - 4), crc32(&bytes[..bytes.len() - 4]));
        let headers = number(4) as usize;
        assert_eq!(&bytes[12 + headers..bytes.len() - 4], b"{}");
    }
}
