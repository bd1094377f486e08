//! The `corsac` command.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod command;

use command::{evaluate, judge, lint, oracle, report, schema, simulate, test, vectors};

/// Decides CORS: what a server answers, what a browser makes of it, and why.
#[derive(Parser)]
#[command(name = "corsac", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Simulate(simulate::Arguments),
    Judge(judge::Arguments),
    Evaluate(evaluate::Arguments),
    Lint(lint::Arguments),
    Test(Box<test::Arguments>),
    Report(report::Arguments),
    Vectors(vectors::Arguments),
    /// Prints the JSON Schema of the policy document.
    Schema,
    /// Answers questions in JSON Lines on standard input, one line each, until it ends.
    Oracle,
}

/// Exit statuses besides 0: 1 where the answer is no, 2 where there was no answer to give.
const NO: u8 = 1;
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    // A usage error exits with 2 as well.
    let result = match Arguments::parse().command {
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Judge(arguments) => judge::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Vectors(arguments) => vectors::run(&arguments),
        Command::Schema => schema::run(),
        Command::Oracle => oracle::run(),
    };
    result.unwrap_or_else(|error| fail(&error))
}

fn fail(error: &anyhow::Error) -> ExitCode {
    // Whoever read the output has seen enough.
    let is_broken_pipe = error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe);
    if is_broken_pipe {
        return ExitCode::SUCCESS;
    }
    anstream::eprintln!("{}error:{:#} {error}", command::style::BAD, command::style::BAD);
    ExitCode::from(UNUSABLE)
}

/// What a command returns.
type Outcome = Result<ExitCode>;
