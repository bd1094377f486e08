//! The recipe, over a socket, as browsers see it.

live::app_tests!(env!("CARGO_BIN_EXE_axum-recipe"));

mod own {
    use live::case::LIST;
    use live::http::{values, vary};
    use live::server::{Server, policies};
    use live::suite::{ask, fetch};

    fn start() -> Server {
        Server::start(env!("CARGO_BIN_EXE_axum-recipe"), &policies().join(LIST.file))
    }

    #[test]
    fn what_is_public_is_public_and_the_rest_is_not() -> Result<(), String> {
        let server = start();
        let stranger = [("origin", "https://stranger.example")];
        let answer = ask(&server, "GET", "/public/status", &stranger)?;
        assert_eq!(answer.head.status, 200);
        assert_eq!(values(&answer.head, "access-control-allow-origin"), ["*"]);
        let credentials = values(&answer.head, "access-control-allow-credentials");
        assert!(credentials.is_empty(), "a public route has no credentials: {credentials:?}");
        let answer = ask(&server, "GET", "/things", &stranger)?;
        assert!(values(&answer.head, "access-control-allow-origin").is_empty());
        // The public policy allows no other method, whoever asks.
        let page = "https://app.example.com";
        let mut without = LIST;
        without.credentials = false;
        let visit = fetch(&server, &without, page, "GET", "/public/status", &[])?;
        assert_eq!(visit.shared()?, 200);
        let visit = fetch(&server, &without, page, "PUT", "/public/status", &[])?;
        assert_eq!(visit.blocked(), Some("allow-origin-missing"));
        Ok(())
    }

    #[test]
    fn a_panic_is_a_500_that_script_can_read() -> Result<(), String> {
        let server = start();
        let visit = fetch(&server, &LIST, "https://app.example.com", "GET", "/panic", &[])?;
        assert_eq!(visit.shared()?, 500);
        Ok(())
    }

    #[test]
    fn compression_and_cors_share_vary() -> Result<(), String> {
        let server = start();
        let headers = [("origin", "https://app.example.com"), ("accept-encoding", "gzip")];
        let answer = ask(&server, "GET", "/long", &headers)?;
        assert_eq!(values(&answer.head, "content-encoding"), ["gzip"]);
        assert_eq!(vary(&answer.head), ["accept-encoding", "origin"]);
        Ok(())
    }

    #[test]
    fn it_says_why() -> Result<(), String> {
        let server = start();
        ask(&server, "GET", "/things", &[("origin", "https://stranger.example")])?;
        server.wait_until_it_says("[origin-not-allowed]");
        Ok(())
    }
}
