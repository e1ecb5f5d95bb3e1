//! What `build.rs` embeds: enough to name, find and list every entry without reading one.

/// A topic of the catalogue.
#[derive(Debug)]
pub struct Topic {
    pub id: &'static str,
    pub title: &'static str,
    pub lead: &'static str,
    pub aliases: &'static [&'static str],
}

#[derive(Debug)]
pub struct Snippet {
    pub id: &'static str,
    /// Home first, then `also`.
    pub topics: &'static [&'static str],
    pub title: &'static str,
    pub aliases: &'static [&'static str],
    /// The file of the module that is made to be copied, if there is one.
    pub module: Option<&'static str>,
    pub family: &'static str,
    pub unix_only: bool,
    pub see_also: &'static [&'static str],
    /// The names of its mistakes' files, without `.rs`.
    pub mistakes: &'static [&'static str],
}

#[derive(Debug)]
pub struct Mistake {
    /// `SNIPPET/STEM`.
    pub id: &'static str,
    pub snippet: &'static str,
    pub title: &'static str,
    pub fails: &'static str,
    /// rustc's code, as `E0277`, where it fails to compile.
    pub code: Option<&'static str>,
    /// Flattened wordings; ` * ` within one stands for anything.
    pub wordings: &'static [&'static str],
}

#[derive(Debug)]
pub struct Template {
    pub id: &'static str,
    pub title: &'static str,
    pub aliases: &'static [&'static str],
}

/// What a word of the index points at: an entry by its place in the four lists laid end to end (topics, snippets,
/// mistakes, templates), and the weight of the word there, in hundredths.
pub type Posting = (u16, u16);

/// A name of an entry (stemmed words, a blank between them) and its place.
pub type Phrase = (&'static str, u16);

/// What people of other worlds call a thing (stemmed words) and the words that stand for it here.
pub type Synonym = (&'static str, &'static [&'static str]);

include!(concat!(env!("OUT_DIR"), "/index.rs"));
