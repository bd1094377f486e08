//! What stands in COMPARE.md stands in these sources, and so is compiled.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    fs::read_to_string(root().join("../COMPARE.md")).expect("COMPARE.md")
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let document = document();
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in document.lines() {
        match &mut block {
            None if line == format!("```{language}") => block = Some(String::new()),
            Some(text) if line == "```" => blocks.push(std::mem::take(text)),
            Some(text) => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
            None => continue,
        }
        if line == "```" {
            block = None;
        }
    }
    blocks
}

fn sources(directory: &Path, sources: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            self::sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            sources.push((path, text));
        }
    }
}

/// Without indentation and empty lines.
fn flat(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_block_stands_in_a_source() {
    let mut all = Vec::new();
    for directory in ["src", "tests", "examples"] {
        sources(&root().join(directory), &mut all);
    }
    let all: Vec<String> = all.iter().map(|(_, text)| flat(text)).collect();
    let blocks = blocks("rust");
    assert!(blocks.len() > 30, "{} blocks", blocks.len());
    for block in blocks {
        // The first word says whose code it is.
        for part in block.split("// …\n") {
            let lines = part.lines().filter(|line| !line.starts_with("// "));
            let part = flat(&lines.collect::<Vec<_>>().join("\n"));
            assert!(all.iter().any(|source| source.contains(&part)), "in no source:\n{part}");
        }
    }
}

#[test]
fn the_change_of_an_axum_program_is_the_one_shown() {
    let blocks = blocks("diff");
    let [shown] = &blocks[..] else { panic!("one diff is shown, not {}", blocks.len()) };
    let side = |sign: char| -> String {
        let lines = shown.lines().filter_map(|line| match line.chars().next() {
            Some(first) if first == sign => line.get(1..),
            Some(' ') => line.get(1..),
            None => Some(""),
            _ => None,
        });
        lines.map(|line| format!("{line}\n")).collect()
    };
    let program = |name: &str| {
        let text = fs::read_to_string(root().join("examples").join(name)).expect("a program");
        // The first line, which says what it is, and the empty one after it.
        text.split_once("\n\n").expect("a program").1.to_owned()
    };
    assert_eq!(side('-'), program("before.rs"));
    assert_eq!(side('+'), program("after.rs"));
}
