//! What inspection found out, in words.

use runtime_core::sandbox::{DeploymentPackage, ModuleFacts};

/// File names that are listed; packages can have thousands.
const SHOWN_FILES: usize = 50;

/// What is known of a package: name and value.
pub(super) fn package_facts(file_name: &str, package: &DeploymentPackage) -> Vec<(String, String)> {
    let mut rows = vec![("file".to_owned(), file_name.to_owned())];
    if let Some(module) = package.module() {
        rows.extend(module_facts(&module.facts));
    }
    if !package.files.is_empty() {
        let names: Vec<&str> = package.files.names().collect();
        let (count, size) = (names.len(), package.files.size());
        rows.push(("in /var/task".to_owned(), format!("{count} files, {size}")));
        let shown = names
            .get(..names.len().min(SHOWN_FILES))
            .unwrap_or_default();
        rows.push(("files".to_owned(), shown.join(", ")));
    }
    rows
}

/// What is known of a module: name and value.
pub(super) fn module_facts(facts: &ModuleFacts) -> Vec<(String, String)> {
    let mut rows = vec![
        ("module".to_owned(), facts.module_size.to_string()),
        ("functions".to_owned(), facts.functions.to_string()),
        (
            "memory at start".to_owned(),
            facts.initial_memory.to_string(),
        ),
    ];
    let init = match (facts.has_initialize, facts.has_start) {
        (false, false) => "nothing but instantiation",
        (true, false) => "_initialize",
        (false, true) => "start function",
        (true, true) => "start function, _initialize",
    };
    rows.push(("INIT runs".to_owned(), init.to_owned()));
    let exports: Vec<&str> = facts.exports.iter().map(|it| it.name.as_str()).collect();
    rows.push(("exports".to_owned(), exports.join(", ")));
    let imports: Vec<String> = facts
        .imports
        .iter()
        .map(|it| format!("{}.{}", it.module, it.name))
        .collect();
    rows.push((
        "imports".to_owned(),
        if imports.is_empty() {
            "none".into()
        } else {
            imports.join(", ")
        },
    ));
    let tools: Vec<String> = facts
        .producers
        .tools
        .iter()
        .map(|tool| format!("{} {}", tool.name, tool.version))
        .collect();
    if !tools.is_empty() {
        rows.push(("made with".to_owned(), tools.join(", ")));
    }
    rows
}
