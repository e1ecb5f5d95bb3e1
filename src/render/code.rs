//! The code of an entry as it is handed out: which file, with or without its tests, in how many files.

use super::lift;
use super::parameters::Files;
use super::tokens::{Token, tokens};
use crate::catalog::entry::Entry;
use crate::catalog::head;

/// How the code of an entry is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodeForm {
    pub with_tests: bool,
    /// One file, the module inlined.
    pub program: bool,
}

/// The code that is handed out: the module, or `main.rs` where there is none; or both as one file.
pub fn of(files: &Files, entry: &Entry, form: CodeForm) -> String {
    let file = |path: &str| files.get(path).map_or("", |text| text.as_ref());
    let cut = |text: &str| {
        if form.with_tests {
            text.to_owned()
        } else {
            lift::without_tests(text)
        }
    };
    let Some((module, _)) = entry.module() else {
        return cut(file("main.rs"));
    };
    if form.program {
        inlined(&cut(file("main.rs")), module, &cut(file(module)))
    } else {
        cut(file(module))
    }
}

/// `main.rs` with `mod NAME;` replaced by the module itself.
fn inlined(main: &str, file: &str, module: &str) -> String {
    let name = file.trim_end_matches(".rs");
    let mut out = String::new();
    for line in main.split_inclusive('\n') {
        let statement = line.trim();
        if statement == format!("mod {name};") || statement == format!("pub mod {name};") {
            out.push_str(statement.trim_end_matches(';'));
            out.push_str(" {\n");
            out.push_str(&indented(module));
            out.push_str("}\n");
        } else {
            out.push_str(line);
        }
    }
    out
}

/// Four blanks further in, but for the lines that a string goes over: they are its value.
fn indented(code: &str) -> String {
    let strings: Vec<_> = tokens(code)
        .into_iter()
        .filter(|(token, _)| *token == Token::Literal)
        .map(|(_, span)| span)
        .collect();
    let mut out = String::with_capacity(code.len() + code.len() / 8);
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let in_string = strings.iter().any(|span| span.start < at && at < span.end);
        if line.trim_end() != "" && !in_string {
            out.push_str("    ");
        }
        out.push_str(line);
        at += line.len();
    }
    out
}

/// Without the `//!` block, which a page says in its own words above the code.
pub fn headless(code: &str) -> String {
    code[head::head(code).end..].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inlined_module_is_indented_and_its_strings_are_not() {
        let main = "//! Demo.\n\npub mod a;\n\nfn main() {}\n";
        let module = "//! Module.\n\nconst A: &str = \"x\n  y\n\nz\";\n";
        let expected = "//! Demo.\n\npub mod a {\n    //! Module.\n\n    const A: &str = \"x\n  y\n\nz\";\n}\n\nfn main() {}\n";
        assert_eq!(inlined(main, "a.rs", module), expected);
    }
}
