//! The objects of a bucket: what the puts and deletions that happened there have left.

use super::{Happening, context};
use crate::timeline::{Happened, Payloads, SessionMeta};
use crate::units::{Moment, SourceId};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest key, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects").
pub const MAX_KEY_BYTES: usize = 1_024;

/// How an object is stored (S3 API reference, PutObject, `x-amz-storage-class`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StorageClass {
    /// Of objects that are often read.
    #[default]
    Standard,
    /// Moved between tiers by S3.
    IntelligentTiering,
    /// Of objects that are seldom read.
    StandardIa,
    /// The same, in one availability zone.
    OnezoneIa,
    /// An archive that is read at once.
    GlacierIr,
    /// An archive that is restored first.
    Glacier,
    /// An archive that takes hours to restore.
    DeepArchive,
}

impl StorageClass {
    /// All that can be asked for, in the order in which S3's console offers them.
    pub const ALL: [StorageClass; 7] = [
        StorageClass::Standard,
        StorageClass::IntelligentTiering,
        StorageClass::StandardIa,
        StorageClass::OnezoneIa,
        StorageClass::GlacierIr,
        StorageClass::Glacier,
        StorageClass::DeepArchive,
    ];

    /// As the API has it.
    pub const fn name(self) -> &'static str {
        match self {
            StorageClass::Standard => "STANDARD",
            StorageClass::IntelligentTiering => "INTELLIGENT_TIERING",
            StorageClass::StandardIa => "STANDARD_IA",
            StorageClass::OnezoneIa => "ONEZONE_IA",
            StorageClass::GlacierIr => "GLACIER_IR",
            StorageClass::Glacier => "GLACIER",
            StorageClass::DeepArchive => "DEEP_ARCHIVE",
        }
    }
}

/// Makes the ETag of an object that is put in one piece and not encrypted with a key of KMS: the MD5
/// digest of its bytes (S3 API reference, "Object").
#[derive(Clone, Default)]
pub struct ETag(Md5);

impl ETag {
    /// The object's next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// 32 hexadecimal digits.
    pub fn finish(self) -> String {
        let digest = self.0.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// An object in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredObject {
    /// Its size in bytes.
    pub size: u64,
    /// Of its contents.
    pub e_tag: String,
    /// How it is stored.
    pub class: StorageClass,
    /// When it was put.
    pub put: Moment,
}

/// The objects of one bucket by their keys, which S3 lists in the order of their UTF-8 bytes. A fold
/// over what happened there that goes on where it stopped.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    read: usize,
    objects: BTreeMap<String, StoredObject>,
}

impl Objects {
    /// Goes on to the last of `happened`, all that happened at the bucket so far; begins again if that
    /// is less than was read.
    pub fn catch_up(
        &mut self,
        session: SessionMeta,
        bucket: SourceId,
        happened: &[Happened],
        payloads: &Payloads,
    ) -> &BTreeMap<String, StoredObject> {
        if happened.len() < self.read {
            *self = Objects::default();
        }
        for happened in happened.iter().skip(self.read) {
            // What is no happening of this version is of a damaged file: it left nothing.
            match serde_json::from_slice(&payloads.get(happened.happening)) {
                Ok(Happening::ObjectPut {
                    key,
                    size,
                    e_tag,
                    class,
                    ..
                }) => {
                    let drawn = context(session, happened.at, happened.number, bucket);
                    let object = StoredObject {
                        size,
                        e_tag: e_tag.unwrap_or_else(|| drawn.hex("etag", 32)),
                        class,
                        put: happened.at,
                    };
                    self.objects.insert(key, object);
                }
                Ok(Happening::ObjectDeleted { key }) => {
                    self.objects.remove(&key);
                }
                Ok(_) | Err(_) => {}
            }
        }
        self.read = happened.len();
        &self.objects
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BUCKET: SourceId = SourceId(1);

    fn put(key: &str, size: u64, e_tag: Option<&str>) -> Happening {
        Happening::ObjectPut {
            key: key.to_owned(),
            size,
            e_tag: e_tag.map(str::to_owned),
            class: StorageClass::Standard,
            body: None,
        }
    }

    fn deleted(key: &str) -> Happening {
        Happening::ObjectDeleted {
            key: key.to_owned(),
        }
    }

    fn happened(all: &[Happening], payloads: &mut Payloads) -> Vec<Happened> {
        let written = all.iter().zip(1..).map(|(happening, number)| Happened {
            at: Moment::from_nanos(number),
            number,
            happening: payloads.add(serde_json::to_vec(happening).unwrap()),
        });
        written.collect()
    }

    #[test]
    fn the_last_put_of_a_key_is_what_is_there() {
        let mut payloads = Payloads::default();
        let all = [
            put("b", 1, None),
            put("a", 2, Some("0123")),
            put("b", 3, None),
            put("c", 4, None),
            deleted("c"),
            deleted("never there"),
        ];
        let happened = happened(&all, &mut payloads);
        let mut objects = Objects::default();
        let session = SessionMeta::default();
        let there = objects.catch_up(session, BUCKET, &happened, &payloads);
        let seen: Vec<_> = there
            .iter()
            .map(|(key, it)| (key.as_str(), it.size))
            .collect();
        assert_eq!(seen, [("a", 2), ("b", 3)]);
        assert_eq!(there["a"].e_tag, "0123");
        assert_eq!(there["b"].e_tag.len(), 32);
        // Back to the past.
        let there = objects.catch_up(session, BUCKET, &happened[..4], &payloads);
        assert_eq!(there.len(), 3);
    }

    /// RFC 1321, section A.5.
    #[test]
    fn an_etag_is_the_md5_of_all_pieces() {
        let mut e_tag = ETag::default();
        e_tag.update(b"message ");
        e_tag.update(b"digest");
        assert_eq!(e_tag.finish(), "f96b697d7cb7938d525a2f31aaf161d0");
        assert_eq!(ETag::default().finish(), "d41d8cd98f00b204e9800998ecf8427e");
    }

    #[test]
    fn classes_are_written_as_the_api_writes_them() {
        for class in StorageClass::ALL {
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
        }
        // What older sessions have kept.
        let old = r#"{"objectPut": {"key": "a", "size": 1}}"#;
        assert_eq!(
            serde_json::from_str::<Happening>(old).unwrap(),
            put("a", 1, None)
        );
    }

    proptest! {
        /// However it is read, piece by piece or at once, the same objects are there; and they are
        /// those that a plain map of the last happenings has.
        #[test]
        fn a_caught_up_list_equals_one_from_scratch(
            drawn in prop::collection::vec((0u8..4, any::<bool>(), 0u64..9), 0..20),
            steps in prop::collection::vec(0usize..20, 0..6),
        ) {
            let all: Vec<Happening> = drawn.iter().map(|(key, gone, size)| match gone {
                true => deleted(&key.to_string()),
                false => put(&key.to_string(), *size, Some("e")),
            }).collect();
            let mut payloads = Payloads::default();
            let happened = happened(&all, &mut payloads);
            let session = SessionMeta::default();
            let mut step_by_step = Objects::default();
            for step in steps {
                step_by_step.catch_up(session, BUCKET, &happened[..step.min(happened.len())], &payloads);
            }
            let there = step_by_step.catch_up(session, BUCKET, &happened, &payloads).clone();
            let mut scratch = Objects::default();
            prop_assert_eq!(&there, scratch.catch_up(session, BUCKET, &happened, &payloads));
            for key in 0..4u8 {
                let last = drawn.iter().rev().find(|it| it.0 == key);
                let wanted = last.filter(|it| !it.1).map(|it| it.2);
                prop_assert_eq!(there.get(&key.to_string()).map(|it| it.size), wanted);
            }
        }
    }
}
