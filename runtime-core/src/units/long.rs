//! Lists that only grow.

/// Lists shorter than this double when they are full, as vectors do.
const SHORT: usize = 1_024;

/// Adds an item to a list that is kept to the end of a session. Where it is long it grows by a quarter:
/// doubled, half of it could be empty, and where it lay before is a hole in a page's memory, which
/// never gets smaller.
pub(crate) fn push_long<T>(list: &mut Vec<T>, item: T) {
    if let Some(more) = room(list.len(), list.capacity()) {
        list.reserve_exact(more);
    }
    list.push(item);
}

/// How much more room a long list that is full gets.
pub(super) fn room(length: usize, capacity: usize) -> Option<usize> {
    (length == capacity && length >= SHORT).then_some(length / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_never_half_empty() {
        let mut list = Vec::new();
        for item in 0..100_000 {
            push_long(&mut list, item);
            assert!(list.len() < SHORT || list.capacity() <= list.len() * 5 / 4 + SHORT);
        }
        assert!(list.iter().copied().eq(0..100_000));
    }
}
