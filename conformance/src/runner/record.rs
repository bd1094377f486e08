//! A run as data: what `--json` writes a line of for everything that happens, and what every report
//! is made from.
//!
//! What came from outside stands here as it came, isomorphic-decoded; each report escapes it for
//! its own medium.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::finding::printable;
use crate::vectors::{Importance, Reference};

/// One line of `--json`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run begins.
    Start(Start),
    /// A case has ended.
    Case(Box<CaseRecord>),
    /// The run has ended.
    Summary(Summary),
}

/// What is run, and against whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Start {
    /// The version of this format: 1.
    pub format: u32,
    /// The version of corsac.
    pub corsac: String,
    /// `adaptor`, `http` or `http-driver`.
    pub mode: String,
    /// The command line or the URL.
    pub target: String,
    /// Who answers.
    pub implementation: Implementation,
    /// The profile that it claims.
    pub profile: Option<String>,
    /// How many cases are to be run.
    pub cases: usize,
}

/// Who answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Implementation {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it is written in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where it is at home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
}

/// Name and version.
impl fmt::Display for Implementation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.version.iter().try_for_each(|version| write!(f, " {version}"))
    }
}

/// A case that has been run.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CaseRecord {
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The classes of bugs that it is there to catch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bugs: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// What that means for the run.
    pub standing: Standing,
    /// Why it was skipped, or what broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is not as expected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What was said; only where it did not pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// Why it is known to fail, according to the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
    /// The command that runs this case alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reproduce: Option<String>,
}

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail,
    /// Not asked, or not told.
    Skip,
    /// Something broke: there is no answer to judge.
    Error,
}

/// What a case means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It passed.
    Held,
    /// It did not, and fails the run.
    Failed,
    /// It did not, and is known to.
    Known,
    /// It passed, and is said to be known to fail: that fails the run.
    UnexpectedPass,
    /// It did not pass, and need not.
    Tolerated,
    /// It was skipped.
    Skipped,
}

impl Standing {
    /// The word for a report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Known => "known",
            Self::UnexpectedPass => "unexpected pass",
            Self::Tolerated => "differs",
            Self::Skipped => "skipped",
        }
    }

    /// Whether it fails the run.
    #[must_use]
    pub const fn fails(self) -> bool {
        matches!(self, Self::Failed | Self::UnexpectedPass)
    }
}

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Problem {
    /// Which part of the expectation.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// A request and what was answered, as lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Exchange {
    /// The request.
    pub sent: Vec<String>,
    /// The answer; empty where there is none.
    pub received: Vec<String>,
}

/// Numbers of cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    /// Those that passed.
    pub held: usize,
    /// Those that failed the run, errors and unexpected passes among them.
    pub failed: usize,
    /// Those that are known to fail.
    pub known: usize,
    /// Those that did not pass and need not.
    pub differs: usize,
    /// Those that were skipped.
    pub skipped: usize,
    /// Those among `failed`, `known` and `differs` that gave no answer to judge.
    pub errors: usize,
}

impl Counts {
    /// Counts one case.
    pub fn add(&mut self, record: &CaseRecord) {
        let count = match record.standing {
            Standing::Held => &mut self.held,
            Standing::Failed | Standing::UnexpectedPass => &mut self.failed,
            Standing::Known => &mut self.known,
            Standing::Tolerated => &mut self.differs,
            Standing::Skipped => &mut self.skipped,
        };
        *count = count.saturating_add(1);
        if record.outcome == Outcome::Error {
            self.errors = self.errors.saturating_add(1);
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> usize {
        [self.held, self.failed, self.known, self.differs, self.skipped].iter().sum()
    }

    /// Those that were judged.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.total().saturating_sub(self.skipped)
    }
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Summary {
    /// Whether the implementation held.
    pub held: bool,
    /// All cases.
    pub total: Counts,
    /// The cases of each topic.
    pub topics: BTreeMap<String, Counts>,
    /// Known failures that are none: lines of the file that match no case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched: Vec<String>,
    /// What of the harness itself broke; the run says nothing about the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<String>,
}

impl Summary {
    /// Counts one case.
    pub fn add(&mut self, record: &CaseRecord) {
        self.total.add(record);
        self.topics.entry(record.topic.clone()).or_default().add(record);
    }
}

/// A whole run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// How it began.
    pub start: Start,
    /// Its cases, in order.
    pub cases: Vec<CaseRecord>,
    /// How it ended.
    pub summary: Summary,
}

/// Why a file is no run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRun(String);

impl fmt::Display for NoRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoRun {}

impl Run {
    /// Reads what `corsac test --json` has written.
    ///
    /// # Errors
    /// [`NoRun`] names the file and the line at fault. A run that was cut off is read, and says so
    /// in its summary.
    pub fn read(path: &Path) -> Result<Self, NoRun> {
        let text = std::fs::read(path)
            .map_err(|error| NoRun(format!("the run {path:?} cannot be read: {error}")))?;
        Self::parse(&text).map_err(|(line, why)| {
            NoRun(format!(
                "{path:?} is no run: line {line}: {}; it holds what `corsac test --json` writes",
                printable(&why)
            ))
        })
    }

    fn parse(text: &[u8]) -> Result<Self, (usize, String)> {
        let mut run = Self::default();
        let mut counted = Summary::default();
        let (mut has_start, mut has_end) = (false, false);
        let lines = text.split(|byte| *byte == b'\n').zip(1_usize..);
        for (line, number) in lines.filter(|(line, _)| !line.trim_ascii().is_empty()) {
            let event = serde_json::from_slice(line).map_err(|why| (number, why.to_string()))?;
            match event {
                Event::Start(start) if !has_start => {
                    run.start = start;
                    has_start = true;
                }
                _ if !has_start || has_end => {
                    return Err((
                        number,
                        "a run begins with its start and ends with its summary; \
                                         give each run a file of its own"
                            .to_owned(),
                    ));
                }
                Event::Start(_) => return Err((number, "a second run begins here".to_owned())),
                Event::Case(record) => {
                    counted.add(&record);
                    run.cases.push(*record);
                }
                Event::Summary(summary) => {
                    run.summary = summary;
                    has_end = true;
                }
            }
        }
        if !has_start {
            return Err((1, "it is empty".to_owned()));
        }
        if !has_end {
            counted.broken.push("the run was cut off before its end".to_owned());
            run.summary = counted;
        }
        Ok(run)
    }
}
