//! `corsac test`.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::{ArgGroup, Args};
use corsac_conformance::finding::printable;
use corsac_conformance::runner::adaptor::{Adaptor, Hello};
use corsac_conformance::runner::console::Console;
use corsac_conformance::runner::driver::Driver;
use corsac_conformance::runner::events::Events;
use corsac_conformance::runner::known::KnownFailures;
use corsac_conformance::runner::process::Process;
use corsac_conformance::runner::progress::WithProgress;
use corsac_conformance::runner::record::{Run, Start};
use corsac_conformance::runner::selection::Selection;
use corsac_conformance::runner::session::{About, Report, Session, Settings};
use corsac_conformance::runner::subject::Subject;
use corsac_conformance::runner::{junit, markdown, play};
use corsac_conformance::vectors::{CaseRef, LoadError, Suite};

use crate::{NO, Outcome};

mod live;

/// Exit status: the harness itself broke, so that the run says nothing.
const BROKEN: u8 = 3;

/// Holds an implementation of CORS to the suite, and says what came of it.
///
/// Exits with 0 if it holds, 1 if not, 2 if there is nothing to run, and 3 if the harness itself
/// broke: the adaptor or driver cannot be spoken to, or a vector file cannot be read.
#[derive(Args)]
#[command(group = ArgGroup::new("whom").args(["adaptor", "http_driver", "http"]), after_long_help = PROTOCOLS)]
pub(crate) struct Arguments {
    /// A program that speaks the oracle protocol for an implementation; `corsac oracle`, say.
    #[arg(long, value_name = "CMD")]
    adaptor: Option<String>,
    /// A program that starts a server for each policy; see the end of --help.
    #[arg(long, value_name = "CMD")]
    http_driver: Option<String>,
    #[command(flatten)]
    live: live::LiveArguments,
    /// A directory with vector files (`corsac vectors export` writes one); without it, the suite
    /// that is part of the program.
    #[arg(long, value_name = "DIR", conflicts_with = "http")]
    vectors: Option<PathBuf>,
    /// Runs only cases whose id (`group/case`), group or topic matches this glob; may be given
    /// several times.
    #[arg(long, value_name = "GLOB")]
    run: Vec<String>,
    /// Leaves out cases whose id, group or topic matches this glob; may be given several times.
    #[arg(long, value_name = "GLOB")]
    skip: Vec<String>,
    /// Informative cases count as well.
    #[arg(long)]
    strict: bool,
    /// A file of known failures: on each line a glob, and behind ` # ` the reason. A case that
    /// passes although it is listed fails the run, and so does a line that matches no case.
    #[arg(long, value_name = "FILE")]
    known_failing: Option<PathBuf>,
    /// Seconds within which a question is answered.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    timeout: f64,
    /// A line for every case, passed and skipped ones too.
    #[arg(long, short)]
    verbose: bool,
    /// Prints the run as JSON Lines: `start`, a `case` each, `summary`. `corsac report` reads it.
    #[arg(long)]
    json: bool,
    /// Writes the run as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Writes the run as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// What to type where nobody is named.
const NOBODY: &str = "there is nobody to hold to the suite; write one of
  corsac test --adaptor 'CMD'                    a program that speaks the oracle protocol, `corsac oracle` say
  corsac test --http URL --policy policy.toml    a server that runs, and what it claims to allow
  corsac test --http-driver 'CMD'                a program that starts a server for each policy
and `corsac test --help` for the rest";

/// What is at the end of `--help`.
const PROTOCOLS: &str = "\
An adaptor reads questions and writes answers, one line of JSON each, in order:
  {\"op\":\"hello\",\"protocol\":1,\"id\":1}
  {\"id\":1,\"ok\":{\"protocol\":1,\"implementation\":{\"name\":\"x\",\"version\":\"1.0\",\"language\":\"go\"},\"ops\":[\"define\",\"evaluate\"],\"profile\":null}}
  {\"op\":\"define\",\"name\":\"p\",\"policy\":{\"allow_origins\":[\"https://a.example\"]},\"id\":2}
  {\"id\":2,\"ok\":{\"warnings\":[]}}  or  {\"id\":2,\"skip\":{\"reason\":\"no wildcards\",\"issue\":null}}  or  {\"id\":2,\"error\":{\"code\":\"invalid-policy\",\"message\":\"…\"}}
  {\"op\":\"evaluate\",\"policy\":\"p\",\"request\":{\"method\":\"GET\",\"headers\":[[\"origin\",\"https://a.example\"]]},\"id\":3}
  {\"id\":3,\"ok\":{\"status\":null,\"headers\":[[\"access-control-allow-origin\",\"https://a.example\"],[\"vary\",\"origin\"]]}}

An HTTP driver speaks the same way, and starts real servers on loopback:
  {\"op\":\"hello\",\"protocol\":1,\"id\":1}            as above; with \"marks_handler\":true every response of the handler,
                                              and no other, bears a header corsac-handler; with \"sets_handler\":true
                                              start takes \"handler\":{\"status\":200,\"headers\":[[\"name\",\"value\"]]}
  {\"op\":\"start\",\"policy\":{…},\"id\":2}            {\"id\":2,\"ok\":{\"url\":\"http://127.0.0.1:8080/\"}} once it listens; or skip, or invalid-policy
  {\"op\":\"stop\",\"id\":3}                          {\"id\":3,\"ok\":{}}
When its input ends, an adaptor or driver ends, and its server with it.";

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Ok(patience) = Duration::try_from_secs_f64(arguments.timeout) else {
        bail!("--timeout {} is no number of seconds; write 10, or 0.5", arguments.timeout);
    };
    if patience.is_zero() {
        bail!("--timeout 0 leaves no time for an answer; write 10, or 0.5");
    }
    let settings = Settings {
        selection: Selection::new(&arguments.run, &arguments.skip)?,
        known: known_failures(arguments.known_failing.as_deref())?,
        strict: arguments.strict,
        command: arguments.command(),
    };
    if arguments.adaptor.is_none() && arguments.http_driver.is_none() && !arguments.live.is_wanted()
    {
        bail!("{NOBODY}");
    }
    for path in [&arguments.junit, &arguments.markdown].into_iter().flatten() {
        // Now, and not after a long run.
        fs::OpenOptions::new().append(true).create(true).open(path).map_err(unwritable(path))?;
    }
    let run = if let Some(command) = &arguments.adaptor {
        let process = Process::new(command, patience).map_err(|why| anyhow!("--adaptor: {why}"))?;
        let adaptor = match Adaptor::new(process) {
            Ok(adaptor) => adaptor,
            Err(why) => return Ok(broken("adaptor", command, &why)),
        };
        let hello = adaptor.hello().clone();
        suite(arguments, &settings, adaptor, start("adaptor", command, &hello))?
    } else if let Some(command) = &arguments.http_driver {
        let process =
            Process::new(command, patience).map_err(|why| anyhow!("--http-driver: {why}"))?;
        let driver = match Driver::new(process, patience) {
            Ok(driver) => driver,
            Err(why) => return Ok(broken("driver", command, &why)),
        };
        let hello = driver.hello().clone();
        suite(arguments, &settings, driver, start("http-driver", command, &hello))?
    } else {
        arguments.live.run(&settings, patience, &mut *report(arguments))?
    };
    written(arguments.junit.as_deref(), &run, junit::render)?;
    written(arguments.markdown.as_deref(), &run, markdown::run)?;
    Ok(if !run.summary.broken.is_empty() {
        ExitCode::from(BROKEN)
    } else if run.summary.held {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NO)
    })
}

fn broken(what: &str, command: &str, why: &str) -> ExitCode {
    let (bad, command, why) = (super::style::BAD, printable(command), printable(why));
    anstream::eprintln!(
        "{bad}error:{bad:#} the {what} `{command}` cannot be used: {why}\n\
         `corsac test --help` shows what it is asked and what it answers"
    );
    ExitCode::from(BROKEN)
}

fn start(mode: &str, target: &str, hello: &Hello) -> Start {
    Start {
        format: 1,
        corsac: env!("CARGO_PKG_VERSION").to_owned(),
        mode: mode.to_owned(),
        target: target.to_owned(),
        implementation: hello.implementation.clone(),
        profile: hello.profile.clone(),
        cases: 0,
    }
}

/// Where the run is told of while it goes on.
fn report(arguments: &Arguments) -> Box<dyn Report> {
    if arguments.json {
        let events = Events(io::stdout());
        return Box::new(WithProgress::new(events, io::stderr().is_terminal()));
    }
    let console = Console::new(anstream::stdout(), arguments.verbose);
    Box::new(WithProgress::new(console, io::stderr().is_terminal()))
}

fn known_failures(path: Option<&Path>) -> anyhow::Result<KnownFailures> {
    let Some(path) = path else { return Ok(KnownFailures::default()) };
    let text = fs::read_to_string(path)
        .map_err(|error| anyhow!("the known failures {path:?} cannot be read: {error}"))?;
    KnownFailures::parse(&text).map_err(|bad| anyhow!("the known failures {path:?}: {bad}"))
}

fn written(path: Option<&Path>, run: &Run, render: fn(&Run) -> String) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    fs::write(path, render(run)).map_err(unwritable(path))
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> anyhow::Error {
    move |error| anyhow!("the report {path:?} cannot be written: {error}")
}

/// Runs the suite.
fn suite(
    arguments: &Arguments,
    settings: &Settings,
    mut subject: impl Subject,
    mut start: Start,
) -> anyhow::Result<Run> {
    let (suite, unread) = vectors(arguments.vectors.as_deref())?;
    let cases: Vec<(String, CaseRef<'_>)> = suite.cases().map(|case| (case.id(), case)).collect();
    let all: Vec<(&str, &str)> =
        cases.iter().map(|(id, case)| (id.as_str(), case.file.topic.as_str())).collect();
    if let Some(pattern) = settings.selection.idle(&all) {
        let pattern = printable(pattern);
        bail!("the pattern \"{pattern}\" matches no case; `corsac vectors list` shows them all");
    }
    let is_selected = |(id, topic): &(&str, &str)| settings.selection.includes(id, topic);
    start.cases = all.iter().copied().filter(is_selected).count();
    let mut report = report(arguments);
    let mut session = Session::start(settings, &mut *report, start)?;
    for (_, case) in &cases {
        session.case(About::from(*case), || play::case(&mut subject, *case))?;
    }
    let broken = unread.iter().map(|error| format!("no vector file: {error}")).collect();
    Ok(session.end(&all, broken)?)
}

/// The cases, and the files that are none.
fn vectors(directory: Option<&Path>) -> anyhow::Result<(Suite, Vec<LoadError>)> {
    let (suite, unread) = match directory {
        None => {
            Suite::embedded().map_or_else(|errors| (Suite::default(), errors), |s| (s, Vec::new()))
        }
        Some(directory) => Suite::load_sound(directory),
    };
    match unread.first() {
        Some(error) if suite.files.is_empty() => bail!("there is no case to run: {error}"),
        _ => Ok((suite, unread)),
    }
}

impl Arguments {
    /// The command that does the same again, but for `--run`, `--skip` and reports.
    fn command(&self) -> String {
        let quote =
            |text: &str| shlex::try_quote(text).map_or_else(|_| text.to_owned(), Into::into);
        let mut words = vec!["corsac test".to_owned()];
        if let Some(command) = &self.adaptor {
            words.push(format!("--adaptor {}", quote(command)));
        }
        if let Some(command) = &self.http_driver {
            words.push(format!("--http-driver {}", quote(command)));
        }
        if let Some(directory) = &self.vectors {
            words.push(format!("--vectors {}", quote(&directory.display().to_string())));
        }
        self.live.command(&mut words, quote);
        words.join(" ")
    }
}
