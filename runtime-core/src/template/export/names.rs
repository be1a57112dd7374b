//! Logical ids: letters and digits, each once in a template.

use std::collections::BTreeSet;

/// The ids that are taken. Ids of one kind of resource end with a word of its own, so that none of them is
/// one that SAM makes of a function's: `...Role`, `...Url`, `...Event`.
#[derive(Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

/// The longest that a name adds to an id; CloudFormation allows 255 characters, and SAM appends its own.
const LONGEST: usize = 100;

impl Names {
    /// A free id for something called `name`, with a word for what it is at its end.
    pub(super) fn free(&mut self, name: &str, kind: &str) -> String {
        let stem = stem(name);
        let numbered = (1_u32..).map(|number| match number {
            1 => format!("{stem}{kind}"),
            number => format!("{stem}{number}{kind}"),
        });
        let mut free = numbered.filter(|it| !self.taken.contains(it));
        let id = free.next().unwrap_or_default();
        self.taken.insert(id.clone());
        id
    }
}

/// The name's letters and digits, each word with a capital.
fn stem(name: &str) -> String {
    let name = name.strip_suffix(".fifo").unwrap_or(name);
    let mut stem = String::new();
    let mut begins = true;
    for c in name.chars() {
        match c.is_ascii_alphanumeric() {
            true if begins => stem.push(c.to_ascii_uppercase()),
            true => stem.push(c),
            false => {}
        }
        begins = !c.is_ascii_alphanumeric();
    }
    stem.truncate(LONGEST);
    match stem.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => stem,
        false => format!("The{stem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_and_each_there_once() {
        let mut names = Names::default();
        let mut free = |name| names.free(name, "Queue");
        assert_eq!(free("orders"), "OrdersQueue");
        assert_eq!(free("orders.fifo"), "Orders2Queue");
        assert_eq!(free("my-first_queue"), "MyFirstQueueQueue");
        assert_eq!(free("2nd"), "The2ndQueue");
        assert_eq!(free(""), "TheQueue");
    }
}
