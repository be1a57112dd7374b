//! Lists that come in pages.

use super::error::ApiError;
use super::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The most items that a request may ask for; a page may hold fewer.
const MAX_ITEMS: i64 = 10_000;

/// A page of a list, and the marker of the next one. `key` tells items apart and puts them in the order
/// that they have in the list, so that a page goes on at the right place though items come and go;
/// `most` is what a page can hold.
pub(super) fn page<T, K: Ord + std::fmt::Display + std::str::FromStr>(
    request: &Request,
    most: usize,
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let wanted = match request.parameter("MaxItems") {
        None => most,
        Some(text) => items_wanted(&text)?.min(most),
    };
    let from: Option<K> = match request.parameter("Marker").filter(|it| !it.is_empty()) {
        None => None,
        Some(marker) => Some(read_marker(&marker)?),
    };
    let mut items = items
        .into_iter()
        .filter(|item| from.as_ref().is_none_or(|from| key(item) >= *from));
    let page: Vec<T> = items.by_ref().take(wanted).collect();
    let next = items
        .next()
        .map(|item| URL_SAFE_NO_PAD.encode(key(&item).to_string()));
    Ok((page, next))
}

fn items_wanted(text: &str) -> Result<usize, ApiError> {
    let place = |must: &str| ApiError::constraint(text, "maxItems", must);
    match text.parse::<i64>() {
        Ok(number) if number < 1 => Err(place("have value greater than or equal to 1")),
        Ok(number) if number > MAX_ITEMS => Err(place("have value less than or equal to 10000")),
        Ok(number) => Ok(number as usize),
        Err(_) => Err(place("be a whole number")),
    }
}

/// Markers are opaque to clients; this wording is our own.
fn read_marker<K: std::str::FromStr>(marker: &str) -> Result<K, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(marker).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| ApiError::invalid("The Marker is none that a page of this list ended with."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str) -> Request {
        Request {
            query: query.to_owned(),
            ..Request::default()
        }
    }

    #[test]
    fn pages_follow_each_other() {
        let items: Vec<u32> = (1..=120).collect();
        let mut seen = Vec::new();
        let mut query = String::from("MaxItems=70");
        loop {
            let (page, next) = page(&request(&query), 50, items.clone(), |it| *it).unwrap();
            assert!(page.len() <= 50);
            seen.extend(page);
            match next {
                Some(marker) => query = format!("MaxItems=7&Marker={marker}"),
                None => break,
            }
        }
        assert_eq!(seen, items);
    }

    #[test]
    fn a_page_goes_on_where_its_first_item_has_gone() {
        let (_, next) = page(&request("MaxItems=2"), 50, [1, 2, 3, 4], |it| *it).unwrap();
        let query = format!("Marker={}", next.unwrap());
        let (rest, next) = page(&request(&query), 50, [1, 4, 5], |it| *it).unwrap();
        assert_eq!((rest, next), (vec![4, 5], None));
    }

    #[test]
    fn bounds_and_markers_are_checked() {
        for query in [
            "MaxItems=0",
            "MaxItems=10001",
            "MaxItems=x",
            "Marker=%25",
            "Marker=YWJj",
        ] {
            assert!(
                page(&request(query), 50, [1u32], |it| *it).is_err(),
                "{query}"
            );
        }
    }
}
