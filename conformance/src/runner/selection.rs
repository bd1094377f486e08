//! [`Selection`]: which cases are run.

use std::fmt;

use glob::Pattern;

use crate::finding::printable;

/// Which cases are run: globs on full ids (`group/case`), groups and topics.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    run: Vec<Pattern>,
    skip: Vec<Pattern>,
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPattern(String);

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadPattern {}

impl Selection {
    /// Those that match one of `run`, or all if there is none, but for those that match one of
    /// `skip`.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn new(run: &[String], skip: &[String]) -> Result<Self, BadPattern> {
        let patterns = |texts: &[String]| {
            texts.iter().map(|text| pattern(text)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self { run: patterns(run)?, skip: patterns(skip)? })
    }

    /// Whether the case is run.
    #[must_use]
    pub fn includes(&self, id: &str, topic: &str) -> bool {
        (self.run.is_empty() || self.run.iter().any(|pattern| matches(pattern, id, topic)))
            && !self.skip.iter().any(|pattern| matches(pattern, id, topic))
    }

    /// The first of the patterns that matches none of these cases, each an id and a topic.
    #[must_use]
    pub fn idle(&self, cases: &[(&str, &str)]) -> Option<&str> {
        let is_idle =
            |pattern: &&Pattern| !cases.iter().any(|(id, topic)| matches(pattern, id, topic));
        self.run.iter().chain(&self.skip).find(is_idle).map(Pattern::as_str)
    }
}

/// A glob: `*` is anything, `/` too; `?` one character; `[ab]` one of them.
pub(super) fn pattern(text: &str) -> Result<Pattern, BadPattern> {
    Pattern::new(text).map_err(|error| {
        let text = printable(text);
        BadPattern(format!(
            "the pattern \"{text}\" is none: {}, at character {}",
            error.msg, error.pos
        ))
    })
}

pub(super) fn matches(pattern: &Pattern, id: &str, topic: &str) -> bool {
    let group = id.split('/').next().unwrap_or(id);
    pattern.matches(id) || pattern.matches(topic) || pattern.matches(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn includes(run: &[&str], skip: &[&str]) -> Vec<&'static str> {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let selection = Selection::new(&owned(run), &owned(skip)).unwrap();
        let cases =
            [("near-a/suffix", "origins"), ("near-b/prefix", "origins"), ("put/put", "methods")];
        cases
            .into_iter()
            .filter(|(id, topic)| selection.includes(id, topic))
            .map(|(id, _)| id)
            .collect()
    }

    #[test]
    fn ids_groups_and_topics_are_matched() {
        assert_eq!(includes(&[], &[]).len(), 3);
        assert_eq!(includes(&["origins"], &[]), ["near-a/suffix", "near-b/prefix"]);
        assert_eq!(includes(&["near-*"], &["*/prefix"]), ["near-a/suffix"]);
        assert_eq!(includes(&["near-a"], &[]), ["near-a/suffix"]);
        assert_eq!(includes(&["put/put", "near-?/prefix"], &[]), ["near-b/prefix", "put/put"]);
        assert!(includes(&["near"], &[]).is_empty());
    }

    #[test]
    fn idle_patterns_are_told() {
        let selection = Selection::new(&["a/*".into(), "b/*".into()], &[]).unwrap();
        assert_eq!(selection.idle(&[("a/x", "t")]), Some("b/*"));
        assert_eq!(selection.idle(&[("a/x", "t"), ("b/x", "t")]), None);
        assert!(Selection::new(&["a[".into()], &[]).is_err());
    }
}
