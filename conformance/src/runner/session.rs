//! [`Session`]: a run from its first case to its last: which cases are run, what each means for the
//! run, and who is told.

use std::io;

use super::endurance::{Endurance, NOT_ASKED};
use super::known::KnownFailures;
use super::play::Ended;
use super::record::{CaseRecord, Exchange, Outcome, Run, Standing, Start, Summary};
use super::selection::Selection;
use super::subject::NoAnswer;
use crate::vectors::{Bug, CaseRef, Importance, Reference};

/// What a case is about.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The full id: `group/case`.
    pub id: String,
    /// The topic.
    pub topic: String,
    /// What it means to fail it.
    pub kind: Importance,
    /// What is asked.
    pub description: String,
    /// What it rests on.
    pub rests_on: Vec<Reference>,
    /// Where it comes from.
    pub source: Option<String>,
    /// The classes of bugs that it is there to catch.
    pub bugs: Vec<String>,
}

impl From<CaseRef<'_>> for About {
    fn from(case: CaseRef<'_>) -> Self {
        let CaseRef { file, case: inner, .. } = case;
        Self {
            id: case.id(),
            topic: file.topic.clone(),
            kind: inner.importance,
            description: inner.description.clone(),
            rests_on: inner.rests_on.clone(),
            source: inner.source.clone(),
            bugs: inner.flags.iter().filter_map(|flag| name_of(flag.bug)).collect(),
        }
    }
}

/// The name of a class of bugs in the vector files.
fn name_of(bug: Bug) -> Option<String> {
    serde_json::to_value(bug).ok()?.as_str().map(ToOwned::to_owned)
}

/// What is run, and how it is taken.
#[derive(Debug, Default)]
pub struct Settings {
    /// Which cases.
    pub selection: Selection,
    /// Which are known to fail.
    pub known: KnownFailures,
    /// Whether informative cases count.
    pub strict: bool,
    /// The command, without `--run`, that is run here.
    pub command: String,
}

/// Who is told of a run.
pub trait Report {
    /// It begins.
    ///
    /// # Errors
    /// Those of writing.
    fn start(&mut self, start: &Start) -> io::Result<()>;

    /// A case has ended.
    ///
    /// # Errors
    /// Those of writing.
    fn case(&mut self, record: &CaseRecord) -> io::Result<()>;

    /// It has ended.
    ///
    /// # Errors
    /// Those of writing.
    fn end(&mut self, summary: &Summary) -> io::Result<()>;
}

/// A run.
pub struct Session<'s> {
    settings: &'s Settings,
    report: &'s mut dyn Report,
    endurance: Endurance,
    run: Run,
}

impl<'s> Session<'s> {
    /// Begins a run.
    ///
    /// # Errors
    /// Those of writing.
    pub fn start(
        settings: &'s Settings,
        report: &'s mut dyn Report,
        start: Start,
    ) -> io::Result<Self> {
        report.start(&start)?;
        let run = Run { start, ..Run::default() };
        Ok(Self { settings, report, endurance: Endurance::default(), run })
    }

    /// Runs a case, if it is among those to be run, and nobody has given up.
    ///
    /// # Errors
    /// Those of writing.
    pub fn case(&mut self, about: About, play: impl FnOnce() -> Ended) -> io::Result<()> {
        if !self.settings.selection.includes(&about.id, &about.topic) {
            return Ok(());
        }
        let ended = if let Some(why) = self.endurance.given_up() {
            Ended::without_answer(NoAnswer::Broken(format!("{NOT_ASKED}{why}")))
        } else {
            let ended = play();
            match &ended.unjudged {
                Some(NoAnswer::Broken(why)) => self.endurance.broke(why),
                // What was skipped says nothing about whether it answers.
                Some(_) => {}
                None => self.endurance.answered(),
            }
            ended
        };
        let record = self.record(about, ended);
        self.run.summary.add(&record);
        self.report.case(&record)?;
        self.run.cases.push(record);
        Ok(())
    }

    fn record(&self, about: About, ended: Ended) -> CaseRecord {
        let About { id, topic, kind, description, mut rests_on, source, bugs } = about;
        let (outcome, reason) = match ended.unjudged {
            None if ended.problems.is_empty() => (Outcome::Pass, None),
            None => (Outcome::Fail, None),
            Some(NoAnswer::Skip(reason)) => (Outcome::Skip, Some(reason)),
            Some(NoAnswer::Refused(why)) => {
                (Outcome::Skip, Some(format!("refuses the policy: {why}")))
            }
            Some(NoAnswer::Broken(reason)) => (Outcome::Error, Some(reason)),
        };
        let known = self.settings.known.reason(&id, &topic);
        let standing = match (outcome, known) {
            (Outcome::Skip, _) => Standing::Skipped,
            (Outcome::Pass, None) => Standing::Held,
            (Outcome::Pass, Some(_)) => Standing::UnexpectedPass,
            (Outcome::Fail | Outcome::Error, Some(_)) => Standing::Known,
            (Outcome::Fail, None) if kind == Importance::Informative && !self.settings.strict => {
                Standing::Tolerated
            }
            (Outcome::Fail | Outcome::Error, None) => Standing::Failed,
        };
        if let (Outcome::Fail, Some(step)) = (outcome, ended.step)
            && !rests_on.contains(&step)
        {
            rests_on.push(step);
        }
        let is_shown = matches!(outcome, Outcome::Fail | Outcome::Error);
        let exchanges: Vec<Exchange> = if is_shown { ended.exchanges } else { Vec::new() };
        let reproduce = is_shown.then(|| {
            let id = shlex::try_quote(&id).unwrap_or_default();
            format!("{} --run {id}", self.settings.command)
        });
        CaseRecord {
            topic,
            kind,
            description,
            rests_on,
            source,
            bugs,
            outcome,
            standing,
            reason,
            problems: ended.problems,
            exchanges,
            known: known.filter(|_| outcome != Outcome::Skip).map(ToOwned::to_owned),
            reproduce,
            id,
        }
    }

    /// Ends the run. `all` are all cases there are, run or not, each an id and a topic; `broken` is
    /// what of the harness broke.
    ///
    /// # Errors
    /// Those of writing.
    pub fn end(mut self, all: &[(&str, &str)], mut broken: Vec<String>) -> io::Result<Run> {
        broken.extend(self.endurance.given_up());
        let summary = &mut self.run.summary;
        summary.unmatched = self.settings.known.unmatched(all);
        summary.broken = broken;
        summary.held =
            summary.total.failed == 0 && summary.unmatched.is_empty() && summary.broken.is_empty();
        self.report.end(summary)?;
        Ok(self.run)
    }
}
