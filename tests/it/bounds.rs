//! The nearest values outside of a parameter's bounds.

use tokio_cmd::catalog::manifest::{Kind, ParameterManifest};
use tokio_cmd::render::value::{self, Value};

/// Values that are of the kind, and below its `min` or above its `max`. What the kind itself cannot hold is no value of
/// it and not among them.
pub(crate) fn just_outside(manifest: &ParameterManifest) -> Vec<String> {
    let bound = |bound: &Option<_>| bound.as_ref().and_then(|b| value::bound(manifest, b));
    let below = bound(&manifest.min).and_then(|min| stepped(&min, -1));
    let above = bound(&manifest.max).and_then(|max| stepped(&max, 1));
    let outside = [below, above].into_iter().flatten();
    outside
        .filter(|text| value::parse(manifest.kind, &manifest.choices, text).is_some())
        .collect()
}

/// The smallest step away that can be written.
fn stepped(value: &Value, step: i8) -> Option<String> {
    let moved = |number: u128| number.checked_add_signed(i128::from(step));
    Some(match value {
        Value::Integer(number) => (number + i128::from(step)).to_string(),
        Value::Float(number) => (number + f64::from(step) * 0.001).to_string(),
        Value::Duration(nanos) => format!("{}ns", moved(*nanos)?),
        Value::Size(bytes) => moved(u128::from(*bytes))?.to_string(),
        Value::Bool(_) | Value::Text(_) | Value::Choice(_) => return None,
    })
}

#[test]
fn the_step_leaves_the_bounds_on_both_sides() {
    let manifest = ParameterManifest {
        constant: "X".into(),
        kind: Kind::Duration,
        min: Some(tokio_cmd::catalog::manifest::Bound::Text("1ms".into())),
        max: Some(tokio_cmd::catalog::manifest::Bound::Text("1s".into())),
        choices: std::collections::BTreeMap::new(),
    };
    assert_eq!(just_outside(&manifest), ["999999ns", "1000000001ns"]);
}
