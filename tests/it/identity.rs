//! Lifted and rendered with its own values, every file is itself, byte for byte.

use std::collections::BTreeMap;

use tokio_cmd::render::parameters;
use tokio_cmd::render::{engine::Template, lift};

use crate::content::{Complaints, sets};

#[test]
fn every_rust_file_rendered_with_the_defaults_is_itself() {
    let mut broken = Complaints::default();
    let mut lifted = 0;
    for set in sets() {
        let all = parameters::find(&set.parameters, &set.files).unwrap();
        // Once with nothing set, and once with every default said as a value: what `--set` prints is how it is written.
        let defaults: BTreeMap<_, _> = all
            .iter()
            .map(|parameter| (parameter.name.to_owned(), parameter.default.clone()))
            .collect();
        for (path, text) in set.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            lifted += 1;
            for (how, values) in [("nothing", &BTreeMap::new()), ("every default", &defaults)] {
                let rendered = parameters::render_file(&all, path, text, values);
                let rendered = rendered.unwrap_or_else(|error| format!("{error:#}"));
                broken.unless(rendered == *text, || {
                    format!(
                        "{}: {path} with {how} set: {}",
                        set.name,
                        first_difference(text, &rendered)
                    )
                });
            }
        }
    }
    broken.must_be_none("a file rendered with its defaults is the file");
    assert!(lifted > 37, "only {lifted} files were lifted");
}

fn first_difference(text: &str, rendered: &str) -> String {
    let mut lines = text.lines().zip(rendered.lines());
    lines.find(|(own, other)| own != other).map_or_else(
        || "another length".to_owned(),
        |(own, other)| format!("`{own}` became `{other}`"),
    )
}

/// Every text of up to four of the characters that delimiters, their whitespace marks and strings are made of.
fn hostile_texts(longest: usize) -> Vec<String> {
    let alphabet = ["«", "»", "<", "%", "#", ">", "-", "\"", "\\", "\n", " a "];
    let mut texts = vec![String::new()];
    let mut begin = 0;
    for _ in 0..longest {
        let end = texts.len();
        for at in begin..end {
            for character in alphabet {
                texts.push(format!("{}{character}", texts[at]));
            }
        }
        begin = end;
    }
    texts
}

#[track_caller]
fn is_itself(source: &str) {
    let template = Template::parse("hostile.rs", &lift::template(source, &[])).expect(source);
    let rendered = template.render(&BTreeMap::<&str, &str>::new()).unwrap();
    assert_eq!(rendered, source);
}

#[test]
fn a_file_made_of_delimiters_is_itself() {
    let texts = hostile_texts(4);
    for delimiter in lift::DELIMITERS {
        assert!(texts.iter().any(|text| text == delimiter), "{delimiter}");
    }
    is_itself(&texts.join("x"));
    is_itself(&texts.concat());
}

#[test]
fn a_file_that_begins_or_ends_with_a_delimiter_is_itself() {
    for text in hostile_texts(3) {
        is_itself(&text);
    }
}

#[test]
fn a_parameter_between_delimiters_is_found_and_the_rest_stays() {
    let source = "// « » <% %> <# #>\nconst A: usize = 1; // «\"»\nconst B: &str = \"<% if %>\";\n";
    let at = source.find("1;").unwrap();
    let lifted = lift::template(source, &[(at..at + 1, "p0")]);
    let template = Template::parse("hostile.rs", &lifted).unwrap();
    let rendered = template.render(&BTreeMap::from([("p0", "«2»")])).unwrap();
    assert_eq!(rendered, source.replace("= 1;", "= «2»;"));
}
