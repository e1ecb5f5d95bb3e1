//! Values of parameters: read from what the user writes, checked, and printed as Rust. Text is never pasted into code.
//!
//! Shared with `build.rs`: it depends on the manifests and nothing else.

use std::collections::BTreeMap;

use crate::catalog::manifest::{Bound, Kind, ParameterManifest};

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    /// In nanoseconds.
    Duration(u128),
    /// In bytes.
    Size(u64),
    /// The name of a choice, never its expression.
    Choice(String),
}

const UNITS: [(&str, u128); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

const SIZES: [(&str, u64); 8] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
    ("", 1),
];

/// What a value of this kind looks like, for messages.
pub fn wants(kind: Kind, choices: &BTreeMap<String, String>) -> String {
    match kind {
        Kind::Bool => "`true` or `false`".into(),
        Kind::F64 => "a number".into(),
        Kind::Text => "text".into(),
        Kind::Duration => "a duration such as `250ms` or `5s`".into(),
        Kind::Size => "a size such as `8KiB` or `4096`".into(),
        Kind::SocketAddress => "a socket address such as `127.0.0.1:0`".into(),
        Kind::Choice => {
            let names: Vec<_> = choices.keys().map(|name| format!("`{name}`")).collect();
            format!("one of {}", names.join(", "))
        }
        _ => format!("a whole number ({})", kind.name()),
    }
}

/// Reads what the user wrote. `None`: it is not of this kind.
pub fn parse(kind: Kind, choices: &BTreeMap<String, String>, text: &str) -> Option<Value> {
    match kind {
        Kind::Bool => text.parse().ok().map(Value::Bool),
        Kind::F64 => text
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
            .map(Value::Float),
        Kind::Text => Some(Value::Text(text.to_owned())),
        Kind::Duration => duration(text).map(Value::Duration),
        Kind::Size => size(text).map(Value::Size),
        Kind::SocketAddress => {
            let address: std::net::SocketAddr = text.parse().ok()?;
            Some(Value::Text(address.to_string()))
        }
        Kind::Choice => choices
            .contains_key(text)
            .then(|| Value::Choice(text.to_owned())),
        _ => integer(text)
            .filter(|value| fits(kind, *value))
            .map(Value::Integer),
    }
}

fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    plain.then(|| text.replace('_', "").parse().ok())?
}

fn fits(kind: Kind, value: i128) -> bool {
    match kind {
        Kind::U8 => u8::try_from(value).is_ok(),
        Kind::U16 => u16::try_from(value).is_ok(),
        Kind::U32 => u32::try_from(value).is_ok(),
        Kind::U64 => u64::try_from(value).is_ok(),
        Kind::I32 => i32::try_from(value).is_ok(),
        Kind::I64 => i64::try_from(value).is_ok(),
        _ => usize::try_from(value).is_ok(),
    }
}

/// `250ms`, `1.5s`: a decimal number and its unit, exact to the nanosecond, at most what `Duration` holds in its unit.
fn duration(text: &str) -> Option<u128> {
    let (_, unit) = UNITS
        .iter()
        .filter(|(name, _)| text.strip_suffix(name).is_some_and(ends_in_digit))
        .max_by_key(|(name, _)| name.len())?;
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let parts: u128 = format!("{whole}{fraction}").parse().ok()?;
    let nanos = parts.checked_mul(*unit)?;
    (nanos.is_multiple_of(scale) && nanos / scale <= u128::from(u64::MAX)).then(|| nanos / scale)
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

fn size(text: &str) -> Option<u64> {
    let (suffix, unit) = SIZES.iter().find(|(suffix, _)| text.ends_with(suffix))?;
    let number = text.strip_suffix(suffix)?;
    let number = if suffix.is_empty() {
        number
    } else {
        number.trim_end_matches(' ')
    };
    let value = u64::try_from(integer(number)?).ok()?.checked_mul(*unit)?;
    usize::try_from(value).is_ok().then_some(value)
}

/// Reads the right-hand side of the const: what the catalogue's own file says.
pub fn parse_default(parameter: &ParameterManifest, expression: &str) -> Option<Value> {
    match parameter.kind {
        Kind::Bool => expression.parse().ok().map(Value::Bool),
        Kind::F64 => expression.replace('_', "").parse().ok().map(Value::Float),
        Kind::Text | Kind::SocketAddress => {
            let body = expression.strip_prefix('"')?.strip_suffix('"')?;
            let plain = !body.contains(['\\', '"']);
            plain.then(|| parse(parameter.kind, &parameter.choices, body))?
        }
        Kind::Duration => {
            let (_, call) = duration_call(expression)?;
            let (unit, count) = call.split_once('(')?;
            let count = u128::try_from(integer(count.strip_suffix(')')?)?).ok()?;
            let (_, _, scale) = CONSTRUCTORS.iter().find(|(_, name, _)| *name == unit)?;
            count.checked_mul(*scale).map(Value::Duration)
        }
        Kind::Size => {
            let mut product = 1_u64;
            for factor in expression.split('*') {
                let factor = u64::try_from(integer(factor.trim())?).ok()?;
                product = product.checked_mul(factor)?;
            }
            Some(Value::Size(product))
        }
        Kind::Choice => parameter
            .choices
            .iter()
            .find(|(_, choice)| *choice == expression)
            .map(|(name, _)| Value::Choice(name.clone())),
        kind => integer(expression)
            .filter(|value| fits(kind, *value))
            .map(Value::Integer),
    }
}

/// Unit, constructor, nanoseconds.
const CONSTRUCTORS: [(&str, &str, u128); 4] = [
    ("s", "from_secs", 1_000_000_000),
    ("ms", "from_millis", 1_000_000),
    ("us", "from_micros", 1_000),
    ("ns", "from_nanos", 1),
];

/// `std::time::Duration::from_secs(5)` as path with `::`, and call.
fn duration_call(expression: &str) -> Option<(&str, &str)> {
    let at = expression.find("from_")?;
    Some(expression.split_at(at))
}

/// The value as a Rust expression; `default` is the file's own, whose path a duration keeps.
pub fn rust(parameter: &ParameterManifest, value: &Value, default: &str) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => grouped(*value),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(value) => format!("\"{}\"", value.escape_default()),
        Value::Duration(nanos) => {
            let path = duration_call(default).map_or("std::time::Duration::", |(path, _)| path);
            let (_, constructor, count) = in_largest_unit(*nanos);
            format!(
                "{path}{constructor}({})",
                grouped(i128::try_from(count).unwrap_or(i128::MAX))
            )
        }
        Value::Size(bytes) => match bytes {
            0 => "0".into(),
            // `1 * 1024` is an operation without effect, says clippy.
            0x10_0000 => "1024 * 1024".into(),
            0x400 => "1024".into(),
            bytes if bytes.is_multiple_of(1 << 20) => format!("{} * 1024 * 1024", bytes >> 20),
            bytes if bytes.is_multiple_of(1 << 10) => format!("{} * 1024", bytes >> 10),
            bytes => grouped(i128::from(*bytes)),
        },
        Value::Choice(name) => parameter.choices.get(name).cloned().unwrap_or_default(),
    }
}

fn in_largest_unit(nanos: u128) -> (&'static str, &'static str, u128) {
    let (unit, constructor, scale) = CONSTRUCTORS
        .iter()
        .find(|(_, _, scale)| nanos.is_multiple_of(*scale))
        .unwrap_or(&CONSTRUCTORS[3]);
    (unit, constructor, nanos / scale)
}

/// `1000000` as `1_000_000`.
fn grouped(value: i128) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    if value < 0 { format!("-{out}") } else { out }
}

/// The value as the user would write it.
pub fn show(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Text(value) | Value::Choice(value) => value.clone(),
        Value::Duration(nanos) => {
            let (unit, _, count) = in_largest_unit(*nanos);
            format!("{count}{unit}")
        }
        Value::Size(bytes) => SIZES[..3]
            .iter()
            .find(|(_, unit)| *bytes > 0 && bytes.is_multiple_of(*unit))
            .map_or_else(
                || bytes.to_string(),
                |(suffix, unit)| format!("{}{suffix}", bytes / unit),
            ),
    }
}

/// A bound as a value of its parameter's kind.
pub fn bound(parameter: &ParameterManifest, bound: &Bound) -> Option<Value> {
    parse(parameter.kind, &parameter.choices, &bound.to_string())
}

/// Whether the value lies within the bounds, both included.
pub fn within(parameter: &ParameterManifest, value: &Value) -> bool {
    let low = parameter.min.as_ref().and_then(|min| bound(parameter, min));
    let high = parameter.max.as_ref().and_then(|max| bound(parameter, max));
    low.is_none_or(|low| at_most(&low, value)) && high.is_none_or(|high| at_most(value, &high))
}

fn at_most(low: &Value, high: &Value) -> bool {
    match (low, high) {
        (Value::Integer(low), Value::Integer(high)) => low <= high,
        (Value::Float(low), Value::Float(high)) => low <= high,
        (Value::Duration(low), Value::Duration(high)) => low <= high,
        (Value::Size(low), Value::Size(high)) => low <= high,
        _ => true,
    }
}

/// The bounds in words: `1 to 1000000`, `at least 1ms`, or nothing.
pub fn bounds(parameter: &ParameterManifest) -> Option<String> {
    match (&parameter.min, &parameter.max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(kind: Kind) -> ParameterManifest {
        ParameterManifest {
            constant: "X".into(),
            kind,
            min: None,
            max: None,
            choices: BTreeMap::from([("skip".to_owned(), "Behavior::Skip".to_owned())]),
        }
    }

    #[track_caller]
    fn check(kind: Kind, written: &str, default: &str, expected: &str) {
        let parameter = parameter(kind);
        let value = parse(kind, &parameter.choices, written).expect(written);
        assert_eq!(rust(&parameter, &value, default), expected);
    }

    #[track_caller]
    fn refused(kind: Kind, written: &str) {
        assert_eq!(
            parse(kind, &parameter(kind).choices, written),
            None,
            "{written}"
        );
    }

    #[test]
    fn values_are_printed_as_rust() {
        check(Kind::Usize, "1000000", "1", "1_000_000");
        check(Kind::I32, "-5", "1", "-5");
        check(Kind::F64, "0.5", "1.0", "0.5");
        check(Kind::F64, "2", "1.0", "2.0");
        check(Kind::Bool, "true", "false", "true");
        check(
            Kind::Duration,
            "250ms",
            "Duration::from_secs(1)",
            "Duration::from_millis(250)",
        );
        check(
            Kind::Duration,
            "1.5s",
            "std::time::Duration::from_secs(1)",
            "std::time::Duration::from_millis(1_500)",
        );
        check(
            Kind::Duration,
            "2m",
            "Duration::from_secs(1)",
            "Duration::from_secs(120)",
        );
        check(Kind::Size, "8KiB", "1", "8 * 1024");
        check(Kind::Size, "2MiB", "1", "2 * 1024 * 1024");
        check(Kind::Size, "1MiB", "1", "1024 * 1024");
        check(Kind::Size, "1000", "1", "1_000");
        check(Kind::SocketAddress, "[::1]:80", "\"\"", "\"[::1]:80\"");
        check(Kind::Choice, "skip", "Behavior::Burst", "Behavior::Skip");
    }

    #[test]
    fn text_cannot_leave_its_literal() {
        check(
            Kind::Text,
            "a\"; evil(); \"\\\n",
            "\"\"",
            r#""a\"; evil(); \"\\\n""#,
        );
    }

    #[test]
    fn what_is_not_of_the_kind_is_refused() {
        for written in [
            "1); evil('",
            "",
            "-1",
            "1.5",
            "0x10",
            "_",
            " 1",
            "99999999999999999999999",
        ] {
            refused(Kind::Usize, written);
        }
        refused(Kind::U8, "256");
        for written in [
            "5",
            "ms",
            "5 s",
            "-5s",
            "1.0000000001s",
            "5days",
            "99999999999999999999h",
        ] {
            refused(Kind::Duration, written);
        }
        for written in [
            "8 potatoes",
            "1\n",
            "1 ",
            "-1KiB",
            "1.5KiB",
            "KiB",
            "99999999999999999999GiB",
        ] {
            refused(Kind::Size, written);
        }
        for written in ["localhost:80", "127.0.0.1", "\"; evil"] {
            refused(Kind::SocketAddress, written);
        }
        for written in ["NaN", "inf", "x"] {
            refused(Kind::F64, written);
        }
        refused(Kind::Choice, "Behavior::Skip");
    }

    #[test]
    fn defaults_are_read_from_the_file() {
        for (kind, expression, shown) in [
            (Kind::Usize, "1_000", "1000"),
            (Kind::Duration, "Duration::from_millis(1_500)", "1500ms"),
            (Kind::Duration, "std::time::Duration::from_secs(5)", "5s"),
            (Kind::Size, "64 * 1024", "64KiB"),
            (Kind::Text, "\"abc\"", "abc"),
            (Kind::Choice, "Behavior::Skip", "skip"),
        ] {
            let value = parse_default(&parameter(kind), expression).expect(expression);
            assert_eq!(show(&value), shown);
        }
        assert_eq!(parse_default(&parameter(Kind::Usize), "OTHER"), None);
    }

    #[test]
    fn bounds_include_their_ends() {
        let mut parameter = parameter(Kind::Duration);
        parameter.min = Some(Bound::Text("1ms".into()));
        parameter.max = Some(Bound::Text("1s".into()));
        let inside = |text| {
            within(
                &parameter,
                &parse(Kind::Duration, &parameter.choices, text).unwrap(),
            )
        };
        assert!(inside("1ms") && inside("1s"));
        assert!(!inside("999us") && !inside("1001ms"));
    }
}
