//! [`Process`]: a program that answers questions in JSON Lines, and everything that can go wrong
//! with one.
//!
//! Whatever it does, a question ends within its time, and the next one is put to a program that is
//! in step: one that broke is ended, with whatever it has started, and started anew.

use std::collections::VecDeque;
use std::fmt;
use std::io::{BufReader, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::finding::printable;
use crate::oracle::lines::{Line, Lines};

mod answer;

pub use answer::Answer;
use answer::read_answer;

/// How long a program may take to end once it has closed its output.
const ENDING: Duration = Duration::from_secs(1);
/// How long it may take once its input has ended.
const PARTING: Duration = Duration::from_secs(2);
/// Lines of standard error that are kept, and the bytes of each.
const KEPT_LINES: usize = 10;
const KEPT_BYTES: usize = 300;

/// A program and the means to start it again.
#[derive(Debug)]
pub struct Process {
    program: String,
    arguments: Vec<String>,
    patience: Duration,
    running: Option<Running>,
    next_id: u64,
    life: u64,
}

#[derive(Debug)]
struct Running {
    child: Child,
    questions: Option<Sender<Vec<u8>>>,
    answers: Receiver<Answered>,
    last_words: Arc<Mutex<VecDeque<String>>>,
}

/// What the reading thread passes on.
#[derive(Debug)]
enum Answered {
    Line(Vec<u8>),
    TooLong,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The program cannot be started.
    NotStarted(String, String),
    /// It ended: how, and its last lines on standard error.
    Died(String, Vec<String>),
    /// It closed its output and goes on.
    Closed(Vec<String>),
    /// No answer in time.
    Hung(Duration, Vec<String>),
    /// A line longer than 16 MiB.
    LineTooLong,
    /// A line that is no answer: the line, and why not.
    Rubbish(String, String),
    /// An answer to a question that was answered before, or not asked yet: whose, and what it gave.
    OutOfOrder(u64, String),
    /// An answer that bears no id of a question: whose it should be, and what it gave.
    WrongId(u64, String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last_words = match self {
            Self::NotStarted(program, why) => {
                return write!(f, "{program} cannot be started: {why}");
            }
            Self::LineTooLong => {
                return f.write_str(
                    "it wrote a line of more than 16 MiB; an answer is one line of JSON",
                );
            }
            Self::Rubbish(line, why) => {
                return write!(
                    f,
                    "it wrote what is no answer: {why}: {line}; only answers belong on standard \
                     output, a log goes to standard error"
                );
            }
            Self::OutOfOrder(asked, given) => {
                return write!(
                    f,
                    "it answered out of order: question {asked} was asked, and {given} answered; \
                     each question has one answer, in order"
                );
            }
            Self::WrongId(asked, given) => {
                return write!(
                    f,
                    "its answer bears the wrong id: {given}, where {asked} was asked; the id is \
                     given back as it came"
                );
            }
            Self::Died(how, last_words) => {
                write!(f, "it died: {how}")?;
                last_words
            }
            Self::Closed(last_words) => {
                f.write_str("it closed its output and went on running")?;
                last_words
            }
            Self::Hung(patience, last_words) => {
                write!(f, "no answer within {patience:?}; --timeout gives it longer")?;
                last_words
            }
        };
        if last_words.is_empty() {
            return f.write_str("; it wrote nothing on standard error");
        }
        f.write_str("; its last lines on standard error:")?;
        last_words.iter().try_for_each(|line| write!(f, " | {line}"))
    }
}

impl std::error::Error for Trouble {}

/// A command line that cannot be used, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusableCommand(String);

impl fmt::Display for UnusableCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnusableCommand {}

impl Process {
    /// The program of a command line, which is split as a shell splits it, and not expanded. It is
    /// started with the first question.
    ///
    /// # Errors
    /// [`UnusableCommand`], when there is no program in it or a quote is open.
    pub fn new(command: &str, patience: Duration) -> Result<Self, UnusableCommand> {
        let shown = printable(command);
        let Some(words) = shlex::split(command) else {
            return Err(UnusableCommand(format!(
                "the command \"{shown}\" ends within a quote or after a backslash"
            )));
        };
        let mut words = words.into_iter();
        let Some(program) = words.next() else {
            return Err(UnusableCommand(format!("the command \"{shown}\" names no program")));
        };
        let arguments = words.collect();
        Ok(Self { program, arguments, patience, running: None, next_id: 1, life: 0 })
    }

    /// Which of its lives this is; a program that was started again has forgotten everything.
    #[must_use]
    pub fn life(&self) -> u64 {
        self.life
    }

    /// Asks one question, an object without an id, and waits for the answer to it.
    ///
    /// # Errors
    /// [`Trouble`]; the program has been ended then, and the next question starts another.
    pub fn ask(&mut self, mut question: Map<String, Value>) -> Result<Answer, Trouble> {
        let id = self.next_id;
        self.next_id = self.next_id.saturating_add(1);
        question.insert("id".to_owned(), Value::from(id));
        let mut line = Value::Object(question).to_string().into_bytes();
        line.push(b'\n');
        let result = self.exchange(line).and_then(|line| read_answer(&line, id, self.next_id));
        if result.is_err() {
            self.end(Duration::ZERO);
        }
        result
    }

    fn exchange(&mut self, line: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let patience = self.patience;
        let running = self.start()?;
        // That nobody reads it is told by what is read below.
        let _unread = running.questions.as_ref().map(|questions| questions.send(line));
        let deadline = Instant::now().checked_add(patience);
        loop {
            let left = deadline.map_or(patience, |at| at.saturating_duration_since(Instant::now()));
            match running.answers.recv_timeout(left) {
                Ok(Answered::Line(line)) if line.trim_ascii().is_empty() => {}
                Ok(Answered::Line(line)) => return Ok(line),
                Ok(Answered::TooLong) => return Err(Trouble::LineTooLong),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Trouble::Hung(patience, running.last_words()));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let how = running.wait(ENDING);
                    let last_words = running.last_words();
                    return Err(match how {
                        Some(status) => Trouble::Died(status.to_string(), last_words),
                        None => Trouble::Closed(last_words),
                    });
                }
            }
        }
    }

    fn start(&mut self) -> Result<&mut Running, Trouble> {
        let running = match self.running.take() {
            Some(running) => running,
            None => Running::start(&self.program, &self.arguments).map_err(|error| {
                Trouble::NotStarted(format!("{:?}", self.program), error.to_string())
            })?,
        };
        Ok(self.running.insert(running))
    }

    /// Ends it, if it runs; it has `grace` to end on its own, for its input has ended.
    pub fn end(&mut self, grace: Duration) {
        if let Some(mut running) = self.running.take() {
            self.life = self.life.saturating_add(1);
            running.questions = None;
            if running.wait(grace).is_none() {
                running.kill();
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end(PARTING);
    }
}

impl Running {
    fn start(program: &str, arguments: &[String]) -> std::io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that what it starts can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        // Written in a thread of its own: a program that does not read blocks whoever writes.
        let (questions, to_write) = channel::<Vec<u8>>();
        if let Some(mut stdin) = child.stdin.take() {
            thread::spawn(move || {
                while let Ok(line) = to_write.recv() {
                    if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
                        break;
                    }
                }
            });
        }
        // Few answers wait: a program that floods its output is made to wait instead.
        let (read, answers) = sync_channel(4);
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut lines = Lines::new(BufReader::with_capacity(1 << 16, stdout));
                loop {
                    let answered = match lines.next_line() {
                        Ok(Line::Text(line)) => Answered::Line(line.to_vec()),
                        Ok(Line::TooLong) => Answered::TooLong,
                        Ok(Line::End) | Err(_) => break,
                    };
                    if read.send(answered).is_err() {
                        break;
                    }
                }
            });
        }
        let last_words = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(stderr) = child.stderr.take() {
            let last_words = Arc::clone(&last_words);
            thread::spawn(move || keep_last_words(stderr, &last_words));
        }
        Ok(Self { child, questions: Some(questions), answers, last_words })
    }

    /// Waits for its end.
    fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if begun.elapsed() >= patience {
                return None;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
            // Ask first: a driver has a server to end.
            let _gone = group.map(|group| kill_process_group(group, Signal::TERM));
            if self.wait(Duration::from_millis(200)).is_none() {
                let _gone = group.map(|group| kill_process_group(group, Signal::KILL));
            }
        }
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }

    /// What it said last, once its standard error has had a moment to arrive.
    fn last_words(&self) -> Vec<String> {
        thread::sleep(Duration::from_millis(20));
        let last_words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        last_words.iter().cloned().collect()
    }
}

/// Reads standard error to its end, so that nobody waits for it to be read, and keeps the end of it.
fn keep_last_words(mut stderr: impl Read, kept: &Mutex<VecDeque<String>>) {
    let mut buffer = [0; 4096];
    let mut line: Vec<u8> = Vec::new();
    let keep = |line: &mut Vec<u8>| {
        if !line.trim_ascii().is_empty() {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT_LINES {
                kept.pop_front();
            }
            kept.push_back(printable(String::from_utf8_lossy(line).trim_end()));
        }
        line.clear();
    };
    while let Ok(length @ 1..) = stderr.read(&mut buffer) {
        for &byte in buffer.get(..length).unwrap_or_default() {
            if byte == b'\n' {
                keep(&mut line);
            } else if line.len() < KEPT_BYTES {
                line.push(byte);
            }
        }
    }
    keep(&mut line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_split() {
        let process = Process::new("a 'b c' d\\ e", Duration::ZERO).unwrap();
        assert_eq!(process.program, "a");
        assert_eq!(process.arguments, ["b c", "d e"]);
        assert!(Process::new(" ", Duration::ZERO).is_err());
        assert!(Process::new("a 'b", Duration::ZERO).is_err());
    }
}
