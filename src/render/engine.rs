//! Tera, with delimiters that plain Rust does not contain. The only place that names `tera`.

use anyhow::Context as _;
use serde::Serialize;
use tera::{Context, Delimiters, Tera};

use super::lift::DELIMITERS;

/// One template, parsed: only what is asked for is ever parsed.
pub struct Template {
    tera: Tera,
    name: String,
}

impl Template {
    /// Parses a template; `name` is for messages.
    ///
    /// # Errors
    /// When the template is malformed: with its name, line and column.
    pub fn parse(name: &str, text: &str) -> anyhow::Result<Self> {
        let [
            variable_start,
            variable_end,
            block_start,
            block_end,
            comment_start,
            comment_end,
        ] = DELIMITERS.map(std::borrow::Cow::Borrowed);
        let mut tera = Tera::default();
        tera.autoescape_on(Vec::<&str>::new());
        tera.set_delimiters(Delimiters {
            block_start,
            block_end,
            variable_start,
            variable_end,
            comment_start,
            comment_end,
        })?;
        tera.add_raw_template(name, text)
            .with_context(|| format!("template {name}"))?;
        Ok(Self {
            tera,
            name: name.to_owned(),
        })
    }

    /// # Errors
    /// When the template names a variable that is not given.
    pub fn render<T: Serialize + ?Sized>(&self, variables: &T) -> anyhow::Result<String> {
        let context = Context::from_serialize(variables)?;
        self.tera
            .render(&self.name, &context)
            .with_context(|| format!("template {}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::lift;
    use super::*;

    #[test]
    fn what_is_lifted_and_rendered_with_its_own_text_is_the_same() {
        let source = "fn f() { println!(\"{{}} « » <% %> <# #> {{{x}}}\"); let v = [[0u8; 2]; 2]; }\nconst A: u8 = 1;\n\n";
        let at = source.find("1;").unwrap();
        let lifted = lift::template(source, &[(at..at + 1, "a")]);
        let template = Template::parse("x.rs", &lifted).unwrap();
        assert_eq!(
            template.render(&BTreeMap::from([("a", "1")])).unwrap(),
            source
        );
    }
}
