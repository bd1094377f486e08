//! The policy file, changed while the server runs.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use live::case::LIST;
use live::server::Server;
use live::suite::fetch;

struct File(PathBuf);

impl File {
    fn new(text: &str) -> Result<Self, String> {
        let name = format!("corsac-axum-recipe-{}.toml", std::process::id());
        let file = Self(std::env::temp_dir().join(name));
        file.write(text)?;
        Ok(file)
    }

    fn write(&self, text: &str) -> Result<(), String> {
        fs::write(&self.0, text).map_err(|error| error.to_string())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn hang_up(server: &Server) {
    let kill = format!("kill -HUP {}", server.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().is_ok_and(|status| status.success()));
}

#[test]
fn the_last_good_policy_stays_in_force() -> Result<(), String> {
    const OLD: &str = "https://old.example.com";
    const NEW: &str = "https://new.example.com";
    let only = |origin| format!("allow_origins = [\"{origin}\"]\nallow_credentials = true\n");
    let file = File::new(&only(OLD))?;
    let server = Server::start(env!("CARGO_BIN_EXE_axum-recipe"), &file.0);
    let can_read = |page: &str| -> Result<bool, String> {
        let visit = fetch(&server, &LIST, page, "GET", "/things", &[])?;
        Ok(visit.shared().is_ok())
    };
    assert!(can_read(OLD)? && !can_read(NEW)?);

    // Each is wrong in a way of its own, and is told what is wrong with it.
    for (text, said) in [
        ("allow_origins = [", "is not a policy"),
        ("allow_orgins = [\"https://new.example.com\"]", "unknown field"),
        ("allow_origins = []", "[origins-missing]"),
        ("allow_origins = [\"https://new.example.com/\"]", "[origin-not-serialized]"),
        ("allow_origins = [\"*\"]\nallow_credentials = true", "credentials"),
    ] {
        file.write(text)?;
        hang_up(&server);
        server.wait_until_it_says(said);
        server.wait_until_it_says("the last good policy stays in force");
        assert!(can_read(OLD)? && !can_read(NEW)?, "{text:?} is in force");
        server.forget();
    }

    file.write(&only(NEW))?;
    hang_up(&server);
    server.wait_until_it_says("is in force");
    assert!(!can_read(OLD)? && can_read(NEW)?);

    // A file that is gone, too.
    server.forget();
    fs::remove_file(&file.0).map_err(|error| error.to_string())?;
    hang_up(&server);
    server.wait_until_it_says("the last good policy stays in force");
    assert!(!can_read(OLD)? && can_read(NEW)?);
    Ok(())
}
