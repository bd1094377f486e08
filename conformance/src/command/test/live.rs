//! `corsac test --http`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::Args;
use corsac::{Policy, PolicyConfig};
use corsac_conformance::finding::printable;
use corsac_conformance::runner::http::Target;
use corsac_conformance::runner::lints::Lints;
use corsac_conformance::runner::live::{self, Live};
use corsac_conformance::runner::record::{Implementation, Run, Start};
use corsac_conformance::runner::session::{About, Report, Session, Settings};

/// A server that is there already.
#[derive(Args)]
pub(crate) struct LiveArguments {
    /// The URL of a server that runs, `http://127.0.0.1:8080/`, say. Every method that the policy
    /// allows is sent to it, DELETE too.
    #[arg(long, value_name = "URL")]
    http: Option<String>,
    /// With --http: the policy that the server claims to implement, a TOML or JSON file. Without
    /// it only what is wrong under any policy is looked for.
    #[arg(long, value_name = "FILE", requires = "http")]
    policy: Option<PathBuf>,
    /// With --http and without --policy: an origin that the server allows.
    #[arg(long, value_name = "ORIGIN", requires = "http", conflicts_with = "policy")]
    origin: Option<String>,
    /// With --http: the server may be on another machine; it is yours, or its owner wants this.
    #[arg(long, requires = "http")]
    i_own_this_target: bool,
    /// With --http: a path that answers 404; without it, one that nobody has.
    #[arg(long, value_name = "PATH", requires = "http")]
    not_found_path: Option<String>,
    /// With --http: a path that answers 500.
    #[arg(long, value_name = "PATH", requires = "http")]
    error_path: Option<String>,
    /// With --http: a path that redirects.
    #[arg(long, value_name = "PATH", requires = "http")]
    redirect_path: Option<String>,
}

impl LiveArguments {
    /// Whether there is a server to ask.
    pub(super) fn is_wanted(&self) -> bool {
        self.http.is_some()
    }

    /// Runs all that can be asked of a live server.
    pub(super) fn run(
        &self,
        settings: &Settings,
        patience: Duration,
        report: &mut dyn Report,
    ) -> anyhow::Result<Run> {
        let url = self.http.as_deref().unwrap_or_default();
        let target = Target::new(url, self.i_own_this_target, patience)
            .map_err(|why| anyhow!("--http {}: {why}", printable(url)))?;
        let policy = self.policy.as_deref().map(super::super::load_policy).transpose()?;
        let config: Option<PolicyConfig> = policy.as_ref().map(Policy::config);
        let live = config.as_ref().map(|config| Live::new(target.clone(), config));
        let paths =
            [&self.not_found_path, &self.error_path, &self.redirect_path].map(Option::as_deref);
        let mut lints = Lints::new(target.clone(), config.clone(), self.origin.as_deref(), paths);
        let cases: Vec<(About, Question)> = live
            .iter()
            .flat_map(Live::cases)
            .map(|(about, case)| (about, Question::Live(case)))
            .chain(Lints::cases().map(|(about, lint)| (about, Question::Lint(lint))))
            .collect();
        let all: Vec<(&str, &str)> =
            cases.iter().map(|(about, _)| (about.id.as_str(), about.topic.as_str())).collect();
        if let Some(pattern) = settings.selection.idle(&all) {
            let pattern = printable(pattern);
            bail!("the pattern \"{pattern}\" matches no case; --verbose lists them all");
        }
        let is_selected = |(id, topic): &(&str, &str)| settings.selection.includes(id, topic);
        let start = Start {
            format: 1,
            corsac: env!("CARGO_PKG_VERSION").to_owned(),
            mode: "http".to_owned(),
            target: url.to_owned(),
            implementation: Implementation {
                name: target.url().to_string(),
                ..Implementation::default()
            },
            profile: None,
            cases: all.iter().copied().filter(is_selected).count(),
        };
        let mut session = Session::start(settings, report, start)?;
        for (about, question) in &cases {
            session.case(about.clone(), || match (question, &live) {
                (Question::Live(case), Some(live)) => live.play(case),
                (Question::Lint(lint), _) => lints.look(*lint),
                (Question::Live(_), None) => live::without_policy(),
            })?;
        }
        Ok(session.end(&all, Vec::new())?)
    }

    /// The words that make the same run again.
    pub(super) fn command(&self, words: &mut Vec<String>, quote: impl Fn(&str) -> String) {
        let policy = self.policy.as_ref().map(|path| path.display().to_string());
        let options = [
            ("--http", &self.http),
            ("--policy", &policy),
            ("--origin", &self.origin),
            ("--not-found-path", &self.not_found_path),
            ("--error-path", &self.error_path),
            ("--redirect-path", &self.redirect_path),
        ];
        for (option, value) in options {
            if let Some(value) = value {
                words.push(format!("{option} {}", quote(value)));
            }
        }
        if self.i_own_this_target {
            words.push("--i-own-this-target".to_owned());
        }
    }
}

/// What is asked of the server.
enum Question {
    Live(live::Case),
    Lint(usize),
}
