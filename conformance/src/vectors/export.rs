//! The suite as files: what is written, and whether what is there is what would be written.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::coverage::{Covered, FETCH_COMMIT, FETCH_DATE};
use super::suite::vector_files;
use super::{FORMAT, File, Generated, Side, Suite, canonical};

/// The name of the schema.
pub const SCHEMA: &str = "vectors.schema.json";
/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// What is exported besides the vectors.
const BESIDES: &[(&str, &str)] = &[
    (SCHEMA, include_str!("../../vectors/vectors.schema.json")),
    (MANIFEST, include_str!("../../vectors/manifest.json")),
    ("INTERPRETING.md", include_str!("../../vectors/INTERPRETING.md")),
];

/// What the suite consists of.
#[derive(Debug, Serialize)]
struct Manifest<'s> {
    format: u32,
    fetch: Pinned,
    cases: usize,
    files: Vec<Listed<'s>>,
    generators: Vec<&'s Generated>,
}

#[derive(Debug, Serialize)]
struct Pinned {
    repository: &'static str,
    commit: &'static str,
    date: &'static str,
}

#[derive(Debug, Serialize)]
struct Listed<'s> {
    file: String,
    side: Side,
    cases: usize,
    description: &'s str,
}

/// The JSON Schema of a vector file.
///
/// # Errors
/// A message, when it cannot be written.
pub fn schema() -> Result<String, String> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.root_schema_for::<File>();
    schema.insert("title".to_owned(), "A corsac vector file, format 1".into());
    // Sorted, so that it is the same however the map is made.
    canonical::write(&schema)
}

/// The manifest of a suite.
///
/// # Errors
/// A message, when it cannot be written.
pub fn manifest(suite: &Suite) -> Result<String, String> {
    let cases = |file: &File| file.groups.iter().map(|group| group.cases.len()).sum();
    // By name, in whatever order they were read.
    let mut files: Vec<&File> = suite.files.iter().collect();
    files.sort_by(|one, other| one.topic.cmp(&other.topic));
    let groups = files.iter().flat_map(|file| &file.groups);
    canonical::write(&Manifest {
        format: FORMAT,
        fetch: Pinned {
            repository: "https://github.com/whatwg/fetch",
            commit: FETCH_COMMIT,
            date: FETCH_DATE,
        },
        cases: suite.cases().count(),
        generators: groups.filter_map(|group| group.generated.as_ref()).collect(),
        files: files
            .iter()
            .map(|file| Listed {
                file: format!("{}.json", file.topic),
                side: file.side,
                cases: cases(file),
                description: &file.description,
            })
            .collect(),
    })
}

/// The names and texts of the files that a suite is written as.
fn texts(suite: &Suite) -> Result<Vec<(String, String)>, String> {
    let mut texts = Vec::new();
    for file in &suite.files {
        texts.push((format!("{}.json", file.topic), canonical::write(file)?));
    }
    texts.push((SCHEMA.to_owned(), schema()?));
    texts.push((MANIFEST.to_owned(), manifest(suite)?));
    Ok(texts)
}

/// Writes a suite's files, its schema and its manifest, those that differ. Returns how many.
///
/// # Errors
/// When a file cannot be written.
pub fn write_files(suite: &Suite, directory: &Path) -> io::Result<usize> {
    let mut written: usize = 0;
    for (name, text) in texts(suite).map_err(io::Error::other)? {
        let path = directory.join(name);
        if fs::read(&path).ok().as_deref() != Some(text.as_bytes()) {
            fs::write(path, text)?;
            written = written.saturating_add(1);
        }
    }
    Ok(written)
}

/// Writes the suite that is part of the program. Returns the number of files.
///
/// # Errors
/// When the directory cannot be made or a file cannot be written.
pub fn write_embedded(directory: &Path) -> io::Result<usize> {
    fs::create_dir_all(directory)?;
    let files = || Suite::embedded_texts().iter().chain(BESIDES);
    for (name, text) in files() {
        fs::write(directory.join(name), text)?;
    }
    Ok(files().count())
}

/// Which files of the program are not what would be written.
#[must_use]
pub fn stale_embedded(suite: &Suite) -> Vec<String> {
    let files = || Suite::embedded_texts().iter().chain(BESIDES);
    stale(suite, |name| {
        files().find(|(other, _)| *other == name).map(|(_, text)| (*text).to_owned())
    })
}

/// Which files of a directory are not what would be written.
#[must_use]
pub fn stale_in(suite: &Suite, directory: &Path) -> Vec<String> {
    let mut problems = stale(suite, |name| fs::read_to_string(directory.join(name)).ok());
    let names = suite.files.iter().map(|file| format!("{}.json", file.topic));
    let known: Vec<String> = names.collect();
    for path in vector_files(directory).unwrap_or_default() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if let Some(name) = name.filter(|name| !known.contains(name)) {
            problems.push(format!("{name}: it is not part of the suite; remove it"));
        }
    }
    problems
}

fn stale(suite: &Suite, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let texts = match texts(suite) {
        Ok(texts) => texts,
        Err(message) => return vec![message],
    };
    let mut problems = Vec::new();
    for (name, text) in texts {
        let advice = "`corsac vectors check DIR --write` writes it";
        match read(&name) {
            None => problems.push(format!("{name}: it is not there; {advice}")),
            Some(there) if there != text => {
                let line = there.lines().zip(text.lines()).position(|(one, other)| one != other);
                let line = line.unwrap_or_default().saturating_add(1);
                problems.push(format!("{name}: line {line} is not in canonical form; {advice}"));
            }
            Some(_) => {}
        }
    }
    problems
}

/// The table of steps in Markdown.
#[must_use]
pub fn coverage_markdown(covered: &[Covered]) -> String {
    let mut text = String::from(
        "| algorithm | step | cases | required | what it says |\n|---|---|---:|---:|---|\n",
    );
    for row in covered {
        let Covered { algorithm, spec, step, text: says, cases, required, excepted } = row;
        let says = if step.is_none() { "" } else { says };
        let why = excepted.map(|why| format!(" (none: {why})")).unwrap_or_default();
        let says = format!("{says}{why}").replace('|', "\\|");
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| [{algorithm}]({spec}) | {} | {cases} | {required} | {says} |",
            step.unwrap_or_default()
        );
    }
    text
}
