//! Where, when and of what the measurements are.

use std::process::Command;

use time::OffsetDateTime;

const LOCK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock"));

/// What the tables name.
const CRATES: [&str; 9] = [
    "corsac",
    "tower-http",
    "hyper-cors",
    "actix-cors",
    "actix-web",
    "rocket_cors",
    "rocket",
    "tower",
    "hyper",
];

pub(crate) fn describe(markdown: bool) -> String {
    let date = OffsetDateTime::now_utc().date();
    let versions: Vec<String> =
        CRATES.iter().map(|name| format!("{name} {}", versions(name).join(" and "))).collect();
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let mut command = vec!["cargo bench -p corsac-bench-peers"];
    if !arguments.is_empty() {
        command.push("--");
        command.extend(arguments.iter().map(String::as_str));
    }
    let command = command.join(" ");
    let command = if markdown { format!("`{command}`") } else { command };
    let lines =
        [cpu(), format!("{date}, {}", compiler()), versions.join(", "), command, String::new()];
    // A line in Markdown ends where two spaces do.
    lines.join(if markdown { "  \n" } else { "\n" })
}

fn cpu() -> String {
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().filter_map(|line| line.split_once(':'));
    let model = model.into_iter().find(|(key, _)| key.trim() == "model name");
    let model = model.map_or("an unknown processor", |(_, model)| model.trim());
    format!("{model}, {threads} threads, {system}")
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or_else(|_| "rustc".to_owned(), |o| String::from_utf8_lossy(&o.stdout).trim().into())
}

/// The versions of a crate that are locked, the newest last.
fn versions(of: &str) -> Vec<&'static str> {
    let packages = LOCK.split("[[package]]").filter(|package| field(package, "name") == Some(of));
    packages.filter_map(|package| field(package, "version")).collect()
}

fn field<'t>(package: &'t str, key: &str) -> Option<&'t str> {
    let mut fields = package.lines().filter_map(|line| line.split_once(" = "));
    fields.find(|(name, _)| *name == key).map(|(_, value)| value.trim_matches('"'))
}
