//! Several needs in one question: each is looked for by itself.

use super::super::index::SNIPPETS;
use super::super::lookup::{self, Found, Sort};
use super::query::Query;
use super::rank::{self, Scored};

/// What stands between two needs.
const BETWEEN: [&str; 9] = [
    " and ",
    " with ",
    " plus ",
    " as well as ",
    " along with ",
    " & ",
    " + ",
    ",",
    ";",
];
const MOST_NEEDS: usize = 3;
/// A part that is covered less is no need of its own.
const COVERED: f64 = 0.75;

/// One need and what answers it best.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) words: String,
    pub(super) best: Scored,
}

/// The needs of a question, in its order; none where it has but one.
pub(super) fn find(text: &str) -> Vec<Need> {
    let mut parts = vec![text.to_lowercase()];
    for between in BETWEEN {
        parts = parts
            .iter()
            .flat_map(|part| part.split(between).map(str::to_owned))
            .collect();
    }
    if !(2..=MOST_NEEDS).contains(&parts.len()) {
        return Vec::new();
    }
    let mut needs: Vec<Need> = Vec::new();
    for part in &parts {
        let query = Query::new(part);
        // A part must name something, or it is half of a phrase such as `read and write`.
        if query.named.is_empty() {
            return Vec::new();
        }
        let ranked = rank::rank(&query);
        let whole = |scored: &&Scored| {
            let mut named = query.named.iter();
            named.any(|named| {
                named.slots.len() == query.slots.len()
                    && rank::is_at(&scored.found, usize::from(named.entry))
            })
        };
        // What the part is the very name of; otherwise what its words find.
        let best = ranked.iter().find(whole).or(ranked.first());
        let best = best.cloned().map(with_code);
        let Some(best) = best.filter(|best| best.covered >= COVERED) else {
            return Vec::new();
        };
        let again = |need: &Need| home(&need.best.found) == home(&best.found);
        if needs.iter().any(again) {
            return Vec::new();
        }
        needs.push(Need {
            words: part.trim().to_owned(),
            best,
        });
    }
    needs
}

/// A topic's page is an overview; beside other needs its first snippet says more.
fn with_code(mut best: Scored) -> Scored {
    if let Found::Topic(topic) = &best.found
        && let Some(lead) = lookup::snippet(topic.lead)
    {
        best.found = Found::Snippet(lead);
    }
    best
}

fn home(found: &Found<'_>) -> Option<String> {
    found.topics().into_iter().next()
}

/// Snippets in which two of the needs meet: that stand in the topics of both, or name both; of these, the ones that the
/// whole question finds first.
pub(super) fn meeting(needs: &[Need], question: &str) -> Vec<Found<'static>> {
    let homes: Vec<_> = needs
        .iter()
        .filter_map(|need| home(&need.best.found))
        .collect();
    let taken: Vec<_> = needs.iter().map(|need| need.best.found.id()).collect();
    let ranked = rank::rank(&Query::new(question));
    let score = |id: &str| {
        let mut snippets = ranked.iter();
        snippets
            .find(|scored| scored.found.sort() == Sort::Snippet && scored.found.id() == id)
            .map_or(0.0, |scored| scored.score)
    };
    let mut meeting: Vec<(f64, Found<'static>)> = Vec::new();
    for snippet in SNIPPETS {
        if taken.contains(&snippet.id) {
            continue;
        }
        let in_topics = homes
            .iter()
            .filter(|home| snippet.topics.contains(&home.as_str()));
        let names = taken.iter().filter(|id| snippet.see_also.contains(id));
        if in_topics.count() >= 2 || names.count() >= 2 {
            meeting.push((score(snippet.id), Found::Snippet(snippet)));
        }
    }
    meeting.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id().cmp(b.1.id())));
    meeting
        .into_iter()
        .map(|(_, found)| found)
        .take(2)
        .collect()
}
