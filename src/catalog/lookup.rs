//! From a name to an entry: ids and aliases, exactly; near names where there is none.

use super::entry::Entry;
use super::index::{self, Mistake, Snippet, Template, Topic};
use super::{Catalog, words};
use crate::error::{Problem, nearest};

/// The sorts of entries, in the order in which a bare name finds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Snippet,
    Topic,
    Mistake,
    Template,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Snippet, Self::Topic, Self::Mistake, Self::Template];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Snippet => "snippet",
            Self::Topic => "topic",
            Self::Mistake => "mistake",
            Self::Template => "template",
        }
    }
}

/// An entry that was found by name or by words.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    Snippet(&'static Snippet),
    Topic(&'static Topic),
    Mistake(&'static Mistake),
    Template(&'static Template),
    Team(&'a Entry),
}

impl Found<'_> {
    pub fn sort(&self) -> Sort {
        match self {
            Self::Snippet(_) | Self::Team(_) => Sort::Snippet,
            Self::Topic(_) => Sort::Topic,
            Self::Mistake(_) => Sort::Mistake,
            Self::Template(_) => Sort::Template,
        }
    }

    pub fn id(&self) -> &str {
        match self {
            Self::Snippet(snippet) => snippet.id,
            Self::Topic(topic) => topic.id,
            Self::Mistake(mistake) => mistake.id,
            Self::Template(template) => template.id,
            Self::Team(entry) => &entry.id,
        }
    }

    pub fn title(&self) -> String {
        match self {
            Self::Snippet(snippet) => snippet.title.to_owned(),
            Self::Topic(topic) => topic.title.to_owned(),
            Self::Mistake(mistake) => mistake.title.to_owned(),
            Self::Template(template) => template.title.to_owned(),
            Self::Team(entry) => super::head::head(entry.head_file().1).title,
        }
    }

    /// Home first.
    pub fn topics(&self) -> Vec<String> {
        match self {
            Self::Snippet(snippet) => snippet
                .topics
                .iter()
                .map(|topic| (*topic).to_owned())
                .collect(),
            Self::Topic(topic) => vec![topic.id.to_owned()],
            Self::Mistake(mistake) => snippet(mistake.snippet)
                .map(|snippet| Found::Snippet(snippet).topics())
                .unwrap_or_default(),
            Self::Template(_) => Vec::new(),
            Self::Team(entry) => entry.topics.clone(),
        }
    }
}

pub fn snippet(id: &str) -> Option<&'static Snippet> {
    index::SNIPPETS.iter().find(|snippet| snippet.id == id)
}

pub fn topic(id: &str) -> Option<&'static Topic> {
    index::TOPICS.iter().find(|topic| topic.id == id)
}

pub fn mistake(id: &str) -> Option<&'static Mistake> {
    index::MISTAKES
        .iter()
        .find(|mistake| mistake.id == id)
        .or_else(|| {
            let mut of_that_stem = index::MISTAKES
                .iter()
                .filter(|mistake| mistake.id.rsplit('/').next() == Some(id));
            let first = of_that_stem.next();
            first.filter(|_| of_that_stem.next().is_none())
        })
}

pub fn template(id: &str) -> Option<&'static Template> {
    index::TEMPLATES.iter().find(|template| template.id == id)
}

impl Catalog {
    /// Everything that a name stands for: by id first, by alias where no id fits, by a team's alias where nothing else does.
    pub fn named(&self, name: &str) -> Vec<Found<'_>> {
        let mut found = self.by_id(name);
        if found.is_empty() {
            found = by_alias(name);
        }
        if found.is_empty() {
            found = self.by_team_alias(name);
        }
        found
    }

    fn by_team_alias(&self, name: &str) -> Vec<Found<'_>> {
        let name = words::flat(name);
        let has = |entry: &&Entry| {
            let mut aliases = entry.manifest.aliases.iter();
            !name.is_empty() && aliases.any(|alias| words::flat(alias) == name)
        };
        let entries = self.overlay().entries.iter().filter(has);
        entries.map(Found::Team).collect()
    }

    fn by_id(&self, name: &str) -> Vec<Found<'_>> {
        if name.starts_with("team:") {
            return self
                .overlay()
                .entries
                .iter()
                .filter(|entry| entry.id == name)
                .map(Found::Team)
                .collect();
        }
        let mut found = Vec::new();
        found.extend(snippet(name).map(Found::Snippet));
        found.extend(topic(name).map(Found::Topic));
        found.extend(mistake(name).map(Found::Mistake));
        found.extend(template(name).map(Found::Template));
        if found.is_empty() {
            found.extend(
                self.overlay()
                    .entries
                    .iter()
                    .filter(|entry| entry.name() == name)
                    .map(Found::Team),
            );
        }
        found
    }

    /// The one entry of that name, of that sort if one is given.
    ///
    /// # Errors
    /// [`Problem`] with near names where there is none.
    pub fn one(&self, sort: Option<Sort>, name: &str) -> Result<Found<'_>, Problem> {
        self.named(name)
            .into_iter()
            .find(|found| sort.is_none_or(|sort| found.sort() == sort))
            .ok_or_else(|| {
                let what = sort.map_or("entry", Sort::name);
                let mut near = self.near(sort, name);
                if near.is_empty() {
                    // Asked for by the wrong sort, perhaps.
                    near = self.near(None, name);
                }
                Problem::unknown(what, name, &near)
            })
    }

    /// Up to three ids that the name may have meant.
    pub fn near(&self, sort: Option<Sort>, name: &str) -> Vec<String> {
        let wanted = |candidate: Sort| sort.is_none_or(|sort| sort == candidate);
        let mut ids: Vec<&str> = Vec::new();
        if wanted(Sort::Snippet) {
            ids.extend(index::SNIPPETS.iter().map(|snippet| snippet.id));
            ids.extend(self.overlay().entries.iter().map(|entry| entry.id.as_str()));
        }
        if wanted(Sort::Topic) {
            ids.extend(index::TOPICS.iter().map(|topic| topic.id));
        }
        if wanted(Sort::Mistake) {
            ids.extend(index::MISTAKES.iter().map(|mistake| mistake.id));
        }
        if wanted(Sort::Template) {
            ids.extend(index::TEMPLATES.iter().map(|template| template.id));
        }
        nearest(name, ids.into_iter())
    }
}

/// By an alias, case and punctuation aside.
fn by_alias(name: &str) -> Vec<Found<'static>> {
    let name = words::flat(name);
    let has = |aliases: &[&str]| aliases.iter().any(|alias| words::flat(alias) == name);
    if name.is_empty() {
        return Vec::new();
    }
    let snippets = index::SNIPPETS
        .iter()
        .filter(|snippet| has(snippet.aliases) || words::flat(snippet.id) == name);
    let topics = index::TOPICS
        .iter()
        .filter(|topic| has(topic.aliases) || words::flat(topic.title) == name);
    let templates = index::TEMPLATES
        .iter()
        .filter(|template| has(template.aliases));
    let mut found: Vec<_> = snippets.map(Found::Snippet).collect();
    found.extend(topics.map(Found::Topic));
    found.extend(templates.map(Found::Template));
    found
}
