//! `ask` against questions that people asked, labelled by readers (`data/questions.tsv`; each row names its source), and
//! against questions that are none of its business.

use std::collections::{BTreeMap, BTreeSet};
use std::env;

use tokio_cmd::catalog::Catalog;
use tokio_cmd::catalog::lookup::{Found, Sort};
use tokio_cmd::catalog::search::{self, Confidence, Hit};

use crate::content::text_of;

struct Question {
    text: String,
    topics: BTreeSet<String>,
    snippets: BTreeSet<String>,
    /// A third whose single answers nobody looks at when rules and weights change: only its figures.
    held_out: bool,
}

/// The rows that the catalogue is meant to answer.
fn questions() -> Vec<Question> {
    let set = |field: &str| {
        let names = field.split(',').filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    let text = text_of("tests/it/data/questions.tsv");
    let mut lines = text.lines();
    let columns = lines.next();
    assert_eq!(
        columns,
        Some("id\tquestion\ttopics\tsnippets\tanswerable\tsource")
    );
    let rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[4] == "yes")
        .map(|row| Question {
            text: row[1].to_owned(),
            topics: set(row[2]),
            snippets: set(row[3]),
            // By its id, which says nothing of what it asks.
            held_out: row[0].bytes().map(u32::from).sum::<u32>() % 3 == 0,
        })
        .collect()
}

#[derive(Default)]
struct Figures {
    rows: u16,
    with_snippet: u16,
    topic_first: u16,
    topic_in_three: u16,
    snippet_in_three: u16,
}

impl Figures {
    fn count(&mut self, question: &Question, hits: &[Hit<'_>]) {
        let first: Vec<_> = hits.iter().take(3).collect();
        let in_topic = |hit: &&Hit<'_>| {
            let is_topic =
                hit.found.sort() == Sort::Topic && question.topics.contains(hit.found.id());
            is_topic
                || hit
                    .found
                    .topics()
                    .iter()
                    .any(|topic| question.topics.contains(topic))
        };
        let snippet = |hit: &&Hit<'_>| match &hit.found {
            Found::Mistake(mistake) => question.snippets.contains(mistake.snippet),
            found => question.snippets.contains(found.id()),
        };
        self.rows += 1;
        self.topic_first += u16::from(first.first().is_some_and(in_topic));
        self.topic_in_three += u16::from(first.iter().any(in_topic));
        if !question.snippets.is_empty() {
            self.with_snippet += 1;
            self.snippet_in_three += u16::from(first.iter().any(snippet));
        }
    }

    /// Topic first, topic in three, snippet in three.
    fn shares(&self) -> [f64; 3] {
        let share = |part: u16, whole: u16| f64::from(part) / f64::from(whole);
        [
            share(self.topic_first, self.rows),
            share(self.topic_in_three, self.rows),
            share(self.snippet_in_three, self.with_snippet),
        ]
    }
}

/// Prints the figures (`--nocapture`) and holds them: a change may not make the answers worse.
#[test]
fn questions_find_their_topic_and_snippet() {
    const FLOOR: [f64; 3] = [0.90, 0.97, 0.85];
    let catalog = Catalog::new(env::temp_dir());
    let mut all: BTreeMap<&str, Figures> = BTreeMap::new();
    for question in questions() {
        let hits = search::search(&catalog, &question.text).hits;
        let part = if question.held_out {
            "held out"
        } else {
            "looked at"
        };
        for name in ["all", part] {
            all.entry(name).or_default().count(&question, &hits);
        }
    }
    for (name, figures) in &all {
        let [first, in_three, snippet] = figures.shares();
        println!(
            "{name}: {} questions, topic first {first:.3}, topic in three {in_three:.3}, snippet in three {snippet:.3}",
            figures.rows
        );
    }
    let shares = all["all"].shares();
    let holds = shares
        .iter()
        .zip(FLOOR)
        .all(|(share, floor)| *share >= floor);
    assert!(holds, "{shares:?} fell below {FLOOR:?}");
}

#[test]
fn a_question_about_another_language_gets_the_topics_and_no_guess() {
    let catalog = Catalog::new(env::temp_dir());
    let confidence = |question| search::search(&catalog, question).confidence;
    assert_eq!(
        confidence("how do I write a for loop in Python"),
        Confidence::None
    );
    assert_eq!(
        confidence("how to declare an interface in typescript"),
        Confidence::None
    );
    // Its words for what Tokio has are another thing.
    assert!(confidence("like Promise.all in javascript, but in rust") >= Confidence::Weak);
    assert!(confidence("asyncio.gather from python") >= Confidence::Weak);
}

#[test]
fn questions_of_other_worlds_are_not_claimed() {
    let catalog = Catalog::new(env::temp_dir());
    let text = text_of("tests/it/data/elsewhere.txt");
    let questions: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(questions.len() >= 40);
    let claimed: Vec<_> = questions
        .iter()
        .map(|question| (search::search(&catalog, question), question))
        .filter(|(ranking, _)| ranking.confidence >= Confidence::Good)
        .map(|(ranking, question)| (question, ranking.hits[0].found.id().to_owned()))
        .collect();
    assert!(claimed.is_empty(), "{claimed:#?}");
}
