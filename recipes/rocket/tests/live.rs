//! The recipe, over a socket, as browsers see it.

live::app_tests!(env!("CARGO_BIN_EXE_rocket-recipe"));

/// Rocket turns a handler's panic into its 500, inside of the fairing.
#[test]
fn a_panic_is_a_500_that_script_can_read() -> Result<(), String> {
    use live::{case::LIST, server::Server, server::policies, suite::fetch};

    let server = Server::start(env!("CARGO_BIN_EXE_rocket-recipe"), &policies().join(LIST.file));
    let visit = fetch(&server, &LIST, "https://app.example.com", "GET", "/panic", &[])?;
    assert_eq!(visit.shared()?, 500);
    Ok(())
}
