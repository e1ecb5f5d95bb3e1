//! The parameters of an entry: constants of its files that `--set` may change.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::engine::Template;
use super::lift;
use super::value::{self, Value};
use crate::catalog::manifest::ParameterManifest;
use crate::error::Problem;

/// A parameter as it stands in a file.
#[derive(Debug)]
pub struct Parameter<'a> {
    pub name: &'a str,
    pub manifest: &'a ParameterManifest,
    pub file: &'a str,
    pub help: String,
    pub default: Value,
    place: Range<usize>,
    expression: &'a str,
}

pub type Files = BTreeMap<String, Cow<'static, str>>;

/// Finds every parameter that a manifest names.
///
/// # Errors
/// With file and line, when a const is missing, stands twice, or cannot be read as its kind.
pub fn find<'a>(
    manifests: &'a BTreeMap<String, ParameterManifest>,
    files: &'a Files,
) -> anyhow::Result<Vec<Parameter<'a>>> {
    let mut found = Vec::new();
    if manifests.is_empty() {
        return Ok(found);
    }
    let sources: Vec<_> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("mistakes/"))
        .map(|(path, text)| (path.as_str(), text.as_ref(), lift::constants(text)))
        .collect();
    for (name, manifest) in manifests {
        let mut places = sources.iter().flat_map(|(path, text, constants)| {
            constants
                .iter()
                .filter(|c| c.name == manifest.constant)
                .map(move |c| (*path, *text, c))
        });
        let (Some((file, text, constant)), None) = (places.next(), places.next()) else {
            anyhow::bail!(
                "parameter `{name}`: `const {}` must stand at the top level of exactly one file",
                manifest.constant
            );
        };
        let expression = &text[constant.value.clone()];
        let Some(default) = value::parse_default(manifest, expression) else {
            anyhow::bail!(
                "{file}:{}: parameter `{name}`: `{expression}` is no {}",
                constant.line,
                manifest.kind.name()
            );
        };
        found.push(Parameter {
            name,
            manifest,
            file,
            help: constant.doc.clone(),
            default,
            place: constant.value.clone(),
            expression,
        });
    }
    Ok(found)
}

/// Reads `name=value` pairs against the parameters: every value is of its kind and within its bounds, or refused.
///
/// # Errors
/// [`Problem`] naming the parameter and what it takes.
pub fn settings(
    entry: &str,
    parameters: &[Parameter<'_>],
    sets: &[String],
) -> Result<BTreeMap<String, Value>, Problem> {
    let mut values = BTreeMap::new();
    for set in sets {
        let Some((name, text)) = set.split_once('=') else {
            return Err(Problem::wording(
                format!("{} is no `name=value`", crate::error::quoted(set)),
                "for example `--set capacity=64`",
            ));
        };
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
            let known: Vec<_> = parameters
                .iter()
                .map(|parameter| parameter.name.to_owned())
                .collect();
            return Err(Problem::unknown_parameter(entry, name, &known));
        };
        let manifest = parameter.manifest;
        let wants = value::wants(manifest.kind, &manifest.choices);
        let value = value::parse(manifest.kind, &manifest.choices, text)
            .ok_or_else(|| Problem::bad_value(name, text, &wants))?;
        if !value::within(manifest, &value) {
            let bounds = value::bounds(manifest).unwrap_or(wants);
            return Err(Problem::out_of_bounds(name, text, &bounds));
        }
        if values.insert(name.to_owned(), value).is_some() {
            return Err(Problem::wording(
                format!("`{name}` is set twice"),
                "give each parameter once",
            ));
        }
    }
    Ok(values)
}

/// The files with these values in place. Without values they are the entry's own, byte for byte.
///
/// # Errors
/// When a lifted template does not render, which the laws rule out.
pub fn render(
    parameters: &[Parameter<'_>],
    files: &Files,
    values: &BTreeMap<String, Value>,
) -> anyhow::Result<Files> {
    let mut rendered = files.clone();
    let touched = |path: &str| {
        parameters
            .iter()
            .any(|parameter| parameter.file == path && values.contains_key(parameter.name))
    };
    for (path, text) in files.iter().filter(|(path, _)| touched(path)) {
        let text = render_file(parameters, path, text, values)?;
        rendered.insert(path.clone(), Cow::Owned(text));
    }
    Ok(rendered)
}

/// One file through the engine; a parameter without a value keeps the file's own expression.
///
/// # Errors
/// As for [`render`].
pub fn render_file(
    parameters: &[Parameter<'_>],
    path: &str,
    text: &str,
    values: &BTreeMap<String, Value>,
) -> anyhow::Result<String> {
    let here: Vec<_> = parameters
        .iter()
        .filter(|parameter| parameter.file == path)
        .collect();
    let names: Vec<_> = (0..here.len()).map(|index| format!("p{index}")).collect();
    let places: Vec<_> = here
        .iter()
        .zip(&names)
        .map(|(parameter, name)| (parameter.place.clone(), name.as_str()))
        .collect();
    let expressions: BTreeMap<_, _> = here
        .iter()
        .zip(&names)
        .map(|(parameter, name)| {
            let own = || parameter.expression.to_owned();
            let written = values.get(parameter.name);
            let expression = written.map_or_else(own, |v| {
                value::rust(parameter.manifest, v, parameter.expression)
            });
            (name.as_str(), expression)
        })
        .collect();
    Template::parse(path, &lift::template(text, &places))?.render(&expressions)
}

impl Parameter<'_> {
    /// Values to prove the parameter with: its bounds, and one other than the default.
    pub fn other_values(&self) -> Vec<Value> {
        let bounds = [&self.manifest.min, &self.manifest.max];
        let mut values: Vec<_> = bounds
            .into_iter()
            .flatten()
            .filter_map(|bound| value::bound(self.manifest, bound))
            .collect();
        let changed = match &self.default {
            Value::Bool(value) => vec![Value::Bool(!value)],
            Value::Integer(value) => vec![Value::Integer(value + 1), Value::Integer(value - 1)],
            Value::Float(value) => vec![Value::Float(value + 0.5), Value::Float(value / 2.0)],
            Value::Text(value)
                if self.manifest.kind == crate::catalog::manifest::Kind::SocketAddress =>
            {
                let other = if value == "127.0.0.1:0" {
                    "127.0.0.2:0"
                } else {
                    "127.0.0.1:0"
                };
                vec![Value::Text(other.to_owned())]
            }
            Value::Text(value) => vec![Value::Text(format!("{value}\"x"))],
            // A round one where it may be: timers count in milliseconds, and tests in parts of it.
            Value::Duration(nanos) => vec![
                Value::Duration(nanos * 2),
                Value::Duration(nanos + 1_000_000),
                Value::Duration(nanos / 2),
            ],
            Value::Size(bytes) => vec![Value::Size(bytes + 1), Value::Size(bytes / 2)],
            Value::Choice(name) => {
                let other = self.manifest.choices.keys().find(|choice| *choice != name);
                other
                    .map(|name| Value::Choice(name.clone()))
                    .into_iter()
                    .collect()
            }
        };
        let inside = |value: &Value| value::within(self.manifest, value);
        values.extend(changed.into_iter().find(inside));
        values
    }
}
