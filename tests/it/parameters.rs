//! Every parameter of every entry: its bounds, its other values, and what it refuses.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tokio_cmd::catalog::manifest::{Kind, ParameterManifest};
use tokio_cmd::error::Exit;
use tokio_cmd::render::parameters::{self, Parameter};
use tokio_cmd::render::tokens::{Token, tokens};
use tokio_cmd::render::value::{self, Value};

use crate::bounds::just_outside;
use crate::content::{Complaints, sets};

/// No value of any kind but text.
const HOSTILE: [&str; 12] = [
    "",
    " ",
    "1); evil('",
    "1; const EVIL: u8 = 1",
    "«1»",
    "{{ 1 }}",
    "0x10",
    "1usize",
    "--1",
    "\0",
    "Duration::from_secs(1)",
    "1\n",
];

/// Tells the law about one parameter where it stands.
fn for_every_parameter(law: &str, check: impl Fn(&str, &Parameter<'_>, &mut Complaints)) {
    let mut broken = Complaints::default();
    let mut checked = 0;
    for set in sets() {
        let all = parameters::find(&set.parameters, &set.files).unwrap();
        for parameter in &all {
            check(&set.name, parameter, &mut broken);
            checked += 1;
        }
    }
    broken.must_be_none(law);
    assert!(checked > 20, "only {checked} parameters were looked at");
}

/// The code with which `--set NAME=VALUE` is refused, or nothing where it is taken.
fn refusal(parameter: &Parameter<'_>, text: &str) -> Option<(&'static str, Exit)> {
    let set = format!("{}={text}", parameter.name);
    parameters::settings("x", std::slice::from_ref(parameter), &[set])
        .err()
        .map(|problem| (problem.code, problem.exit))
}

#[test]
fn another_value_of_every_parameter_stands_in_its_file_and_changes_nothing_else() {
    let mut broken = Complaints::default();
    for set in sets() {
        let all = parameters::find(&set.parameters, &set.files).unwrap();
        for parameter in &all {
            let Some(other) = &another_value(parameter) else {
                broken.add(format!(
                    "{}: `{}` has no second value",
                    set.name, parameter.name
                ));
                continue;
            };
            let values = BTreeMap::from([(parameter.name.to_owned(), other.clone())]);
            let rendered = parameters::render(&all, &set.files, &values).unwrap();
            let changed: Vec<_> = rendered
                .iter()
                .filter(|(path, text)| set.files[*path] != **text)
                .map(|(path, _)| path.as_str())
                .collect();
            broken.unless(changed == [parameter.file], || {
                format!("{}: `{}` changed {changed:?}", set.name, parameter.name)
            });
            // Read back, every parameter has the value that was set, or its default.
            for read in parameters::find(&set.parameters, &rendered).unwrap() {
                let own = all.iter().find(|own| own.name == read.name).unwrap();
                let expected = if read.name == parameter.name {
                    other
                } else {
                    &own.default
                };
                broken.unless(read.default == *expected, || {
                    format!(
                        "{}: with `{}={}`, `{}` reads as {:?}",
                        set.name,
                        parameter.name,
                        value::show(other),
                        read.name,
                        read.default
                    )
                });
            }
        }
    }
    broken.must_be_none("another value stands in the const and nowhere else");
}

/// A value other than the default that can be read back from the file: a text without anything to escape.
fn another_value(parameter: &Parameter<'_>) -> Option<Value> {
    if parameter.manifest.kind == Kind::Text {
        return Some(Value::Text("another text".to_owned()));
    }
    let others = parameter.other_values().into_iter();
    others.into_iter().find(|value| *value != parameter.default)
}

#[test]
fn every_default_and_every_bound_is_a_value_that_is_taken() {
    for_every_parameter(
        "defaults and bounds are taken",
        |name, parameter, broken| {
            let manifest = parameter.manifest;
            broken.unless(value::within(manifest, &parameter.default), || {
                format!(
                    "{name}: the default of `{}` is out of bounds",
                    parameter.name
                )
            });
            let default = value::show(&parameter.default);
            for written in [&manifest.min, &manifest.max]
                .into_iter()
                .flatten()
                .map(ToString::to_string)
                .chain([default])
            {
                broken.unless(refusal(parameter, &written).is_none(), || {
                    format!("{name}: `{}={written}` is refused", parameter.name)
                });
            }
            broken.unless(!parameter.help.is_empty(), || {
                format!("{name}: `{}` has no help", parameter.name)
            });
        },
    );
}

#[test]
fn what_is_out_of_bounds_is_refused() {
    for_every_parameter("out of bounds is refused", |name, parameter, broken| {
        for text in just_outside(parameter.manifest) {
            broken.unless(
                refusal(parameter, &text) == Some(("out-of-bounds", Exit::Usage)),
                || format!("{name}: `{}={text}` is taken", parameter.name),
            );
        }
    });
}

#[test]
fn what_is_not_of_its_kind_is_refused() {
    for_every_parameter("wrong kinds are refused", |name, parameter, broken| {
        if parameter.manifest.kind == Kind::Text {
            return;
        }
        for text in HOSTILE {
            broken.unless(
                refusal(parameter, text) == Some(("bad-value", Exit::Usage)),
                || format!("{name}: `{}={text:?}` is taken", parameter.name),
            );
        }
    });
}

#[test]
fn an_unknown_parameter_and_a_setting_without_a_value_are_refused() {
    for set in sets() {
        let all = parameters::find(&set.parameters, &set.files).unwrap();
        for (setting, code) in [("no_such=1", "unknown-parameter"), ("no_such", "usage")] {
            let refused = parameters::settings("x", &all, &[setting.to_owned()]).unwrap_err();
            assert_eq!(
                (refused.code, refused.exit),
                (code, Exit::Usage),
                "{}",
                set.name
            );
        }
    }
}

#[test]
fn a_text_cannot_leave_its_literal() {
    let manifest = ParameterManifest {
        constant: "TEXT".into(),
        kind: Kind::Text,
        min: None,
        max: None,
        choices: BTreeMap::new(),
    };
    let manifests = BTreeMap::from([("text".to_owned(), manifest)]);
    let source = "/// Help.\nconst TEXT: &str = \"abc\";\nconst AFTER: u8 = 1;\n";
    let files = BTreeMap::from([("main.rs".to_owned(), Cow::Borrowed(source))]);
    let all = parameters::find(&manifests, &files).unwrap();
    let kinds =
        |text: &str| -> Vec<Token> { tokens(text).into_iter().map(|(token, _)| token).collect() };
    for hostile in HOSTILE.into_iter().chain([
        "\"; evil(); \"",
        "\\",
        "\\\"",
        "\\\\\"; evil()",
        "*/ \" /*",
        "\r\n\t",
        "\u{1b}[31m",
        "\u{2028}\u{202e}",
        "{evil}",
        "ä€😀",
        "\"#\"##",
    ]) {
        let set = format!("text={hostile}");
        let values = parameters::settings("x", &all, &[set]).unwrap();
        assert_eq!(values["text"], Value::Text(hostile.to_owned()));
        let rendered = parameters::render(&all, &files, &values).unwrap();
        let text = &rendered["main.rs"];
        assert_eq!(kinds(text), kinds(source), "{hostile:?} in {text}");
        let rest = text.replace(text.lines().nth(1).unwrap(), "const TEXT: &str = \"abc\";");
        assert_eq!(rest, source, "{hostile:?} stays on its line");
        assert!(
            text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)),
            "{text:?}"
        );
    }
}
