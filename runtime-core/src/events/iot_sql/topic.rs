//! Topic filters (AWS IoT Core, "MQTT topics").

use super::error::SqlFault;

/// The longest topic in bytes, and its most slashes (AWS IoT Core, "endpoints and quotas").
const LONGEST: usize = 256;
const SLASHES: usize = 7;

/// Which topics a rule listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TopicFilter {
    levels: Vec<String>,
}

impl TopicFilter {
    /// A fault has its place in bytes.
    pub(super) fn parse(text: &str) -> Result<TopicFilter, (usize, SqlFault)> {
        if text.is_empty() {
            return Err((0, SqlFault::EmptyTopic));
        }
        let levels: Vec<String> = text.split('/').map(str::to_owned).collect();
        if text.len() > LONGEST || levels.len() > SLASHES + 1 {
            return Err((0, SqlFault::TopicTooLong));
        }
        let mut at = 0;
        for (index, level) in levels.iter().enumerate() {
            if let Some((inside, wildcard)) = level
                .char_indices()
                .find(|(_, character)| matches!(character, '#' | '+'))
            {
                let last = index + 1 == levels.len();
                if level.len() > 1 || (wildcard == '#' && !last) {
                    return Err((at + inside, SqlFault::TopicWildcard { wildcard }));
                }
            }
            at += level.len() + 1;
        }
        Ok(TopicFilter { levels })
    }

    /// `a/#` is `a/` and all below it, but not `a`.
    pub(super) fn matches(&self, topic: &str) -> bool {
        // Wildcards at the beginning do not reach into the reserved topics.
        let first = self.levels.first().map_or("", String::as_str);
        if topic.starts_with('$') && matches!(first, "#" | "+") {
            return false;
        }
        let mut topic = topic.split('/');
        for level in &self.levels {
            match (level.as_str(), topic.next()) {
                ("#", found) => return found.is_some(),
                ("+", Some(_)) => {}
                (wanted, found) if found == Some(wanted) => {}
                _ => return false,
            }
        }
        topic.next().is_none()
    }
}
