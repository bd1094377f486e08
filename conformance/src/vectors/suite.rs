//! [`Suite`]: the vector files, all of them.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Case, FORMAT, File, Form, Group};
use crate::finding::printable;

/// Declares the files that are part of the program, in the order in which they are run.
macro_rules! embedded {
    ($($topic:literal),* $(,)?) => {
        /// The name of each file, and its text.
        const EMBEDDED: &[(&str, &str)] = &[
            $((
                concat!($topic, ".json"),
                include_str!(concat!("../../vectors/", $topic, ".json")),
            )),*
        ];
    };
}

embedded![
    "origins-exact",
    "origins-patterns",
    "origins-malformed",
    "origins-null-and-schemes",
    "ports-and-addresses",
    "methods",
    "request-headers",
    "request-headers-list-syntax",
    "request-headers-hostile",
    "credentials",
    "any-origin",
    "wildcards",
    "authorization",
    "expose",
    "max-age",
    "preflight-status",
    "preflight-detection",
    "vary",
    "private-network",
    "diagnostics",
    "pages-simple",
    "pages-preflighted",
    "pages-credentials",
    "pages-handler",
    "advisories",
    "generated",
    "cors-check",
    "preflight-check",
    "safelist",
    "preflight-construction",
    "preflight-cache",
    "redirects",
    "exposed-names",
    "modes",
    "policy-refused",
    "policy-accepted",
];

/// The vector files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suite {
    /// Each topic.
    pub files: Vec<File>,
}

/// A case and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct CaseRef<'s> {
    /// The topic.
    pub file: &'s File,
    /// The group, with the policy.
    pub group: &'s Group,
    /// The case.
    pub case: &'s Case,
}

impl CaseRef<'_> {
    /// The full id: `group/case`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.group.id, self.case.id)
    }
}

/// Why a file is no vector file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The file.
    pub file: PathBuf,
    /// The place in the document, such as `groups[0].cases[3]`; empty where the file has none.
    pub path: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", printable(&self.file.display().to_string()))?;
        if !self.path.is_empty() {
            write!(f, "{}: ", printable(&self.path))?;
        }
        f.write_str(&printable(&self.message))
    }
}

impl std::error::Error for LoadError {}

impl Suite {
    /// The suite that is part of the program.
    ///
    /// # Errors
    /// [`LoadError`]s, had the program been built with files that are none; a test says it was not.
    pub fn embedded() -> Result<Self, Vec<LoadError>> {
        let files = EMBEDDED.iter().map(|(name, text)| parse(Path::new(name), text));
        gather(files)
    }

    /// The names and texts of the files that are part of the program.
    #[must_use]
    pub fn embedded_texts() -> &'static [(&'static str, &'static str)] {
        EMBEDDED
    }

    /// The suite of a directory: every `*.json` in it but the schema and the manifest, by name.
    ///
    /// # Errors
    /// A [`LoadError`] for each file that cannot be read or is no vector file.
    pub fn load(directory: &Path) -> Result<Self, Vec<LoadError>> {
        let paths = vector_files(directory).map_err(|error| vec![error])?;
        if paths.is_empty() {
            return Err(vec![LoadError {
                file: directory.to_owned(),
                path: String::new(),
                message: "there is no vector file in this directory; `corsac vectors export DIR` \
                          writes the suite into one"
                    .to_owned(),
            }]);
        }
        gather(paths.iter().map(|path| read(path)))
    }

    /// The same, but files that are none keep no other from being used: what could be read, and a
    /// [`LoadError`] for each that could not.
    #[must_use]
    pub fn load_sound(directory: &Path) -> (Self, Vec<LoadError>) {
        let paths = match vector_files(directory) {
            Ok(paths) => paths,
            Err(error) => return (Self::default(), vec![error]),
        };
        if paths.is_empty() {
            return (Self::default(), Self::load(directory).err().unwrap_or_default());
        }
        let (mut files, mut errors) = (Vec::new(), Vec::new());
        for path in paths {
            match read(&path) {
                Ok(file) => files.push(file),
                Err(error) => errors.push(error),
            }
        }
        (Self { files }, errors)
    }

    /// Every case, in order.
    pub fn cases(&self) -> impl Iterator<Item = CaseRef<'_>> {
        self.files.iter().flat_map(|file| {
            file.groups.iter().flat_map(move |group| {
                group.cases.iter().map(move |case| CaseRef { file, group, case })
            })
        })
    }
}

fn gather(files: impl Iterator<Item = Result<File, LoadError>>) -> Result<Suite, Vec<LoadError>> {
    let (mut sound, mut errors) = (Vec::new(), Vec::new());
    for file in files {
        match file {
            Ok(file) => sound.push(file),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(Suite { files: sound }) } else { Err(errors) }
}

/// The files of a directory that hold vectors, sorted.
pub(super) fn vector_files(directory: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let fail = |error: std::io::Error| LoadError {
        file: directory.to_owned(),
        path: String::new(),
        message: format!("the directory cannot be read: {error}; name one that holds vector files"),
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_other = name == "manifest.json" || name.ends_with(".schema.json");
        if path.extension().is_some_and(|extension| extension == "json") && !is_other {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads a vector file.
pub(super) fn read(path: &Path) -> Result<File, LoadError> {
    let fail = |message: String| LoadError { file: path.to_owned(), path: String::new(), message };
    let bytes = std::fs::read(path).map_err(|error| {
        fail(format!("the file cannot be read: {error}; check its permissions"))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        fail(format!("byte {at} is not UTF-8; save the file as UTF-8, and write bytes as \\u00XX"))
    })?;
    parse(path, &text)
}

/// Reads the text of a vector file.
pub(super) fn parse(path: &Path, text: &str) -> Result<File, LoadError> {
    let fail = |at: String, message: String| LoadError { file: path.to_owned(), path: at, message };
    let mut json = serde_json::Deserializer::from_str(text);
    let file: File = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let at = error.path().to_string();
        let inner = error.into_inner();
        let advice = if inner.is_syntax() || inner.is_eof() {
            "mend the JSON there"
        } else {
            "vectors.schema.json says what belongs there"
        };
        fail(if at == "." { String::new() } else { at }, format!("{inner}; {advice}"))
    })?;
    json.end().map_err(|error| {
        fail(String::new(), format!("{error}; a file holds one object and nothing after it"))
    })?;
    if file.format != FORMAT {
        let message = format!(
            "this is format {}, and this corsac reads format {FORMAT}; use the corsac that wrote it",
            file.format
        );
        return Err(fail("format".to_owned(), message));
    }
    if path.file_stem().is_some_and(|stem| stem != file.topic.as_str()) {
        let message =
            format!("the topic {:?} is not the name of the file; make them agree", file.topic);
        return Err(fail("topic".to_owned(), message));
    }
    for (at, group) in file.groups.iter().enumerate() {
        let needs_policy = |case: &&Case| matches!(case.form, Form::Raw { .. } | Form::Page { .. });
        if group.policy.is_none() && group.cases.iter().any(|case| needs_policy(&case)) {
            let message = "a group with requests to a server needs a policy; add one".to_owned();
            return Err(fail(format!("groups[{at}]"), message));
        }
    }
    Ok(file)
}
