//! The little of HTML that is needed to read the page that Trunk wrote.

/// The page's elements without their angle brackets: `link rel="icon" href="x"/`, `/head`.
pub fn elements(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .map(|element| element.split('>').next().unwrap_or_default())
}

/// The value of an attribute of an element. Trunk writes all values in double quotes.
pub fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// The address of a style sheet, if the element is a link to one.
pub fn style_sheet(element: &str) -> Option<&str> {
    let is_sheet = element.starts_with("link ") && attribute(element, "rel") == Some("stylesheet");
    is_sheet.then(|| attribute(element, "href")).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_attributes() {
        let html =
            r#"<head><link rel="stylesheet" href="a.css"/><link rel="icon" href="i"></head>"#;
        let all: Vec<_> = elements(html).collect();
        assert_eq!(all.len(), 4);
        assert_eq!(attribute(all[1], "href"), Some("a.css"));
        assert_eq!(attribute(all[1], "ref"), None);
        assert_eq!(style_sheet(all[1]), Some("a.css"));
        assert_eq!(style_sheet(all[2]), None);
    }
}
