//! The page's style sheets as two files: one that comes with the page, and one for the parts that come once
//! the page can be used (`class="later"`), whose address a `<meta>` element tells. Their names have a hash of
//! their contents, so that a new page never meets an old sheet. Comments and spaces stay behind.

use crate::html::{attribute, elements, style_sheet};
use crate::minify::{Language, minified};
use crate::workspace::{content_hash, read};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// The folder of the sheets, as addresses and below the static files. The joined sheet lies in it
/// too, so that addresses in sheets keep their meaning.
const FOLDER: &str = "styles/";

/// Names the `<meta>` element with the address of the sheet that comes later.
pub const LATER: &str = "parts_styles";

/// Joins the sheets that the page names, in their order, and names the results instead.
///
/// # Errors
/// If a sheet is missing, or uses what cannot be joined.
pub fn joined(html: &str, folder: &Path) -> Result<String> {
    let links: Vec<(&str, &str)> = elements(html)
        .filter_map(|element| Some((element, style_sheet(element)?)))
        .filter(|(_, address)| address.trim_start_matches("./").starts_with(FOLDER))
        .collect();
    let (later, first): (Vec<_>, Vec<_>) = links
        .into_iter()
        .partition(|(element, _)| attribute(element, "class") == Some("later"));
    let mut page = html.to_owned();
    for (sheets, name) in [(&first, "app"), (&later, "parts")] {
        let Some((place, _)) = sheets.first() else {
            continue;
        };
        let address = written(sheets, folder, name)?;
        let link = match name {
            "app" => format!("<link rel=\"stylesheet\" href=\"./{address}\">"),
            _ => format!("<meta name=\"{LATER}\" content=\"./{address}\">"),
        };
        page = page.replacen(&format!("<{place}>"), &link, 1);
        for (element, _) in sheets.iter().skip(1) {
            page = page.replacen(&format!("<{element}>"), "", 1);
        }
    }
    Ok(page)
}

/// Writes sheets as one; its address.
fn written(sheets: &[(&str, &str)], folder: &Path, name: &str) -> Result<String> {
    let mut all = String::new();
    for (_, address) in sheets {
        let path = folder.join(address.trim_start_matches("./"));
        let sheet = String::from_utf8(read(&path)?).context("a style sheet")?;
        if sheet.contains("@import") {
            bail!("{address}: @import must come first, which it does not in a joined sheet");
        }
        all.push_str(&sheet);
        all.push('\n');
    }
    let all = minified(&all, Language::Css)?;
    let address = format!("{FOLDER}{name}-{}.css", content_hash([&all[..]]));
    std::fs::write(folder.join(&address), all).context("the joined style sheet")?;
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_joined_in_order() {
        let folder = std::env::temp_dir().join(format!("coldstart-styles-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("styles")).unwrap();
        std::fs::write(folder.join("styles/b.css"), "b { top: 0 }").unwrap();
        std::fs::write(folder.join("styles/a.css"), "/* a */ a { top: 1px }").unwrap();
        let html = r#"<link rel="stylesheet" href="styles/b.css"/><link rel="icon" href="i"/><link rel="stylesheet" href="./styles/a.css">"#;
        let page = joined(html, &folder).unwrap();
        let sheets: Vec<_> = elements(&page).filter_map(style_sheet).collect();
        assert_eq!(sheets.len(), 1, "{page}");
        assert!(page.contains(r#"<link rel="icon" href="i"/>"#), "{page}");
        let sheet = folder.join(sheets[0].trim_start_matches("./"));
        assert_eq!(
            std::fs::read_to_string(sheet).unwrap(),
            "b{top:0}a{top:1px}\n"
        );

        let html = html.replacen("<link ", "<link class=\"later\" ", 1);
        let page = joined(&html, &folder).unwrap();
        let sheets: Vec<_> = elements(&page).filter_map(style_sheet).collect();
        assert_eq!(sheets.len(), 1, "{page}");
        let later = crate::sizes::asset_address(&page, LATER).unwrap();
        let later = folder.join(later.trim_start_matches("./"));
        assert_eq!(std::fs::read_to_string(later).unwrap(), "b{top:0}\n");
        let html = html.as_str();

        std::fs::write(folder.join("styles/a.css"), "@import 'x';").unwrap();
        assert!(joined(html, &folder).is_err());
        assert!(joined(r#"<link rel="stylesheet" href="styles/none.css">"#, &folder).is_err());
        assert_eq!(joined("<p>", &folder).unwrap(), "<p>");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
